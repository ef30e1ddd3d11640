#include "cli/review/deb_review.hpp"

#include <strings.h>

#include <algorithm>
#include <array>

#include "cli/review/deb_files_review.hpp"
#include "cli/screen.hpp"

namespace hallmark {
namespace {

// Lists, of which what comes and goes is told.
constexpr std::array<std::string_view, 10> kRelations = {
    "Depends", "Pre-Depends", "Recommends", "Suggests", "Enhances",
    "Breaks",  "Conflicts",   "Replaces",   "Provides", "Built-Using"};
// Told apart, or of no interest: they follow from the rest.
constexpr std::array<std::string_view, 3> kOwnLines = {"Version", "Installed-Size", "Source"};
// Run as root by dpkg, or by what it starts; and the files that an upgrade leaves as they are.
constexpr std::array<std::string_view, 8> kScripts = {
    "preinst", "postinst", "prerm", "postrm", "config", "triggers", "templates", "conffiles"};
// How dpkg treats the package itself; and what it does to others, when that grows.
constexpr std::array<std::string_view, 4> kAlertFields = {"Pre-Depends", "Essential", "Protected",
                                                          "Multi-Arch"};
constexpr std::array<std::string_view, 4> kAlertGains = {"Breaks", "Conflicts", "Provides",
                                                         "Replaces"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view one) { return same_field_name(one, name); });
}

std::string field(const DebContents& deb, const std::string& name) {
  const std::string* value = deb.package.control.find(name);
  return value == nullptr ? std::string() : *value;
}

std::set<std::string> list_items(const std::string& text) {
  std::set<std::string> out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::size_t first = text.find_first_not_of(" \n\t", begin);
    if (first < end) {
      const std::size_t last = text.find_last_not_of(" \n\t", end - 1);
      out.insert(text.substr(first, last - first + 1));
    }
    begin = end + 1;
  }
  return out;
}

void compare_lists(const std::string& name, const std::string& before, const std::string& after,
                   std::vector<Change>& changes) {
  const std::set<std::string> old_items = list_items(before);
  const std::set<std::string> new_items = list_items(after);
  const bool alert = contains(kAlertFields, name);
  add_listed(changes, name, "loses", missing_from(new_items, old_items), alert);
  add_listed(changes, name, "gains", missing_from(old_items, new_items),
             alert || contains(kAlertGains, name));
}

// Field names are told apart without case, as dpkg does.
struct FieldOrder {
  bool operator()(const std::string& a, const std::string& b) const {
    return ::strcasecmp(a.c_str(), b.c_str()) < 0;
  }
};

void compare_fields(const DebContents& before, const DebContents& after,
                    std::vector<Change>& changes) {
  std::set<std::string, FieldOrder> names;
  for (const DebContents* deb : {&before, &after}) {
    for (const auto& entry : deb->package.control.fields) names.insert(entry.first);
  }
  for (const std::string& name : names) {
    if (contains(kOwnLines, name)) continue;
    const std::string old_value = field(before, name);
    const std::string new_value = field(after, name);
    if (contains(kRelations, name)) {
      compare_lists(name, old_value, new_value, changes);
    } else {
      add_changed(changes, name, old_value, new_value, contains(kAlertFields, name));
    }
  }
}

void compare_scripts(const DebContents& before, const DebContents& after,
                     std::vector<Change>& changes) {
  static const std::string kNone;
  std::set<std::string> names;
  for (const DebContents* deb : {&before, &after}) {
    for (const auto& entry : deb->control_files) names.insert(entry.first);
  }
  names.erase("md5sums");  // follows from the files
  for (const std::string& name : names) {
    const auto old_file = before.control_files.find(name);
    const auto new_file = after.control_files.find(name);
    const bool comes = old_file == before.control_files.end();
    const bool goes = new_file == after.control_files.end();
    const std::string& old_text = comes ? kNone : old_file->second;
    const std::string& new_text = goes ? kNone : new_file->second;
    if (!comes && !goes && old_text == new_text) continue;
    const char* verb = comes ? " comes" : goes ? " goes" : " changes";  // NOLINT: a table of three
    changes.push_back({name + verb, contains(kScripts, name), line_difference(old_text, new_text)});
  }
}

uint64_t unpacked(const DebContents& deb) {
  uint64_t bytes = 0;
  for (const auto& [path, file] : deb.files) bytes += file.size;
  return bytes;
}

}  // namespace

std::vector<Change> deb_changes(const DebContents& before, const DebContents& after) {
  std::vector<Change> changes;
  add_changed(changes, "Version", before.package.version, after.package.version);
  compare_scripts(before, after, changes);
  compare_fields(before, after, changes);
  compare_package_files(before, after, changes);
  const uint64_t old_size = unpacked(before);
  const uint64_t new_size = unpacked(after);
  add_changed(changes, "package", human_bytes(before.package.size),
              human_bytes(after.package.size));
  add_changed(changes, "unpacked", human_bytes(old_size), human_bytes(new_size),
              new_size / 2 > old_size);
  return changes;
}

}  // namespace hallmark
