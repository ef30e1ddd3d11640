#include "cli/review/deb_files_review.hpp"

#include <sys/stat.h>

#include "cli/review/places.hpp"

namespace hallmark {
namespace {

constexpr const char* kLooksThere = ", where root's programs look";

std::string octal(mode_t mode) {
  std::string out;
  for (unsigned shift = 12; shift > 0;) {
    shift -= 3;
    out += static_cast<char>('0' + ((mode >> shift) & 7U));
  }
  return out;
}

std::string kind_of(const DebFile& file) {
  if (file.hard_link) return "hard link";
  if (S_ISDIR(file.mode)) return "folder";
  if (S_ISLNK(file.mode)) return "symbolic link";
  return S_ISREG(file.mode) ? "file" : "special file";
}

bool is_plain(const DebFile& file) { return S_ISREG(file.mode) && !file.hard_link; }

// "0755 root/root", the kind before it unless it is a plain file.
std::string rights_words(const DebFile& file) {
  return (is_plain(file) ? "" : kind_of(file) + " ") + octal(file.mode) + " " + file.owner;
}

// Rights beyond those of a file that root owns and everybody reads; empty: none.
std::string special_rights(const DebFile& file) {
  std::string out;
  const auto add = [&out](bool holds, const std::string& words) {
    if (holds) out += (out.empty() ? "" : ", ") + words;
  };
  add(!S_ISREG(file.mode) && !S_ISDIR(file.mode) && !S_ISLNK(file.mode), "special file");
  add((file.mode & S_ISUID) != 0, "setuid");
  add((file.mode & S_ISGID) != 0, "setgid");
  const bool shared = (file.mode & S_IWOTH) != 0 && (file.mode & S_ISVTX) == 0;
  add(shared && !S_ISLNK(file.mode), "writable by everybody");
  add(file.owner != "root/root" && file.owner != "0/0", "owned by " + file.owner);
  return out;
}

// May somebody do what nobody of their kind could before?
bool is_widened(mode_t before, mode_t after) { return (after & ~before & 07777U) != 0; }

class FileComparison {
 public:
  FileComparison(const DebContents& before, const DebContents& after, std::vector<Change>& changes)
      : before_(before), after_(after), changes_(changes) {}

  void compare() {
    for (const auto& [path, file] : before_.files) {
      if (!after_.files.contains(path)) go_.push_back(path);
    }
    for (const auto& [path, file] : after_.files) {
      const auto old_file = before_.files.find(path);
      if (old_file == before_.files.end()) {
        come_.push_back(path);
        tell_of_new(path, file);
      } else {
        compare_one(path, old_file->second, file);
      }
    }
    add_listed(changes_, "files", "that come", come_, false);
    add_listed(changes_, "files", "that go", go_, false);
    add_listed(changes_, "files", "with other contents", differ_, false);
  }

 private:
  void alert(const std::string& words) { changes_.push_back({words, true, {}}); }

  // The plain file whose bytes a path has, be it a hard link to it; null: another package's, or no
  // plain file at all.
  static const DebFile* plain_file(const DebContents& deb, const DebFile& file) {
    if (!file.hard_link) return S_ISREG(file.mode) ? &file : nullptr;
    const auto target = deb.files.find(file.target);
    return target != deb.files.end() && is_plain(target->second) ? &target->second : nullptr;
  }

  // Its bytes, rights and name are root's business.
  static bool is_privileged(const std::string& path, const DebFile& file) {
    if (S_ISDIR(file.mode)) return !special_rights(file).empty();
    return root_looks_at(path) || !special_rights(file).empty() ||
           (file.hard_link && root_looks_at(file.target));
  }

  void tell_of_new(const std::string& path, const DebFile& file) {
    if (const std::string rights = special_rights(file); !rights.empty()) {
      alert(path + " comes: " + rights + ", " + octal(file.mode));
    } else if (root_looks_at(path) && !S_ISDIR(file.mode)) {
      alert(path + " comes" + kLooksThere);
    }
    tell_of_link(path, file);
  }

  // Of a link that comes, or leads elsewhere than before.
  void tell_of_link(const std::string& path, const DebFile& file) {
    if (file.hard_link && plain_file(after_, file) == nullptr) {
      alert(path + " is a hard link to " + file.target +
            ", no plain file of this package: " + octal(file.mode));
    }
    if (S_ISLNK(file.mode) && leads_to_roots_places(path, file.target)) {
      alert(path + " is a symbolic link to " + file.target + kLooksThere);
    }
  }

  void compare_one(const std::string& path, const DebFile& old_file, const DebFile& file) {
    compare_rights(path, old_file, file);
    if (old_file.hard_link != file.hard_link || old_file.target != file.target ||
        (old_file.mode & S_IFMT) != (file.mode & S_IFMT)) {
      compare_kinds(path, old_file, file);
    }
    const DebFile* old_bytes = plain_file(before_, old_file);
    const DebFile* bytes = plain_file(after_, file);
    if (old_bytes == nullptr || bytes == nullptr || old_bytes->sha256 == bytes->sha256) return;
    differ_.push_back(path);
    if (root_looks_at(path)) {
      alert(path + " changes" + kLooksThere);
    } else if (is_privileged(path, file)) {
      alert(path + " changes, with special rights: " + octal(file.mode) + " " + file.owner);
    }
  }

  void compare_rights(const std::string& path, const DebFile& old_file, const DebFile& file) {
    const std::string old_rights = special_rights(old_file);
    const std::string new_rights = special_rights(file);
    const bool gains = new_rights != old_rights && !new_rights.empty();
    if (gains) alert(path + " is now " + new_rights);
    const bool widened =
        is_privileged(path, file) && !S_ISLNK(file.mode) && is_widened(old_file.mode, file.mode);
    add_changed(changes_, path, rights_words(old_file), rights_words(file), gains || widened);
  }

  void compare_kinds(const std::string& path, const DebFile& old_file, const DebFile& file) {
    const bool own_bytes =
        plain_file(before_, old_file) != nullptr && plain_file(after_, file) != nullptr;
    // Which of two names of one file is the link is tar's choice.
    if (kind_of(old_file) != kind_of(file) && !own_bytes) {
      alert(path + ": a " + kind_of(old_file) + " becomes a " + kind_of(file));
    }
    add_changed(changes_, path + " points to", old_file.target, file.target,
                !own_bytes && root_looks_at(path));
    tell_of_link(path, file);
  }

  const DebContents& before_;
  const DebContents& after_;
  std::vector<Change>& changes_;
  std::vector<std::string> come_;
  std::vector<std::string> go_;
  std::vector<std::string> differ_;
};

}  // namespace

void compare_package_files(const DebContents& before, const DebContents& after,
                           std::vector<Change>& changes) {
  FileComparison(before, after, changes).compare();
}

}  // namespace hallmark
