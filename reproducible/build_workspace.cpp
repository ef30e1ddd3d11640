#include "reproducible/build_workspace.hpp"

#include <dirent.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace hallmark {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "workspace-";

// False: its owner is alive.
Result<bool> sweep_if_abandoned(const std::string& path) {
  HALLMARK_TRY(const UniqueFd folder, open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    return errno_error(path, "cannot lock");
  }
  HALLMARK_CHECK(remove_tree(path));
  return true;
}

Status sweep(const std::string& work) {
  std::error_code error;
  for (fs::directory_iterator it(work, error), end; !error && it != end; it.increment(error)) {
    if (!it->path().filename().string().starts_with(kPrefix)) continue;
    HALLMARK_TRY(const bool swept, sweep_if_abandoned(it->path()));
    static_cast<void>(swept);
  }
  if (error) return failed(work, "cannot be listed: " + error.message());
  return ok_status();
}

Command unshare(std::vector<std::string> options, const std::string& program,
                const std::vector<std::string>& arguments) {
  Command command;
  command.program = "/usr/bin/unshare";
  command.arguments = std::move(options);
  command.arguments.insert(command.arguments.end(), {"--", program});
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  return command;
}

}  // namespace

Result<Workspace> Workspace::create(const std::string& work) {
  HALLMARK_CHECK(make_dirs(work, 0700));
  // Making a workspace and locking it are two steps: nobody sweeps between them.
  HALLMARK_TRY(const UniqueFd gate,
               open_at(AT_FDCWD, work + "/lock", O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
  if (::flock(gate.get(), LOCK_EX) != 0) return errno_error(work, "cannot lock");
  HALLMARK_CHECK(sweep(work));
  std::string path = work + "/" + kPrefix + "XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) return errno_error(work, "cannot make a workspace in");
  HALLMARK_TRY(UniqueFd folder, open_dir(path));
  if (::flock(folder.get(), LOCK_EX) != 0) return errno_error(path, "cannot lock");
  return Workspace(std::move(path), std::move(folder));
}

Workspace::~Workspace() {
  // A moved-from workspace has no lock. What cannot be removed now is swept next time.
  if (lock_) static_cast<void>(remove_tree(path_).ok());
}

Command in_private_namespaces(const std::string& program,
                              const std::vector<std::string>& arguments) {
  return unshare({"--user", "--map-root-user", "--map-auto", "--net", "--mount", "--pid", "--fork",
                  "--kill-child"},
                 program, arguments);
}

std::vector<std::string> with_subordinate_ids() {
  return {"/usr/bin/unshare", "--user", "--map-root-user", "--map-auto", "--kill-child", "--"};
}

Command without_network(const std::string& program, const std::vector<std::string>& arguments) {
  return unshare({"--user", "--map-current-user", "--net"}, program, arguments);
}

Status remove_tree(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (!error) return ok_status();
  const Command command = in_private_namespaces(
      "/usr/bin/rm", {"--recursive", "--force", "--one-file-system", "--", path});
  HALLMARK_TRY(const std::string output, run_checked(command, path));
  static_cast<void>(output);
  return ok_status();
}

}  // namespace hallmark
