// Taking over a signed entry.
#include <set>

#include "core/bytes.hpp"
#include "core/mapped_file.hpp"
#include "publisher/repository/fdroid.hpp"
#include "verify/fdroid/entry_jar.hpp"
#include "verify/fdroid/index.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxPage = std::size_t{256} << 10U;  // bytes

Status check_entry(const FdroidEntryFiles& untrusted_files, const FdroidComposition& composed,
                   const Sha256Digest& certificate) {
  HALLMARK_TRY(const FdroidEntry entry, read_fdroid_entry(untrusted_files.entry));
  HALLMARK_TRY(const std::string signed_entry,
               read_entry_jar(as_bytes(untrusted_files.jar), certificate));
  if (signed_entry != untrusted_files.entry) {
    return verification_error("apk/entry.jar", "holds another entry than entry.json is");
  }
  if (entry.sha256 != composed.index.sha256 || entry.size != composed.index.size ||
      entry.timestamp != composed.timestamp) {
    return verification_error("apk/entry.jar", "is not of the index as it was composed",
                              "compose, then have the signer sign this index");
  }
  if (untrusted_files.page.size() <= kMaxPage) return ok_status();
  return verification_error("apk/index.html", "is larger than 256 KiB");
}

// What the index names besides APKs, and itself.
Result<std::vector<ServedFile>> files_of_index(const Tree& tree, const ServedFile& index) {
  HALLMARK_TRY(const UniqueFd file, tree.open_file(index.path));
  HALLMARK_TRY(const MappedFile text, MappedFile::map(file.get(), kMaxFdroidIndex, index.path));
  HALLMARK_TRY(const UntrustedFdroidIndex read, read_fdroid_index(as_text(text.bytes())));
  std::vector<ServedFile> out;
  std::set<std::string> seen;
  for (const auto& [application, texts] : read.texts) {
    HALLMARK_TRY(const std::vector<ServedFile> icons, icons_of(texts));
    for (const ServedFile& icon : icons) {
      if (!seen.insert(icon.path).second) continue;
      if (!tree.holds(icon)) return failed(icon.path, "is gone from the tree", "compose again");
      out.push_back(icon);
    }
  }
  out.push_back(index);
  return out;
}

Status place_entry(Tree& tree, const FdroidEntryFiles& files) {
  HALLMARK_CHECK(tree.clear_incoming());
  std::vector<Placement> placements;
  const auto add = [&](const char* name, const std::string& text) -> Status {
    HALLMARK_TRY(StagedFile staged, tree.stage_text(text));
    placements.push_back({std::move(staged), std::string("apk/") + name});
    return ok_status();
  };
  HALLMARK_CHECK(add("index.html", files.page));
  HALLMARK_CHECK(add("entry.json", files.entry));
  HALLMARK_CHECK(add("entry.jar", files.jar));
  return tree.place(placements);
}

}  // namespace

Status attach_fdroid(Repository& repository, const Sha256Digest& certificate,
                     const FdroidEntryFiles& untrusted_files) {
  HALLMARK_TRY(const std::optional<FdroidComposition> composed,
               repository.state.fdroid_composition());
  if (!composed) return failed("F-Droid index", "has not been composed", "compose it first");
  HALLMARK_CHECK(check_entry(untrusted_files, *composed, certificate));
  HALLMARK_TRY(const std::vector<ServedFile> files,
               files_of_index(repository.tree, composed->index));
  HALLMARK_CHECK(place_entry(repository.tree, untrusted_files));
  return repository.state.set_fdroid_entry(
      {untrusted_files.entry, untrusted_files.jar, untrusted_files.page, false}, files);
}

}  // namespace hallmark
