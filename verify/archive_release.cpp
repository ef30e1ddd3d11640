#include "verify/archive_release.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/deb822.hpp"
#include "core/safe_path.hpp"
#include "verify/openpgp.hpp"

namespace hallmark {
namespace {

std::string field_or_empty(const Deb822Paragraph& release, std::string_view name) {
  const std::string* value = release.find(name);
  return value == nullptr ? std::string() : *value;
}

bool is_listing(std::string_view field) {
  constexpr std::array<std::string_view, 4> kListings = {"MD5Sum", "SHA1", "SHA256", "SHA512"};
  return std::any_of(kListings.begin(), kListings.end(),
                     [field](std::string_view one) { return same_field_name(one, field); });
}

// " HEX      SIZE PATH": the size is padded.
Status add_line(std::string_view line, ReleaseFile& release, const std::string& subject) {
  const Error malformed = verification_error(subject, "has a malformed line in SHA256");
  std::vector<std::string_view> words;
  for (std::size_t at = line.find_first_not_of(' '); at != std::string_view::npos;) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(' ', end);
  }
  if (words.size() != 3 || !SafePath::parse(words[2]).ok()) return malformed;
  const Result<Sha256Digest> digest = Sha256Digest::from_hex(words[0]);
  ReleaseEntry entry;
  const char* end = words[1].data() + words[1].size();
  const auto size = std::from_chars(words[1].data(), end, entry.size);
  if (!digest.ok() || size.ec != std::errc() || size.ptr != end) return malformed;
  entry.sha256 = *digest;
  if (!release.files.emplace(words[2], entry).second) {
    return verification_error(subject, "names " + std::string(words[2]) + " twice");
  }
  return ok_status();
}

}  // namespace

bool ReleaseFile::is_security() const {
  constexpr std::string_view kEnding = "-security";
  return label == "Debian-Security" || suite.ends_with(kEnding) || codename.ends_with(kEnding);
}

Result<ReleaseFile> parse_release(std::string_view text, const std::string& subject) {
  HALLMARK_TRY(const Deb822Paragraph paragraph, parse_deb822_paragraph(text, subject));
  ReleaseFile release;
  release.suite = field_or_empty(paragraph, "Suite");
  release.codename = field_or_empty(paragraph, "Codename");
  release.label = field_or_empty(paragraph, "Label");
  release.by_hash = field_or_empty(paragraph, "Acquire-By-Hash") == "yes";
  for (const auto& [name, value] : paragraph.fields) {
    if (!is_listing(name)) release.fields.emplace(name, value);
  }
  const std::string listing = field_or_empty(paragraph, "SHA256");
  std::string_view rest = listing;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end > 0) HALLMARK_CHECK(add_line(rest.substr(0, end), release, subject));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (release.files.empty()) return verification_error(subject, "names no files by SHA-256");
  return release;
}

Result<ReleaseFile> verify_inrelease(std::string_view untrusted_text,
                                     const std::vector<std::string>& keyrings,
                                     const std::string& subject, std::string* keyring) {
  Error refused = verification_error(subject, "no keyring is named for it in the apt sources");
  for (const std::string& path : keyrings) {
    const Result<Clearsigned> clear = verify_clearsigned(untrusted_text, {path}, subject);
    if (clear.ok()) {
      if (keyring != nullptr) *keyring = path;
      return parse_release(clear->text, subject);
    }
    refused = clear.error();
  }
  return refused;
}

}  // namespace hallmark
