// What people write about apps.
#include <unistd.h>

#include "core/digest.hpp"
#include "publisher/repository/fdroid.hpp"
#include "verify/fdroid/texts.hpp"

namespace hallmark {
namespace {

Status check_png(const StagedFile& icon, uint64_t size, const std::string& subject) {
  static const std::string signature("\x89PNG\r\n\x1a\n", 8);
  std::string start(signature.size(), '\0');
  const bool png =
      size > signature.size() && size <= kMaxFdroidIcon &&
      ::pread(icon.fd.get(), start.data(), start.size(), 0) == static_cast<ssize_t>(start.size()) &&
      start == signature;
  if (png) return ok_status();
  return verification_error(subject, "is no PNG of at most 1 MiB");
}

Result<Json> place_icon(Repository& repository, const AppIcon& icon,
                        const std::string& application) {
  const std::string subject = application + "'s icon for " + icon.locale;
  HALLMARK_TRY(StagedFile staged, repository.tree.stage_copy(icon.untrusted_png, subject));
  HALLMARK_TRY(const FileDigest digest, digest_fd(staged.fd.get()));
  HALLMARK_CHECK(check_png(staged, digest.size, subject));
  const std::string name = fdroid_icon_name(digest.sha256);
  const ServedFile served{"apk" + name, digest.size, digest.sha256};
  if (!repository.tree.holds(served)) {
    std::vector<Placement> placements;
    placements.push_back({std::move(staged), served.path});
    HALLMARK_CHECK(repository.tree.place(placements));
  }
  return Json{{"name", name}, {"sha256", digest.sha256.hex()}, {"size", digest.size}};
}

}  // namespace

Result<std::vector<ServedFile>> icons_of(const Json& texts) {
  const Json icons = texts.at("metadata").value("icon", Json::object());
  std::vector<ServedFile> out;
  for (const Json& icon : icons) {
    HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(icon.value("sha256", "")));
    out.push_back(
        {"apk" + icon.value("name", std::string()), icon.value("size", uint64_t{0}), sha256});
  }
  return out;
}

Status describe_app(Repository& repository, const std::string& application, Json untrusted_texts,
                    const std::vector<AppIcon>& icons) {
  HALLMARK_CHECK(check_fdroid_texts(untrusted_texts, application));
  HALLMARK_CHECK(repository.tree.clear_incoming());
  for (const AppIcon& icon : icons) {
    HALLMARK_TRY(untrusted_texts["metadata"]["icon"][icon.locale],
                 place_icon(repository, icon, application));
  }
  HALLMARK_CHECK(check_fdroid_texts(untrusted_texts, application));
  HALLMARK_TRY(const std::string text, canonical_dump(untrusted_texts));
  HALLMARK_CHECK(repository.state.set_app_texts(application, text));
  return repository.tree.clear_incoming();
}

}  // namespace hallmark
