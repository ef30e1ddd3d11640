#include "verify/deb_changelog.hpp"

#include <array>

#include "core/debian_version.hpp"
#include "verify/deb_data.hpp"
#include "verify/gzip_member.hpp"
#include "verify/installed_path.hpp"

namespace hallmark {
namespace {

constexpr std::string_view kPacked = ".gz";

// Where apt looks in an installed package, the best first. Beside a Debian revision, "changelog"
// would be upstream's.
std::vector<std::string> places_of(const DebPackage& deb) {
  const std::string stem = "usr/share/doc/" + deb.package + "/changelog";
  std::vector<std::string> out;
  for (const char* name : {".Debian", ""}) {
    if (*name == '\0' && deb.source_version.find('-') != std::string::npos) break;
    out.push_back(stem + name);
    out.push_back(stem + name + std::string(kPacked));
  }
  return out;
}

// Nothing: it is not text of a bearable size, packed as its name says.
std::optional<std::string> unpack(const std::string& place, std::string untrusted_bytes) {
  std::string text = std::move(untrusted_bytes);
  if (place.ends_with(kPacked)) {
    std::string_view form = text;
    Result<std::string> unpacked = take_gzip_member(form, kMostChangelog, place);
    if (!unpacked.ok() || !form.empty()) return std::nullopt;
    text = std::move(*unpacked);
  }
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

Result<std::optional<std::string>> deb_changelog(int untrusted_fd, const DebPackage& deb,
                                                 const std::string& subject) {
  const std::vector<std::string> places = places_of(deb);
  std::vector<std::optional<std::string>> found(places.size());
  HALLMARK_TRY(DebData data, DebData::open(untrusted_fd, deb, subject));
  for (;;) {
    HALLMARK_TRY(const std::optional<DebDataEntry> entry, data.next());
    if (!entry) break;
    const std::optional<std::string> path = installed_path(entry->name);
    if (!path) continue;
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (*path != places[i]) continue;
      // Of two entries with one path, dpkg leaves the last.
      found[i].reset();
      if (entry->type != '0' || entry->size > kMostChangelog) continue;
      HALLMARK_TRY(found[i], data.content(*entry));
    }
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (found[i]) return unpack(places[i], std::move(*found[i]));
  }
  return std::optional<std::string>();
}

std::string changelog_path(std::string_view component, const DebPackage& deb) {
  const std::string& source = deb.source;
  const std::string prefix = source.substr(0, source.starts_with("lib") ? 4 : 1);
  return "changelogs/" + std::string(component) + '/' + prefix + '/' + source + '/' + source + '_' +
         std::string(without_epoch(deb.source_version)) + "_changelog";
}

}  // namespace hallmark
