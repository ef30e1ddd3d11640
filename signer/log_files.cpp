#include "signer/log_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>

#include "verify/log/tiles.hpp"

namespace hallmark {
namespace {

using Path = std::filesystem::path;

constexpr mode_t kForEverybody = 0755;

// Makes `folder` and what is missing above it, below `root`; their names are on disk on return.
Result<UniqueFd> open_folder(const Path& root, const Path& folder) {
  HALLMARK_CHECK(make_dirs(folder, kForEverybody));
  for (Path above = folder; above != root; above = above.parent_path()) {
    HALLMARK_TRY(const UniqueFd parent, open_dir(above.parent_path()));
    HALLMARK_CHECK(sync_fd(parent.get(), above.parent_path()));
  }
  return open_dir(folder);
}

bool holds(int folder, const std::string& name, std::string_view bytes) {
  const auto there = read_file_at(folder, name, kMaxEntryBundle);
  return there.ok() && *there == bytes;
}

}  // namespace

Status write_log_tiles(const SignerContext& context, const LogHead& head) {
  const Path root = context.layout.public_keys();
  const Path log = context.layout.public_log(context.origin.terminal);
  Path last_folder;
  UniqueFd folder;
  TileWriter writer([&](const std::string& path, std::string_view bytes) -> Status {
    const Path file = log / path;
    if (file.parent_path() != last_folder) {
      last_folder = file.parent_path();
      HALLMARK_TRY(folder, open_folder(root, last_folder));
    }
    if (holds(folder.get(), file.filename(), bytes)) return ok_status();
    return write_file_atomic(folder.get(), file.filename(), bytes, 0644);
  });
  HALLMARK_CHECK(
      context.log.each_line(head, [&](std::string_view line) { return writer.add(line); }));
  return writer.finish();
}

Status write_kept_texts(const SignerContext& context) {
  const Path folder_path = context.layout.public_log(context.origin.terminal) / "texts";
  HALLMARK_TRY(const UniqueFd folder, open_folder(context.layout.public_keys(), folder_path));
  return context.state.each_kept_text(
      [&](const std::string& sha256, std::string_view text) -> Status {
        // Named by what is in it, and put there by rename.
        struct stat info {};
        const bool there = ::fstatat(folder.get(), sha256.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
        if (there && static_cast<uint64_t>(info.st_size) == text.size()) return ok_status();
        return write_file_atomic(folder.get(), sha256, text, 0644);
      });
}

Status write_log_checkpoint(const SignerContext& context, const std::string& note) {
  HALLMARK_TRY(const UniqueFd folder, open_dir(context.layout.public_log(context.origin.terminal)));
  return write_file_atomic(folder.get(), "checkpoint", note, 0644);
}

}  // namespace hallmark
