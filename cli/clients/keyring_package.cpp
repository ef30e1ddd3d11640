#include "cli/clients/keyring_package.hpp"

#include <fcntl.h>
#include <stdlib.h>

#include <filesystem>

#include "core/debian_version.hpp"
#include "core/fd.hpp"
#include "core/model/keyring_files.hpp"
#include "process/run.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

// The tree that dpkg-deb packs, gone with this object.
class PackageTree {
 public:
  static Result<PackageTree> make() {
    std::string path = fs::temp_directory_path() / "hallmark-keyring-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) return errno_error(path, "cannot be made");
    return PackageTree(path);
  }
  PackageTree(PackageTree&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  PackageTree(const PackageTree&) = delete;
  PackageTree& operator=(const PackageTree&) = delete;
  PackageTree& operator=(PackageTree&&) = delete;
  ~PackageTree() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }

  // With modes of its own, whatever the umask is: they are in the package.
  Status write(const fs::path& below, const std::string& text) const {
    fs::path folder = root();
    HALLMARK_CHECK(make_folder(folder));
    for (const fs::path& part : below.parent_path()) {
      folder /= part;
      HALLMARK_CHECK(make_folder(folder));
    }
    HALLMARK_TRY(const UniqueFd parent, open_dir(folder));
    constexpr mode_t kMode = 0644;
    HALLMARK_CHECK(write_file_atomic(parent.get(), below.filename(), text, kMode));
    return set_mode(root() / below, kMode);
  }

  // The package's bytes.
  Result<std::string> build(const std::string& name) const {
    constexpr uint64_t kMaxPackage = uint64_t{16} << 20U;  // bytes
    const std::string path = fs::path(path_) / name;
    Command command;
    command.program = "/usr/bin/dpkg-deb";
    command.arguments = {"--build", "--root-owner-group", "-Zxz", root(), path};
    // What is younger gets this time, 2000-01-01: the bytes are not to tell when they were made.
    command.environment = {"SOURCE_DATE_EPOCH=946684800"};
    HALLMARK_TRY(const std::string said, run_checked(command, name));
    static_cast<void>(said);
    return read_file(path, kMaxPackage);
  }

 private:
  fs::path root() const { return fs::path(path_) / "package"; }
  explicit PackageTree(std::string path) : path_(std::move(path)) {}
  static Status set_mode(const fs::path& path, mode_t mode) {
    std::error_code failure;
    fs::permissions(path, static_cast<fs::perms>(mode), failure);
    if (failure) return failed(path, "cannot get its mode: " + failure.message());
    return ok_status();
  }
  static Status make_folder(const fs::path& path) {
    constexpr mode_t kMode = 0755;
    HALLMARK_CHECK(make_dirs(path, kMode));
    return set_mode(path, kMode);
  }

  std::string path_;
};

Status fill(const PackageTree& tree, const Policy& policy, const std::string& keyring,
            const KeyringPackage& package) {
  if (package.unattended_upgrades && !is_plain_origin(policy.origin)) {
    return usage_error("origin \"" + policy.origin + "\"",
                       "has characters that mean something else in a pattern of "
                       "unattended-upgrades");
  }
  const KeyringFiles files =
      keyring_files(policy, keyring, package.version, package.unattended_upgrades);
  for (const auto& [name, text] : files.control) {
    HALLMARK_CHECK(tree.write(fs::path("DEBIAN") / name, text));
  }
  for (const auto& [path, text] : files.data) HALLMARK_CHECK(tree.write(path, text));
  return ok_status();
}

}  // namespace

Result<std::string> write_keyring_package(const Policy& policy, const std::string& keyring,
                                          const KeyringPackage& package,
                                          const std::string& folder) {
  if (!policy.clients) {
    return policy_error("policy.json", "has no \"clients\", which name the package",
                        "docs/formats.md");
  }
  if (!is_debian_version(package.version) || package.version.find(':') != std::string::npos) {
    return usage_error("version '" + package.version + "'",
                       "is no Debian version without an epoch");
  }
  HALLMARK_TRY(const PackageTree tree, PackageTree::make());
  HALLMARK_CHECK(fill(tree, policy, keyring, package));
  const std::string name = keyring_name(*policy.clients) + "_" + package.version + "_all.deb";
  HALLMARK_TRY(const std::string deb, tree.build(name));
  HALLMARK_TRY(const UniqueFd target, open_dir(folder));
  constexpr mode_t kMode = 0644;
  HALLMARK_CHECK(write_file_atomic(target.get(), name, deb, kMode));
  return (fs::absolute(folder) / name).string();
}

}  // namespace hallmark
