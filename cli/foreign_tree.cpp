#include "cli/foreign_tree.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <tuple>

#include "core/debian_version.hpp"
#include "core/digest.hpp"
#include "core/fd.hpp"
#include "core/owned_file.hpp"
#include "core/safe_path.hpp"
#include "verify/openpgp.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kReleaseLimit = uint64_t{10} << 20U;  // bytes, as apt has it
constexpr uint64_t kIndexLimit = uint64_t{256} << 20U;

Result<std::string> read_in_tree(const std::string& tree, const std::string& path, uint64_t limit) {
  HALLMARK_TRY(const SafePath safe, SafePath::parse(path));
  HALLMARK_TRY(const UniqueFd fd, open_below(tree, safe));
  return read_all(fd.get(), limit, path);
}

Result<ReleaseFile> read_release(const std::string& tree, const std::string& folder,
                                 const std::string& keyring) {
  const std::string inrelease = folder + "/InRelease";
  std::error_code none;
  if (std::filesystem::exists(tree + "/" + inrelease, none)) {
    HALLMARK_TRY(const std::string text, read_in_tree(tree, inrelease, kReleaseLimit));
    return verify_inrelease(text, {keyring}, inrelease);
  }
  const std::string path = folder + "/Release";
  HALLMARK_TRY(const std::string text, read_in_tree(tree, path, kReleaseLimit));
  if (!std::filesystem::exists(tree + "/" + path + ".gpg", none)) {
    return verification_error(path, "is not signed: there is neither InRelease nor Release.gpg");
  }
  HALLMARK_TRY(const std::string signature, read_in_tree(tree, path + ".gpg", kReleaseLimit));
  const auto good = verify_detached(text, signature, {keyring}, path);
  if (!good.ok()) return good.error();
  return parse_release(text, path);
}

// "main/binary-amd64/Packages.xz": the name without its form's ending, or nothing.
std::string plain_name(const std::string& path) {
  for (const std::string_view ending : {".xz", ".gz"}) {
    if (path.ends_with(ending)) return path.substr(0, path.size() - ending.size());
  }
  return path;
}

bool is_well_named(const IndexPackage& package) {
  return is_debian_package_name(package.name) && is_debian_version(package.version) &&
         is_debian_architecture(package.architecture);
}

struct IndexNames {
  std::map<std::string, std::vector<std::string>> packages;  // plain name: the forms of it
  std::set<std::string> sources;
  std::set<std::string> udebs;
};

IndexNames names_of(const ReleaseFile& release) {
  IndexNames out;
  for (const auto& [path, entry] : release.files) {
    const std::string plain = plain_name(path);
    if (plain.ends_with("/source/Sources")) out.sources.insert(plain);
    if (!plain.ends_with("/Packages") || plain.find("/binary-") == std::string::npos) continue;
    if (plain.find("/debian-installer/") != std::string::npos) {
      out.udebs.insert(plain);
    } else {
      out.packages[plain].push_back(path);
    }
  }
  return out;
}

class SuiteReader {
 public:
  SuiteReader(const std::string& tree, const std::string& suite)
      : tree_(tree), name_(suite), folder_("dists/" + suite) {}

  Result<ForeignSuite> read(const std::string& keyring) {
    HALLMARK_TRY(suite_.release, read_release(tree_, folder_, keyring));
    HALLMARK_CHECK(check_name());
    const IndexNames names = names_of(suite_.release);
    suite_.sources = names.sources.size();
    suite_.udebs = names.udebs.size();
    for (const auto& [plain, forms] : names.packages) {
      HALLMARK_TRY(const std::string text, read_index(plain, forms));
      HALLMARK_CHECK(add(plain, text));
    }
    for (auto& [key, package] : newest_) suite_.packages.push_back(std::move(package));
    return std::move(suite_);
  }

 private:
  // One that was signed for another suite does not stand here. Plain tools name none at all.
  Status check_name() const {
    const ReleaseFile& release = suite_.release;
    if (release.suite.empty() && release.codename.empty()) return ok_status();
    if (release.is_for(name_)) return ok_status();
    return verification_error(folder_ + "/Release", "is that of suite '" + release.suite +
                                                        "', codename '" + release.codename + "'");
  }

  // By the first of its forms that is there.
  Result<std::string> read_index(const std::string& plain, const std::vector<std::string>& forms) {
    std::error_code none;
    for (const std::string& form : forms) {
      const std::string path = folder_ + "/" + form;
      if (!std::filesystem::exists(tree_ + "/" + path, none)) continue;
      HALLMARK_TRY(const std::string bytes, read_in_tree(tree_, path, kIndexLimit));
      const ReleaseEntry& named = suite_.release.files.at(form);
      if (bytes.size() != named.size || sha256(bytes) != named.sha256) {
        return verification_error(path, "is not what the signed Release names");
      }
      return decompress_index(bytes, form);
    }
    // Empty ones are often named and not there.
    const auto entry = suite_.release.files.find(plain);
    if (entry != suite_.release.files.end() && entry->second.size == 0) return std::string();
    return verification_error(folder_ + "/" + plain, "is named by the signed Release, and is gone",
                              "copy the repository again, when nobody publishes to it");
  }

  Status add(const std::string& plain, const std::string& text) {
    const std::string component = plain.substr(0, plain.find("/binary-"));
    const std::string subject = folder_ + "/" + plain;
    std::string twice;
    std::string misnamed;
    HALLMARK_CHECK(read_package_stanzas(text, subject,
                                        [&](const IndexPackage& entry, Deb822Paragraph&& stanza) {
                                          if (!is_well_named(entry))
                                            misnamed = entry.name + " " + entry.version;
                                          if (!add_package({entry, std::move(stanza), component})) {
                                            twice = entry.name + " " + entry.version;
                                          }
                                        }));
    if (!misnamed.empty()) {
      return verification_error(
          subject, "has a package of no valid name, version or architecture: " + misnamed);
    }
    if (twice.empty()) return ok_status();
    return verification_error(subject, "has " + twice + " twice, with other bytes");
  }

  // False: this version is there already, and is another file.
  bool add_package(ForeignPackage package) {
    const IndexPackage& entry = package.entry;
    const auto key = std::make_tuple(package.component, entry.name, entry.architecture);
    const auto [at, is_new] = newest_.emplace(key, package);
    IndexPackage& kept = at->second.entry;
    // One for all architectures is in the index of each.
    if (is_new || kept.sha256 == entry.sha256) return true;
    const auto order = compare_debian_versions(entry.version, kept.version);
    if (order == 0) return false;
    ++suite_.older;
    if (order > 0) at->second = std::move(package);
    return true;
  }

  const std::string& tree_;
  const std::string& name_;
  std::string folder_;
  ForeignSuite suite_;
  std::map<std::tuple<std::string, std::string, std::string>, ForeignPackage> newest_;
};

}  // namespace

Result<ForeignSuite> read_foreign_suite(const std::string& tree, const std::string& suite,
                                        const std::string& keyring) {
  if (!is_plain_name(suite)) return usage_error("'" + suite + "'", "is not a suite's name");
  return SuiteReader(tree, suite).read(keyring);
}

}  // namespace hallmark
