// An environment as a folder that a sandbox can show: owned by the builder throughout, without
// devices, with the mount points that the sandbox needs.
#pragma once

#include <array>
#include <string>

#include "core/fd.hpp"

namespace hallmark {

// Files of /etc that the sandbox mounts its own upon; empty where the environment has none.
constexpr std::array<const char*, 3> kMountPointsInEtc = {"passwd", "group", "hosts"};

// Unpacks the tar file `tar` into the new folder `folder`.
Status unpack_environment(int tar, const std::string& folder);

// The same for packages to be installed in: as whoever is in the tar file owns it and may use it,
// which is one of our subordinate ids.
Status unpack_root(int tar, const std::string& folder);

// The environment's user and group lists with one user more, and a hosts file that knows the
// sandbox's name: written into the existing folder `to` as passwd, group and hosts.
struct SandboxUser {
  std::string name;
  uint32_t uid = 0;
  std::string home;
  std::string hostname;
};
Status write_identity_files(const std::string& environment, const SandboxUser& user,
                            const std::string& to);

}  // namespace hallmark
