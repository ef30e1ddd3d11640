#include "reproducible/environment_pool.hpp"

#include <fcntl.h>

#include <set>
#include <utility>

#include "core/digest.hpp"
#include "core/fd.hpp"
#include "verify/deb_package.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxPackages = 5000;
constexpr uint64_t kMaxPackageSize = uint64_t{4} << 30U;

bool is_package_name(const std::string& name) {
  const auto lower_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return name.size() >= 2 && lower_or_digit(name[0]) &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.") == std::string::npos;
}

std::string label(const LockedPackage& package) {
  return "package " + package.name + " " + package.version;
}

Status copy_package(const LockedPackage& package, const std::string& quarantine,
                    const std::string& pool) {
  const std::string hex = package.sha256.hex();
  Result<UniqueFd> found = open_at(AT_FDCWD, quarantine + "/sha256/" + hex.substr(0, 2) + "/" + hex,
                                   O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!found.ok()) {
    return failed(label(package), "is not in quarantine: " + found.error().cause,
                  "run 'hallmark fetch' first");
  }
  HALLMARK_TRY(const UniqueFd copy,
               open_at(AT_FDCWD, pool + "/" + hex + ".deb", O_RDWR | O_CREAT | O_EXCL, 0644));
  HALLMARK_TRY(const uint64_t copied, copy_fd(found->get(), copy.get(), kMaxPackageSize));
  HALLMARK_TRY(const FileDigest digest, digest_fd(copy.get()));
  if (copied != package.size || digest.sha256 != package.sha256) {
    return verification_error(label(package), "the quarantined file is not the one in the lock",
                              "run 'hallmark fetch' again");
  }
  return ok_status();
}

}  // namespace

Status check_package_list(const LockedEnvironment& environment) {
  const std::string subject = "environment " + environment.name;
  if (environment.packages.empty()) return verification_error(subject, "has no packages");
  if (environment.packages.size() > kMaxPackages) {
    return verification_error(subject,
                              "has more than " + std::to_string(kMaxPackages) + " packages");
  }
  std::set<std::string> names;
  for (const LockedPackage& package : environment.packages) {
    const bool fits =
        package.architecture == "all" || package.architecture == environment.architecture;
    if (!is_package_name(package.name)) {
      return verification_error(subject, "'" + package.name + "' is not a package name");
    }
    if (!fits) return verification_error(label(package), "is for " + package.architecture);
    if (package.size > kMaxPackageSize) return verification_error(label(package), "is too large");
    if (!names.insert(package.name).second) {
      return verification_error(subject, "holds " + package.name + " twice");
    }
  }
  return ok_status();
}

std::string flat_packages_index(const LockedEnvironment& environment) {
  std::string out;
  for (const LockedPackage& package : environment.packages) {
    const std::string hex = package.sha256.hex();
    out.append("Package: ").append(package.name);
    out.append("\nVersion: ").append(package.version);
    out.append("\nArchitecture: ").append(package.architecture);
    out.append("\nFilename: ").append(hex).append(".deb");
    out.append("\nSize: ").append(std::to_string(package.size));
    out.append("\nSHA256: ").append(hex).append("\n\n");
  }
  return out;
}

Result<std::string> whole_packages_index(const LockedEnvironment& environment,
                                         const std::string& pool) {
  std::string out;
  for (const LockedPackage& package : environment.packages) {
    const std::string name = package.sha256.hex() + ".deb";
    HALLMARK_TRY(const UniqueFd file, open_file(pool + "/" + name));
    HALLMARK_TRY(const DebPackage deb, read_deb(file.get(), label(package)));
    out += index_stanza(deb, name) + "\n";
  }
  return out;
}

Status fill_package_pool(const LockedEnvironment& environment, const std::string& quarantine,
                         const std::string& pool) {
  HALLMARK_CHECK(check_package_list(environment));
  for (const LockedPackage& package : environment.packages) {
    HALLMARK_CHECK(copy_package(package, quarantine, pool));
  }
  HALLMARK_TRY(const UniqueFd folder, open_dir(pool));
  return write_file_atomic(folder.get(), "Packages", flat_packages_index(environment), 0644);
}

}  // namespace hallmark
