#include "reproducible/environment_make.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "core/digest.hpp"
#include "process/run.hpp"
#include "reproducible/archive_chain.hpp"
#include "reproducible/build_workspace.hpp"
#include "reproducible/environment_pool.hpp"
#include "reproducible/environment_tree.hpp"
#include "reproducible/environment_unpack.hpp"

namespace hallmark {
namespace {

constexpr std::chrono::seconds kMakeTimeout{3600};
constexpr const char* kAptFolder = "/etc/apt";

// What mmdebstrap leaves of the machine it runs on, and what depends on the order in which dpkg was
// handed the packages. $1 is the environment's folder.
constexpr const char* kCleanUp =
    "set -eu; cd \"$1\"; "
    "rm -f etc/apt/sources.list etc/resolv.conf etc/hostname; "
    "rm -f etc/apt/apt.conf.d/99mmdebstrap etc/dpkg/dpkg.cfg.d/99mmdebstrap; "
    "rm -f var/cache/debconf/*-old var/lib/dpkg/*-old; "
    // Java's certificate store holds the time of its making; a sealed build asks nobody for
    // certificates.
    "rm -f etc/ssl/certs/java/cacerts; "
    "if [ -d var/cache/man ]; then find var/cache/man -type f -name index.db -delete; fi; "
    "echo build > etc/hostname; chmod 644 etc/hostname";

std::string include_list(const LockedEnvironment& environment) {
  std::string list;
  for (const LockedPackage& package : environment.packages) {
    list += (list.empty() ? "" : ",") + package.name + "=" + package.version;
  }
  return list;
}

// `extent`: the options that say what of the pool is installed. Works in `folder`.
Command mmdebstrap(const std::vector<std::string>& extent, const LockedEnvironment& environment,
                   int64_t date, const std::string& pool, const std::string& folder) {
  std::vector<std::string> arguments = extent;
  arguments.insert(
      arguments.end(),
      {"--mode=root", "--format=tar", "--architectures=" + environment.architecture,
       "--aptopt=APT::Install-Recommends \"false\"",
       // Half an environment is thrown away, so nothing of it needs to reach the disk.
       "--dpkgopt=force-unsafe-io",
       // The files were checked and there is no network: apt's own user would only fail to read a
       // pool that is below somebody's private home.
       "--aptopt=APT::Sandbox::User \"root\"", std::string("--customize-hook=") + kCleanUp, "",
       folder + "/environment.tar", "deb [trusted=yes] copy://" + pool + " ./"});
  Command command = in_private_namespaces("/usr/bin/mmdebstrap", arguments);
  command.environment = {"TMPDIR=" + folder + "/tmp", "SOURCE_DATE_EPOCH=" + std::to_string(date)};
  command.working_directory = folder;
  command.output_limit = uint64_t{64} << 20U;
  command.timeout = kMakeTimeout;
  return command;
}

Status move_into_store(int tar, const std::string& from, const std::string& to) {
  HALLMARK_CHECK(sync_fd(tar, from));
  if (::fchmod(tar, 0644) != 0) return errno_error(from, "cannot set mode");
  const std::string folder = std::filesystem::path(to).parent_path();
  HALLMARK_CHECK(make_dirs(folder, 0755));
  if (std::rename(from.c_str(), to.c_str()) != 0) return errno_error(to, "cannot move into place");
  HALLMARK_TRY(const UniqueFd synced, open_dir(folder));
  return sync_fd(synced.get(), folder);
}

// Without a matching entry in /etc/subuid there can be no environment: say so before anything else.
Status check_subordinate_ids() {
  const Result<std::string> tried =
      run_checked(in_private_namespaces("/usr/bin/true", {}), "build environment");
  if (tried.ok()) return ok_status();
  return failed("build environment", "cannot make namespaces: " + tried.error().cause,
                "this user needs subordinate ids: usermod --add-subuids 100000-165535 "
                "--add-subgids 100000-165535 USER; and the package uidmap");
}

}  // namespace

Result<EnvironmentFile> EnvironmentStore::get(const LockedEnvironment& environment) const {
  const std::optional<Sha256Digest>& wanted = environment.environment_sha256;
  Result<UniqueFd> tar = open_at(AT_FDCWD, kept_path(environment, lock_.source_date_epoch) + ".tar",
                                 O_RDONLY | O_NOFOLLOW);
  if (wanted && tar.ok()) {
    HALLMARK_TRY(const FileDigest digest, digest_fd(tar->get()));
    if (digest.sha256 == *wanted) return EnvironmentFile{std::move(*tar), digest.sha256};
  }
  return make(environment);
}

std::string EnvironmentStore::kept_path(const LockedEnvironment& environment, int64_t date) const {
  Json packages = Json::array();
  for (const LockedPackage& package : environment.packages) {
    packages.push_back({package.name, package.version, package.architecture, package.sha256.hex()});
  }
  const Json inputs = {{"architecture", environment.architecture},
                       {"mmdebstrap", environment.mmdebstrap},
                       {"source_date_epoch", date},
                       {"packages", packages}};
  return layout_.build() / "environments" / sha256(inputs.dump()).hex();
}

Result<std::string> EnvironmentStore::unpacked(const LockedEnvironment& environment,
                                               const EnvironmentFile& file) const {
  const std::string folder = layout_.build() / "environments";
  const std::string kept = kept_path(environment, lock_.source_date_epoch);
  // No two builders may both find it wanting, and one take away what the other has just made.
  HALLMARK_TRY(const UniqueFd lock, open_dir(folder));
  while (::flock(lock.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return errno_error(folder, "cannot lock");
  }
  if (check_environment_tree(file.tar.get(), kept).ok()) return kept;
  const std::string made = workspace_ + "/root-" + environment.name;
  HALLMARK_CHECK(unpack_environment(file.tar.get(), made));
  const std::string old = made + ".old";
  if (std::rename(kept.c_str(), old.c_str()) != 0 && errno != ENOENT)
    return errno_error(kept, "cannot move out of the way");
  if (std::rename(made.c_str(), kept.c_str()) != 0)
    return errno_error(kept, "cannot move into place");
  return kept;
}

Result<UniqueFd> EnvironmentStore::get_basic(const LockedEnvironment& environment,
                                             const std::string& pool) const {
  // Of no release's date: those that pin the same packages share it.
  constexpr int64_t kDate = 0;
  const std::string kept = kept_path(environment, kDate) + ".basic.tar";
  Result<UniqueFd> tar = open_at(AT_FDCWD, kept, O_RDONLY | O_NOFOLLOW);
  if (tar.ok()) return tar;
  HALLMARK_CHECK(check_subordinate_ids());
  HALLMARK_CHECK(
      verify_archive_chain(lock_, product_, Quarantine(layout_.quarantine()), kAptFolder));
  const std::string folder = workspace_ + "/basic-" + environment.name;
  HALLMARK_CHECK(make_dirs(folder + "/tmp", 0755));
  HALLMARK_TRY(const std::string output,
               run_checked(mmdebstrap({"--variant=apt"}, environment, kDate, pool, folder),
                           "environment " + environment.name));
  static_cast<void>(output);
  HALLMARK_TRY(UniqueFd made,
               open_at(AT_FDCWD, folder + "/environment.tar", O_RDONLY | O_NOFOLLOW));
  HALLMARK_CHECK(move_into_store(made.get(), folder + "/environment.tar", kept));
  return made;
}

Result<EnvironmentFile> EnvironmentStore::make(const LockedEnvironment& environment) const {
  const std::string quarantine = layout_.quarantine();
  HALLMARK_CHECK(check_package_list(environment));
  HALLMARK_CHECK(check_subordinate_ids());
  HALLMARK_CHECK(verify_archive_chain(lock_, product_, Quarantine(quarantine), kAptFolder));
  const std::string folder = workspace_ + "/environment-" + environment.name;
  for (const char* part : {"/pool", "/tmp"}) HALLMARK_CHECK(make_dirs(folder + part, 0755));
  HALLMARK_CHECK(fill_package_pool(environment, quarantine, folder + "/pool"));
  HALLMARK_TRY(
      const std::string output,
      run_checked(mmdebstrap({"--variant=custom", "--include=" + include_list(environment)},
                             environment, lock_.source_date_epoch, folder + "/pool", folder),
                  "environment " + environment.name));
  static_cast<void>(output);
  HALLMARK_TRY(EnvironmentFile made, keep(environment, folder + "/environment.tar"));
  HALLMARK_CHECK(remove_tree(folder));
  return made;
}

Result<EnvironmentFile> EnvironmentStore::keep(const LockedEnvironment& environment,
                                               const std::string& tar) const {
  EnvironmentFile made;
  HALLMARK_TRY(made.tar, open_at(AT_FDCWD, tar, O_RDONLY | O_NOFOLLOW));
  HALLMARK_TRY(const FileDigest digest, digest_fd(made.tar.get()));
  made.sha256 = digest.sha256;
  const std::optional<Sha256Digest>& wanted = environment.environment_sha256;
  if (wanted && *wanted != made.sha256) {
    return verification_error("environment " + environment.name,
                              "made from the locked packages it is " + made.sha256.hex() +
                                  ", but the lock says " + wanted->hex(),
                              "the lock was made with mmdebstrap " + environment.mmdebstrap +
                                  "; another version here would explain it");
  }
  HALLMARK_CHECK(move_into_store(made.tar.get(), tar,
                                 kept_path(environment, lock_.source_date_epoch) + ".tar"));
  return made;
}

}  // namespace hallmark
