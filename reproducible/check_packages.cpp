#include "reproducible/check_packages.hpp"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "core/debian_version.hpp"
#include "core/fd.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxPackage = uint64_t{16} << 30U;  // bytes
constexpr uint64_t kMaxIndex = uint64_t{512} << 20U;

// The copy is what is read and, from here on, all that is used.
Result<DebPackage> take_package(int untrusted_deb, const std::string& to) {
  const std::string copied = to + "/copied";
  DebPackage deb;
  {
    HALLMARK_TRY(const UniqueFd copy,
                 open_at(AT_FDCWD, copied, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0644));
    HALLMARK_TRY(const uint64_t size, copy_fd(untrusted_deb, copy.get(), kMaxPackage));
    static_cast<void>(size);
    HALLMARK_TRY(deb, read_deb(copy.get(), "package"));
  }
  std::error_code error;
  fs::rename(copied, to + "/" + deb.sha256.hex() + ".deb", error);
  if (error) return failed(to, "cannot be written to: " + error.message());
  return deb;
}

// Not: cannot be looked at. What the suite has must not pass for nothing.
bool is_absent(const fs::path& path) {
  std::error_code error;
  return fs::status(path, error).type() == fs::file_type::not_found;
}

Status check_fits(const DebPackage& deb, const Target& target, std::set<std::string>& names) {
  if (deb.architecture != "all" && deb.architecture != target.architecture) {
    return verification_error("package " + deb.package, "is for " + deb.architecture);
  }
  if (names.insert(deb.package).second) return ok_status();
  return verification_error("package " + deb.package, "is there twice");
}

}  // namespace

Result<std::vector<DebPackage>> take_packages(std::span<const int> untrusted_debs,
                                              const Target& target, const std::string& to) {
  std::vector<DebPackage> out;
  std::set<std::string> names;
  std::string index;
  for (const int untrusted_deb : untrusted_debs) {
    HALLMARK_TRY(DebPackage deb, take_package(untrusted_deb, to));
    HALLMARK_CHECK(check_fits(deb, target, names));
    index += index_stanza(deb, deb.sha256.hex() + ".deb") + "\n";
    out.push_back(std::move(deb));
  }
  if (out.empty()) return usage_error("check", "was handed no packages");
  HALLMARK_TRY(const UniqueFd folder, open_dir(to));
  HALLMARK_CHECK(write_file_atomic(folder.get(), "Packages", index, 0644));
  return out;
}

std::vector<NamedVersion> chosen_packages(const std::vector<DebPackage>& packages,
                                          const CheckSpec& check) {
  std::vector<NamedVersion> out;
  for (const DebPackage& deb : packages) {
    const bool chosen = std::find(check.packages.begin(), check.packages.end(), deb.package) !=
                        check.packages.end();
    if (chosen) out.push_back({deb.package, deb.version});
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::string> suite_packages(const Layout& layout, const Target& target) {
  std::string out;
  const fs::path suite = layout.tree() / "dists" / target.suite;
  if (is_absent(suite)) return out;
  std::error_code error;
  for (fs::directory_iterator it(suite, error), end; !error && it != end; it.increment(error)) {
    const fs::path index = it->path() / ("binary-" + target.architecture) / "Packages";
    if (is_absent(index)) continue;
    HALLMARK_TRY(const std::string text, read_file(index, kMaxIndex));
    out += text;
  }
  if (error) return failed(suite, "cannot be listed: " + error.message());
  return out;
}

Result<std::vector<NamedVersion>> older_versions(std::string_view untrusted_packages,
                                                 const std::vector<NamedVersion>& chosen) {
  std::map<std::string, std::string> wanted;
  for (const NamedVersion& one : chosen) wanted.emplace(one.name, one.version);
  std::map<std::string, std::string> found;
  Deb822Reader reader(untrusted_packages, "the suite's Packages");
  while (true) {
    HALLMARK_TRY(const auto stanza, reader.next());
    if (!stanza) break;
    const std::string* name = stanza->find("Package");
    const std::string* version = stanza->find("Version");
    if (name == nullptr || version == nullptr || !is_debian_version(*version)) continue;
    const auto now = wanted.find(*name);
    if (now == wanted.end() || compare_debian_versions(*version, now->second) >= 0) continue;
    std::string& newest = found[*name];
    if (newest.empty() || compare_debian_versions(newest, *version) < 0) newest = *version;
  }
  std::vector<NamedVersion> out;
  out.reserve(found.size());
  for (const auto& [name, version] : found) out.push_back({name, version});
  return out;
}

}  // namespace hallmark
