#include "reproducible/environment_unpack.hpp"

#include <fcntl.h>

#include "process/run.hpp"
#include "reproducible/build_workspace.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxIdentityFile = uint64_t{1} << 20U;
constexpr std::chrono::seconds kUnpackTimeout{1800};

// An empty file to mount upon, where there is none yet.
Status ensure_file(int folder, const std::string& name) {
  HALLMARK_TRY(const UniqueFd file, open_at(folder, name, O_RDONLY | O_CREAT | O_NOFOLLOW, 0644));
  return ok_status();
}

}  // namespace

Status unpack_environment(int tar, const std::string& folder) {
  HALLMARK_CHECK(make_dirs(folder, 0755));
  // Set-user-id bits are not for this user's files.
  Command command = without_network(
      "/usr/bin/tar",
      {"--extract", "--file=/proc/self/fd/" + std::to_string(tar), "--directory=" + folder,
       "--exclude=./dev", "--no-same-owner", "--no-same-permissions", "--delay-directory-restore"});
  command.inherit_fds = {tar};
  command.timeout = kUnpackTimeout;
  HALLMARK_TRY(const std::string output, run_checked(command, "build environment"));
  static_cast<void>(output);
  HALLMARK_TRY(const UniqueFd etc,
               open_at(AT_FDCWD, folder + "/etc", O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  for (const char* name : {"passwd", "group", "hosts"})
    HALLMARK_CHECK(ensure_file(etc.get(), name));
  return ok_status();
}

Status write_identity_files(const std::string& environment, const SandboxUser& user,
                            const std::string& to) {
  HALLMARK_TRY(const UniqueFd etc,
               open_at(AT_FDCWD, environment + "/etc", O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  HALLMARK_TRY(std::string passwd, read_file_at(etc.get(), "passwd", kMaxIdentityFile));
  HALLMARK_TRY(std::string group, read_file_at(etc.get(), "group", kMaxIdentityFile));
  const std::string id = std::to_string(user.uid);
  passwd += user.name + ":x:" + id + ":" + id + "::" + user.home + ":/bin/sh\n";
  group += user.name + ":x:" + id + ":\n";
  HALLMARK_TRY(const UniqueFd folder, open_dir(to));
  HALLMARK_CHECK(write_file_atomic(folder.get(), "passwd", passwd, 0644));
  HALLMARK_CHECK(write_file_atomic(folder.get(), "group", group, 0644));
  return write_file_atomic(folder.get(), "hosts", "127.0.0.1 localhost " + user.hostname + "\n",
                           0644);
}

}  // namespace hallmark
