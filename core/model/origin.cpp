#include "core/model/origin.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "core/model/target.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

constexpr std::string_view kVersionMark = "{version}";
constexpr std::size_t kFingerprintSize = 40;  // version 4 keys

bool names_tar_archive(const std::string& url) {
  static constexpr const char* kEndings[] = {".tar",     ".tar.gz", ".tgz",
                                             ".tar.bz2", ".tar.xz", ".tar.zst"};
  return std::any_of(std::begin(kEndings), std::end(kEndings),
                     [&url](const char* ending) { return url.ends_with(ending); });
}

std::string read_pattern(ObjectReader& reader, const std::string& key) {
  std::string pattern = reader.text(key);
  if (pattern.find(kVersionMark) == std::string::npos) {
    reader.fail(key, "must contain {version}");
  }
  return pattern;
}

void check_distinct(ObjectReader& reader, const std::string& key,
                    const std::vector<std::string>& names) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second) reader.fail(key, "names '" + name + "' twice");
  }
}

void read_openpgp_signers(ObjectReader& reader, Origin& origin) {
  origin.openpgp_signers = reader.texts("openpgp_signers");
  const auto is_fingerprint = [](const std::string& text) {
    return text.size() == kFingerprintSize &&
           text.find_first_not_of("0123456789ABCDEF") == std::string::npos;
  };
  const std::vector<std::string>& found = origin.openpgp_signers;
  if (found.empty() || !std::all_of(found.begin(), found.end(), is_fingerprint)) {
    reader.fail("openpgp_signers",
                "must hold OpenPGP fingerprints of 40 upper-case hexadecimal digits");
  }
  check_distinct(reader, "openpgp_signers", found);
  origin.keyring = read_plain_name(reader, "keyring");
}

void read_threshold(ObjectReader& reader, Origin& origin) {
  const int64_t threshold = reader.integer_or("threshold", 1);
  const std::size_t keys = origin.signers.size() + origin.openpgp_signers.size();
  if (threshold < 1 || static_cast<uint64_t>(threshold) > keys) {
    reader.fail("threshold", "must be at least 1 and at most the number of signers");
  }
  origin.threshold = static_cast<uint64_t>(threshold);
}

void read_git_origin(ObjectReader& reader, Origin& origin) {
  origin.kind = OriginKind::kGit;
  origin.url = reader.text("url");
  if (!is_address(origin.url)) {
    reader.fail("url", "must be an https:// address or an absolute path");
  }
  origin.tag = read_pattern(reader, "tag");
  const bool openpgp = reader.has("openpgp_signers");
  if (openpgp) read_openpgp_signers(reader, origin);
  if (!openpgp || reader.has("signers")) {
    origin.signers = reader.texts("signers");
    if (origin.signers.empty()) reader.fail("signers", "must not be empty");
    check_distinct(reader, "signers", origin.signers);
  }
  read_threshold(reader, origin);
}

std::string read_file_pattern(ObjectReader& reader, const std::string& key) {
  std::string pattern = read_pattern(reader, key);
  const std::string name = file_name_of_url(fill_in_version(pattern, "1"));
  if (!is_address(pattern) || !is_plain_name(name)) {
    reader.fail(key, "must be an https:// address or an absolute path that ends in a file name");
  }
  return pattern;
}

void read_tarball_origin(ObjectReader& reader, Origin& origin) {
  origin.kind = OriginKind::kTarball;
  origin.url = read_file_pattern(reader, "url");
  if (!names_tar_archive(origin.url)) {
    reader.fail("url", "must end in .tar, .tar.gz, .tgz, .tar.bz2, .tar.xz or .tar.zst");
  }
  origin.signature_url = read_file_pattern(reader, "signature");
  read_openpgp_signers(reader, origin);
  read_threshold(reader, origin);
}

void read_dsc_origin(ObjectReader& reader, Origin& origin) {
  origin.kind = OriginKind::kDsc;
  origin.package = read_plain_name(reader, "package");
  origin.keyring = reader.text_or("keyring", "");
  if (!origin.keyring.empty() && !origin.keyring.starts_with('/')) {
    reader.fail("keyring", "must be an absolute path");
  }
}

}  // namespace

Origin read_origin(ObjectReader& reader) {
  Origin origin;
  const std::string kind = reader.text("kind");
  if (kind == "git") {
    read_git_origin(reader, origin);
  } else if (kind == "dsc") {
    read_dsc_origin(reader, origin);
  } else if (kind == "tarball") {
    read_tarball_origin(reader, origin);
  } else {
    reader.fail("kind", "must be git, dsc or tarball");
  }
  return origin;
}

std::string fill_in_version(std::string pattern, const std::string& version) {
  for (std::size_t at = pattern.find(kVersionMark); at != std::string::npos;
       at = pattern.find(kVersionMark, at + version.size())) {
    pattern.replace(at, kVersionMark.size(), version);
  }
  return pattern;
}

bool is_address(const std::string& url) {
  return url.starts_with("https://") || url.starts_with('/');
}

std::string file_name_of_url(const std::string& url) { return url.substr(url.rfind('/') + 1); }

}  // namespace hallmark
