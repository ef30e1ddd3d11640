#include "publisher/transfer/log_plan.hpp"

#include <unistd.h>

#include "core/digest.hpp"
#include "verify/log/log_folder.hpp"
#include "verify/log/log_key.hpp"

namespace hallmark {
namespace {

Upload from_folder(const std::string& source, const ServedFile& file) {
  return Upload{file, [source] { return open_at(AT_FDCWD, source, O_RDONLY | O_NOFOLLOW); }};
}

}  // namespace

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
  PublishStage tiles{"log", {}, false};
  LogVisitor visitor;
  visitor.on_entry = [](uint64_t, std::string_view) { return ok_status(); };
  visitor.on_file = [&](const std::string& path, std::string_view bytes) {
    const ServedFile file{"log/" + terminal + "/" + path, bytes.size(), sha256(bytes)};
    tiles.uploads.push_back(from_folder(folder + "/" + path, file));
    return ok_status();
  };
  HALLMARK_TRY(const VerifiedLog log, check_log_folder(folder, key, {}, visitor));
  PublishStage checkpoint{"log checkpoint", {}, true};
  checkpoint.uploads.push_back(upload_of_text(served_checkpoint_path(terminal), log.note));
  std::vector<PublishStage> stages;
  stages.push_back(std::move(tiles));
  stages.push_back(std::move(checkpoint));
  return stages;
}

}  // namespace hallmark
