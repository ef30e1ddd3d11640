#include "verify/deb_tar.hpp"

#include <cstdint>
#include <optional>

#include "core/safe_path.hpp"
#include "verify/tar_header.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kBlock = kTarBlock;
constexpr std::size_t kEntryLimit = 10000;
constexpr std::size_t kControlLimit = std::size_t{1} << 20U;

enum class EntryKind { kFile, kDirectory };

struct Entry {
  std::string_view name;  // without a leading "./" and a trailing "/"; empty: the root directory
  EntryKind kind = EntryKind::kFile;
  std::size_t size = 0;
  bool roots = false;  // root's, for all to read, and nobody else may write to it
};

// dpkg goes by the names, where there are any.
bool is_roots(std::string_view untrusted_header) {
  constexpr uint64_t kMost = 0755;
  const auto is_root = [&](std::size_t id_at, std::size_t name_at) {
    const std::string_view name = tar_text(untrusted_header.substr(name_at, 32));
    return read_tar_number(untrusted_header.substr(id_at, 8)) == uint64_t{0} &&
           (name.empty() || name == "root");
  };
  constexpr uint64_t kLeast = 0444;
  const auto mode = read_tar_number(untrusted_header.substr(100, 8));
  return is_root(108, 265) && is_root(116, 297) && mode && (*mode & ~kMost) == 0 &&
         (*mode & kLeast) == kLeast;
}

std::optional<Entry> read_header(std::string_view untrusted_header) {
  if (!tar_checksum_holds(untrusted_header)) return std::nullopt;
  const std::string_view magic = untrusted_header.substr(257, 8);
  const bool known_form = is_all_zero(magic) || magic == std::string_view("ustar  \0", 8) ||
                          magic == std::string_view("ustar\00000", 8);
  // What ustar appends to a long name, and GNU uses for other things; no control file needs it.
  const std::string_view extension = untrusted_header.substr(345);
  const auto size = read_tar_number(untrusted_header.substr(124, 12));
  if (!known_form || !is_all_zero(extension) || !size || *size > SIZE_MAX / 2) return std::nullopt;

  Entry entry;
  entry.name = tar_text(untrusted_header.substr(0, 100));
  entry.size = static_cast<std::size_t>(*size);
  entry.roots = is_roots(untrusted_header);
  const char type = untrusted_header[156];
  if (type == '5') {
    entry.kind = EntryKind::kDirectory;
    if (entry.size != 0) return std::nullopt;
    if (entry.name.ends_with('/')) entry.name.remove_suffix(1);
  } else if (type != '0' && type != '\0') {
    return std::nullopt;
  }
  if (entry.name == "." && entry.kind == EntryKind::kDirectory)
    entry.name = "";
  else if (entry.name.starts_with("./"))
    entry.name.remove_prefix(2);
  return entry;
}

class Walk {
 public:
  Walk(std::string_view tar, const std::string& subject) : rest_(tar), subject_(subject) {}

  // Nothing at the end mark.
  Result<std::optional<Entry>> next(std::string_view& content) {
    if (rest_.size() < kBlock) return refuse("ends before its end mark");
    const std::string_view header = rest_.substr(0, kBlock);
    if (is_all_zero(header)) {
      if (!is_all_zero(rest_)) return refuse("has bytes after its end mark");
      return std::optional<Entry>();
    }
    const std::optional<Entry> entry = read_header(header);
    if (!entry) return refuse("has an entry that is malformed or not a plain file or directory");
    HALLMARK_CHECK(check_name(*entry));
    if (++entries_ > kEntryLimit) return refuse("has too many entries");
    rest_.remove_prefix(kBlock);
    const std::size_t padded = (entry->size + kBlock - 1) / kBlock * kBlock;
    if (padded > rest_.size()) return refuse("is shorter than its entry");
    content = rest_.substr(0, entry->size);
    rest_.remove_prefix(padded);
    return entry;
  }

  Error refuse(std::string cause) const { return verification_error(subject_, std::move(cause)); }

 private:
  Status check_name(const Entry& entry) const {
    const bool root = entry.name.empty() && entry.kind == EntryKind::kDirectory;
    if (root || SafePath::parse(entry.name).ok()) return ok_status();
    return refuse("has an entry with an unsafe name");
  }

  std::string_view rest_;
  const std::string& subject_;
  std::size_t entries_ = 0;
};

// The entries' contents by the names that `name_of` gives them; one without a name is left out.
template <typename NameOf>
Result<std::map<std::string, std::string>> collect(std::string_view untrusted_tar,
                                                   const std::string& subject,
                                                   const NameOf& name_of) {
  Walk walk(untrusted_tar, subject);
  std::map<std::string, std::string> files;
  std::string_view content;
  for (;;) {
    HALLMARK_TRY(const std::optional<Entry> entry, walk.next(content));
    if (!entry) return files;
    HALLMARK_TRY(const std::string name, name_of(walk, *entry));
    if (name.empty()) continue;
    if (!files.emplace(name, content).second) return walk.refuse("has a file twice");
  }
}

}  // namespace

Result<std::string> find_control_in_tar(std::string_view untrusted_tar,
                                        const std::string& subject) {
  Walk walk(untrusted_tar, subject);
  std::optional<std::string_view> control;
  std::string_view content;
  for (;;) {
    HALLMARK_TRY(const std::optional<Entry> entry, walk.next(content));
    if (!entry) break;
    if (entry->name != "control") continue;
    if (control) return walk.refuse("has two control files");
    if (entry->kind != EntryKind::kFile) return walk.refuse("has a directory named control");
    if (content.size() > kControlLimit) return walk.refuse("has too large a control file");
    control = content;
  }
  if (!control) return walk.refuse("has no control file");
  return std::string(*control);
}

Result<std::map<std::string, std::string>> files_in_control_tar(std::string_view untrusted_tar,
                                                                const std::string& subject) {
  return collect(untrusted_tar, subject, [](const Walk&, const Entry& entry) {
    return Result<std::string>(std::string(entry.kind == EntryKind::kDirectory ? "" : entry.name));
  });
}

Result<std::map<std::string, std::string>> files_in_data_tar(std::string_view untrusted_tar,
                                                             const std::string& subject) {
  return collect(untrusted_tar, subject,
                 [](const Walk& walk, const Entry& entry) -> Result<std::string> {
                   if (!entry.roots) {
                     return walk.refuse(
                         "has an entry that is not root's alone to write and everybody's to read");
                   }
                   const bool folder = entry.kind == EntryKind::kDirectory && !entry.name.empty();
                   return std::string(entry.name) + (folder ? "/" : "");
                 });
}

}  // namespace hallmark
