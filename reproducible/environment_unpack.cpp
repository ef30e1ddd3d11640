#include "reproducible/environment_unpack.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "process/run.hpp"
#include "reproducible/build_workspace.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxIdentityFile = uint64_t{1} << 20U;
constexpr std::chrono::seconds kUnpackTimeout{1800};

// Empty files to mount upon, where there are none yet. The folder's time stays the tar file's.
Status make_mount_points(const std::string& etc) {
  HALLMARK_TRY(const UniqueFd folder, open_at(AT_FDCWD, etc, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  struct stat before {};
  if (::fstat(folder.get(), &before) != 0) return errno_error(etc, "cannot be looked at");
  for (const char* name : kMountPointsInEtc) {
    HALLMARK_TRY(const UniqueFd file,
                 open_at(folder.get(), name, O_RDONLY | O_CREAT | O_NOFOLLOW, 0644));
  }
  const timespec times[] = {before.st_atim, before.st_mtim};
  if (::futimens(folder.get(), times) != 0) return errno_error(etc, "cannot set its time");
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
  return make_mount_points(folder + "/etc");
}

Status unpack_root(int tar, const std::string& folder) {
  HALLMARK_CHECK(make_dirs(folder, 0755));
  Command command = in_private_namespaces(
      "/usr/bin/tar", {"--extract", "--file=/proc/self/fd/" + std::to_string(tar),
                       "--directory=" + folder, "--exclude=./dev", "--numeric-owner",
                       "--same-owner", "--same-permissions", "--delay-directory-restore"});
  command.inherit_fds = {tar};
  command.timeout = kUnpackTimeout;
  HALLMARK_TRY(const std::string output, run_checked(command, "empty machine"));
  static_cast<void>(output);
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
