#include "cli/review/deb_review.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "cli/screen.hpp"

namespace hallmark {
namespace {

// Lists, of which what comes and goes is told.
constexpr std::array<std::string_view, 10> kRelations = {
    "Depends", "Pre-Depends", "Recommends", "Suggests", "Enhances",
    "Breaks",  "Conflicts",   "Replaces",   "Provides", "Built-Using"};
// Told apart, or of no interest: they follow from the rest.
constexpr std::array<std::string_view, 3> kOwnLines = {"Version", "Installed-Size", "Source"};
// Run as root by dpkg, or by what it starts.
constexpr std::array<std::string_view, 7> kScripts = {"preinst", "postinst", "prerm",    "postrm",
                                                      "config",  "triggers", "templates"};
// A file here is enough to be run, or believed, as root.
constexpr std::array<std::string_view, 14> kPrivilegedFolders = {
    "etc/apt/",       "etc/cron",         "etc/init.d/",   "etc/ld.so",          "etc/pam.d/",
    "etc/profile.d/", "etc/sudoers",      "etc/ssh/",      "etc/systemd/",       "lib/systemd/",
    "lib/udev/",      "usr/lib/systemd/", "usr/lib/udev/", "usr/share/polkit-1/"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
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

void compare_fields(const DebContents& before, const DebContents& after,
                    std::vector<Change>& changes) {
  std::set<std::string> names;
  for (const DebContents* deb : {&before, &after}) {
    for (const auto& entry : deb->package.control.fields) names.insert(entry.first);
  }
  for (const std::string& name : names) {
    if (contains(kOwnLines, name)) continue;
    const std::string old_value = field(before, name);
    const std::string new_value = field(after, name);
    const bool alert = name == "Pre-Depends" || name == "Essential" || name == "Protected";
    if (!contains(kRelations, name)) {
      add_changed(changes, name, old_value, new_value, alert);
      continue;
    }
    const std::set<std::string> old_items = list_items(old_value);
    const std::set<std::string> new_items = list_items(new_value);
    add_listed(changes, name, "loses", missing_from(new_items, old_items), alert);
    add_listed(changes, name, "gains", missing_from(old_items, new_items), alert);
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

std::string octal(mode_t mode) {
  std::string out;
  for (unsigned shift = 12; shift > 0;) {
    shift -= 3;
    out += static_cast<char>('0' + ((mode >> shift) & 7U));
  }
  return out;
}

std::string kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "folder ";
  if (S_ISLNK(mode)) return "link ";
  if (S_ISREG(mode)) return "";
  return "special file ";
}

// Rights beyond those of a file that root owns and everybody reads; empty: none.
std::string special_rights(const DebFile& file) {
  std::string out;
  const auto add = [&out](bool holds, const std::string& words) {
    if (holds) out += (out.empty() ? "" : ", ") + words;
  };
  const bool plain = S_ISREG(file.mode) || S_ISDIR(file.mode) || S_ISLNK(file.mode) ||
                     (file.mode & S_IFMT) == 0;  // a hard link has no type of its own
  add(!plain, "special file");
  add((file.mode & S_ISUID) != 0, "setuid");
  add((file.mode & S_ISGID) != 0, "setgid");
  const bool shared = (file.mode & S_IWOTH) != 0 && (file.mode & S_ISVTX) == 0;
  add(shared && !S_ISLNK(file.mode), "writable by everybody");
  add(file.owner != "root/root" && file.owner != "0/0", "owned by " + file.owner);
  return out;
}

bool runs_as_root_from(const std::string& path) {
  return std::any_of(kPrivilegedFolders.begin(), kPrivilegedFolders.end(),
                     [&](std::string_view folder) { return path.starts_with(folder); });
}

void tell_of_new_file(const std::string& path, const DebFile& file, std::vector<Change>& changes) {
  if (const std::string rights = special_rights(file); !rights.empty()) {
    changes.push_back({path + " comes: " + rights + ", " + octal(file.mode), true, {}});
  } else if (runs_as_root_from(path) && !S_ISDIR(file.mode)) {
    changes.push_back({path + " comes, where root's programs look", true, {}});
  }
}

void compare_rights(const std::string& path, const DebFile& before, const DebFile& after,
                    std::vector<Change>& changes) {
  const std::string old_rights = special_rights(before);
  const std::string new_rights = special_rights(after);
  const bool gains = new_rights != old_rights && !new_rights.empty();
  if (gains) changes.push_back({path + " is now " + new_rights, true, {}});
  add_changed(changes, path, kind_of(before.mode) + octal(before.mode) + " " + before.owner,
              kind_of(after.mode) + octal(after.mode) + " " + after.owner, gains);
  add_changed(changes, path + " points to", before.target, after.target);
}

void compare_files(const DebContents& before, const DebContents& after,
                   std::vector<Change>& changes) {
  std::vector<std::string> come;
  std::vector<std::string> go;
  std::vector<std::string> differ;
  for (const auto& [path, file] : before.files) {
    if (!after.files.contains(path)) go.push_back(path);
  }
  for (const auto& [path, file] : after.files) {
    const auto old_file = before.files.find(path);
    if (old_file == before.files.end()) {
      come.push_back(path);
      tell_of_new_file(path, file, changes);
      continue;
    }
    compare_rights(path, old_file->second, file, changes);
    if (old_file->second.sha256 == file.sha256) continue;
    differ.push_back(path);
    if (runs_as_root_from(path)) {
      changes.push_back({path + " changes, where root's programs look", true, {}});
    }
  }
  add_listed(changes, "files", "that come", come, false);
  add_listed(changes, "files", "that go", go, false);
  add_listed(changes, "files", "with other contents", differ, false);
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
  compare_files(before, after, changes);
  const uint64_t old_size = unpacked(before);
  const uint64_t new_size = unpacked(after);
  add_changed(changes, "package", human_bytes(before.package.size),
              human_bytes(after.package.size));
  add_changed(changes, "unpacked", human_bytes(old_size), human_bytes(new_size),
              new_size / 2 > old_size);
  return changes;
}

}  // namespace hallmark
