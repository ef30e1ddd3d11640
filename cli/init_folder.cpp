#include "cli/init_folder.hpp"

#include <unistd.h>

#include <filesystem>

#include "cli/key_ceremony.hpp"
#include "cli/terminal_folder.hpp"

namespace hallmark {
namespace {

Status claim_folder(const Layout& layout) {
  namespace fs = std::filesystem;
  std::error_code failure;
  // What begins here is removed first; a marker that came with a clone must not have that done.
  if (fs::exists(layout.root / kInitMarker) && !fs::exists(layout.root / ".git")) {
    for (const fs::directory_entry& entry : fs::directory_iterator(layout.root, failure)) {
      if (entry.path().filename() != kInitMarker) fs::remove_all(entry.path(), failure);
      if (failure) return failed(entry.path(), "cannot be removed: " + failure.message());
    }
    return ok_status();
  }
  HALLMARK_CHECK(check_folder_is_free(layout.root));
  HALLMARK_CHECK(make_dirs(layout.root, 0755));
  // In one step: a folder that holds anything else first would be taken for somebody's.
  HALLMARK_TRY(const UniqueFd marker,
               open_at(AT_FDCWD, layout.root / kInitMarker, O_WRONLY | O_CREAT | O_EXCL, 0644));
  HALLMARK_TRY(const UniqueFd folder, open_dir(layout.root));
  return sync_fd(folder.get(), layout.root);
}

Status make_agent_homes(const Layout& layout) {
  for (const AgentKind kind : {AgentKind::kSigning, AgentKind::kPublishing}) {
    HALLMARK_TRY(const AgentUsers users, agent_users(kind));
    HALLMARK_CHECK(prepare_agent_home(kind, layout, users));
  }
  return ok_status();
}

}  // namespace

Status check_folder_is_free(const std::string& root) {
  namespace fs = std::filesystem;
  std::error_code failure;
  const fs::path folder(root);
  if (!fs::exists(folder, failure) && !failure) return ok_status();
  const bool begun =
      fs::exists(folder / kInitMarker, failure) && !fs::exists(folder / ".git", failure);
  if (begun || fs::is_empty(folder, failure)) {
    return ok_status();
  }
  return failed(root, "is a terminal already, or holds something else",
                "choose another folder with --root; a terminal is never made over");
}

Status make_in_folder(const std::string& path, Screen& screen,
                      const std::function<Status(TerminalRoot&)>& make) {
  std::error_code failure;
  const Layout layout{std::filesystem::absolute(path, failure).lexically_normal()};
  if (failure) return failed(path, "is no usable path");
  HALLMARK_CHECK(claim_folder(layout));
  HALLMARK_CHECK(make_users());
  HALLMARK_CHECK(make_folders(layout));
  HALLMARK_CHECK(make_agent_homes(layout));
  {
    TerminalRoot root(layout, screen);
    HALLMARK_CHECK(make(root));
  }
  if (::unlink((layout.root / kInitMarker).c_str()) != 0) {
    return errno_error(layout.root / kInitMarker, "cannot remove");
  }
  HALLMARK_TRY(const UniqueFd folder, open_dir(layout.root));
  return sync_fd(folder.get(), layout.root);
}

Status write_publishing_key(const Layout& layout, const std::string& key,
                            const std::string& terminal) {
  HALLMARK_TRY(const UniqueFd folder, open_dir(layout.root / "keys"));
  return write_file_atomic(folder.get(), "publishing.pub",
                           key + " hallmark-publishing@" + terminal + "\n", 0644);
}

}  // namespace hallmark
