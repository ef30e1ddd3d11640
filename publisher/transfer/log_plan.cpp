#include "publisher/transfer/log_plan.hpp"

#include <unistd.h>

#include <iterator>
#include <set>

#include "core/digest.hpp"
#include "core/json.hpp"
#include "verify/log/log_folder.hpp"
#include "verify/log/log_key.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxText = uint64_t{24} << 20U;  // bytes

Upload from_folder(const std::string& source, const ServedFile& file) {
  return Upload{file, [source] { return open_at(AT_FDCWD, source, O_RDONLY | O_NOFOLLOW); }};
}

// By their digests, which are also their names: each once.
Result<std::vector<Upload>> uploads_of_texts(const std::string& folder, const std::string& served,
                                             const std::set<std::string>& names) {
  std::vector<Upload> uploads;
  for (const std::string& name : names) {
    const std::string source = folder + "/texts/" + name;
    HALLMARK_TRY(const UniqueFd file, open_at(AT_FDCWD, source, O_RDONLY | O_NOFOLLOW));
    HALLMARK_TRY(const FileDigest digest, digest_fd(file.get()));
    if (digest.sha256.hex() != name || digest.size > kMaxText) {
      return verification_error(source, "is not the text that its name says");
    }
    uploads.push_back(
        from_folder(source, ServedFile{served + "/texts/" + name, digest.size, digest.sha256}));
  }
  return uploads;
}

Status add_named(std::string_view entry, std::set<std::string>& names) {
  HALLMARK_TRY(const std::vector<Sha256Digest> named, texts_named_by(entry));
  for (const Sha256Digest& digest : named) names.insert(digest.hex());
  return ok_status();
}

}  // namespace

Result<std::vector<Sha256Digest>> texts_named_by(std::string_view entry) {
  HALLMARK_TRY(const Json leaf, parse_json(entry, "release log"));
  std::vector<const char*> keys = {"request", "policy"};
  // A refusal's "request" is the type of what was refused.
  if (!leaf.is_object() || leaf.value("kind", Json()) == "refusal") keys.clear();
  if (leaf.is_object() && leaf.value("kind", Json()) == "policy") keys.push_back("sha256");
  std::vector<Sha256Digest> named;
  for (const char* key : keys) {
    if (!leaf.contains(key)) continue;
    if (!leaf[key].is_string()) return verification_error("release log", "names no digest");
    HALLMARK_TRY(const Sha256Digest digest, Sha256Digest::from_hex(leaf[key].get<std::string>()));
    named.push_back(digest);
  }
  return named;
}

std::string served_checkpoint_path(const std::string& terminal) {
  return "log/" + terminal + "/checkpoint";
}

Result<std::vector<PublishStage>> make_log_stages(const Layout& layout, const Policy& policy,
                                                  const std::string& terminal) {
  const std::string folder = layout.public_log(terminal);
  if (::access((folder + "/checkpoint").c_str(), F_OK) != 0) {
    return failed("release log", "has no checkpoint", "hallmark publish");
  }
  HALLMARK_TRY(const NoteKey key, log_key_of(policy, terminal));
  const std::string served = "log/" + terminal;
  PublishStage tiles{"log", {}, false};
  LogVisitor visitor;
  std::set<std::string> named;
  visitor.on_entry = [&named](uint64_t, std::string_view entry) { return add_named(entry, named); };
  visitor.on_file = [&](const std::string& path, std::string_view bytes) {
    const ServedFile file{served + "/" + path, bytes.size(), sha256(bytes)};
    tiles.uploads.push_back(from_folder(folder + "/" + path, file));
    return ok_status();
  };
  HALLMARK_TRY(const VerifiedLog log, check_log_folder(folder, key, {}, visitor));
  HALLMARK_TRY(std::vector<Upload> texts, uploads_of_texts(folder, served, named));
  std::move(texts.begin(), texts.end(), std::back_inserter(tiles.uploads));
  PublishStage checkpoint{"log checkpoint", {}, true};
  checkpoint.uploads.push_back(upload_of_text(served_checkpoint_path(terminal), log.note));
  std::vector<PublishStage> stages;
  stages.push_back(std::move(tiles));
  stages.push_back(std::move(checkpoint));
  return stages;
}

}  // namespace hallmark
