#include "reproducible/git_tree.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <functional>

#include "core/digest.hpp"
#include "reproducible/source_limits.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxFiles = 1'000'000;
constexpr uint64_t kMaxLink = 4096;  // bytes, as Linux has it
constexpr std::size_t kBlock = std::size_t{1} << 18U;
constexpr std::string_view kLink = "120000";
constexpr std::string_view kProgram = "100755";

Error bad_tree(std::string cause) { return verification_error("git tree", std::move(cause)); }

// "MODE TYPE ID\tPATH"
Result<GitFile> parse_entry(std::string_view entry) {
  const std::size_t tab = entry.find('\t');
  const std::string_view head = entry.substr(0, tab);
  const std::size_t type_at = head.find(' ');
  const std::size_t id_at = head.rfind(' ');
  if (tab == std::string_view::npos || type_at == std::string_view::npos || id_at <= type_at) {
    return bad_tree("its listing is malformed");
  }
  const std::string shown(entry.substr(tab + 1));
  Result<SafePath> path = SafePath::parse(entry.substr(tab + 1));
  if (!path.ok()) return bad_tree("'" + shown + "' " + path.error().cause);
  if (path->str().size() > kMaxSourcePath) {
    return bad_tree("'" + shown.substr(0, 100) + "…' is a path of more than 2048 bytes");
  }
  const std::string_view mode = head.substr(0, type_at);
  if (mode == "160000") return bad_tree("'" + shown + "' is a submodule, which is not supported");
  const bool known = mode == "100644" || mode == kProgram || mode == kLink;
  if (!known || head.substr(type_at + 1, id_at - type_at - 1) != "blob") {
    return bad_tree("'" + shown + "' has the mode " + std::string(mode) +
                    ", which is not supported");
  }
  const std::string_view id = head.substr(id_at + 1);
  if (id.empty() || id.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return bad_tree("its listing is malformed");
  }
  return GitFile{std::string(mode), std::string(id), std::move(*path)};
}

// Reads what cat-file --batch wrote, from its start, one blob after the other.
class BlobReader {
 public:
  explicit BlobReader(int fd) : fd_(fd), buffer_(kBlock, '\0') {}

  // "ID blob SIZE\n"; returns the size.
  Result<uint64_t> begin(const GitFile& file) {
    std::string line;
    for (char c = 0; line.size() < 128;) {
      HALLMARK_CHECK(read_into(&c, 1));
      if (c == '\n') break;
      line += c;
    }
    const std::string expected = file.id + " blob ";
    uint64_t size = 0;
    const char* end = line.data() + line.size();
    if (!line.starts_with(expected) ||
        std::from_chars(line.data() + expected.size(), end, size).ptr != end) {
      return bad_tree("'" + file.path.str() + "' cannot be read");
    }
    return size;
  }

  using Sink = std::function<Status(std::string_view)>;
  Status bytes(uint64_t size, const Sink& sink) {
    while (size > 0) {
      const auto part = static_cast<std::size_t>(std::min<uint64_t>(size, buffer_.size()));
      HALLMARK_CHECK(read_into(buffer_.data(), part));
      HALLMARK_CHECK(sink(std::string_view(buffer_).substr(0, part)));
      size -= part;
    }
    char newline = 0;
    HALLMARK_CHECK(read_into(&newline, 1));
    return newline == '\n' ? ok_status() : Status(bad_tree("a file has another size than it says"));
  }

 private:
  Status read_into(char* out, std::size_t size) {
    while (size > 0) {
      if (used_ == filled_.size()) HALLMARK_CHECK(fill());
      const std::size_t part = std::min(size, filled_.size() - used_);
      std::copy_n(filled_.data() + used_, part, out);
      used_ += part;
      out += part;
      size -= part;
    }
    return ok_status();
  }

  Status fill() {
    filled_.resize(kBlock);
    ssize_t n = -1;
    do {
      n = ::pread(fd_, filled_.data(), filled_.size(), static_cast<off_t>(offset_));
    } while (n < 0 && errno == EINTR);
    if (n < 0) return errno_error("git objects", "cannot read");
    if (n == 0) return bad_tree("its files end early");
    filled_.resize(static_cast<std::size_t>(n));
    offset_ += static_cast<uint64_t>(n);
    used_ = 0;
    return ok_status();
  }

  int fd_;
  uint64_t offset_ = 0;
  std::string filled_;
  std::size_t used_ = 0;
  std::string buffer_;
};

// Directories come before the files in them, and links after everything: nothing is written through
// a link of the tree.
Status make_parents(int root, const std::string& path) {
  for (std::size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
    const std::string part = path.substr(0, at);
    if (::mkdirat(root, part.c_str(), 0755) != 0 && errno != EEXIST) {
      return errno_error(part, "cannot make directory");
    }
  }
  return ok_status();
}

Status write_file(int root, const GitFile& file, uint64_t size, BlobReader& reader) {
  const mode_t mode = file.mode == kProgram ? 0755 : 0644;
  HALLMARK_TRY(const UniqueFd out,
               open_at(root, file.path.str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
  return reader.bytes(size, [&](std::string_view part) { return write_all(out.get(), part); });
}

}  // namespace

Result<std::vector<GitFile>> parse_tree_listing(std::string_view untrusted_listing) {
  std::vector<GitFile> files;
  while (!untrusted_listing.empty()) {
    const std::size_t end = untrusted_listing.find('\0');
    if (end == std::string_view::npos) return bad_tree("its listing is malformed");
    HALLMARK_TRY(GitFile file, parse_entry(untrusted_listing.substr(0, end)));
    files.push_back(std::move(file));
    if (files.size() > kMaxFiles) return bad_tree("holds too many files");
    untrusted_listing.remove_prefix(end + 1);
  }
  if (files.empty()) return bad_tree("is empty");
  std::sort(files.begin(), files.end(),
            [](const GitFile& a, const GitFile& b) { return a.path.str() < b.path.str(); });
  const auto twice =
      std::adjacent_find(files.begin(), files.end(),
                         [](const GitFile& a, const GitFile& b) { return a.path == b.path; });
  if (twice != files.end()) return bad_tree("holds '" + twice->path.str() + "' twice");
  return files;
}

Result<GitTree> GitTree::read(const GitRepository& repository, const std::string& tree) {
  HALLMARK_TRY(const std::string listing, repository.list_tree(tree));
  HALLMARK_TRY(std::vector<GitFile> files, parse_tree_listing(listing));
  std::string ids;
  for (const GitFile& file : files) ids += file.id + "\n";
  HALLMARK_TRY(UniqueFd bytes, repository.objects(ids));
  return GitTree(std::move(files), std::move(bytes));
}

const GitFile* GitTree::find(std::string_view path) const {
  const auto at =
      std::lower_bound(files_.begin(), files_.end(), path,
                       [](const GitFile& file, std::string_view p) { return file.path.str() < p; });
  const bool found = at != files_.end() && at->path.str() == path && at->mode != kLink;
  return found ? &*at : nullptr;
}

Result<Sha256Digest> GitTree::content_digest() const {
  Sha256Hasher hasher;
  BlobReader reader(bytes_.get());
  for (const GitFile& file : files_) {
    HALLMARK_TRY(const uint64_t size, reader.begin(file));
    hasher.update(file.mode + " " + file.path.str() + '\0' + std::to_string(size) + '\0');
    HALLMARK_CHECK(reader.bytes(size, [&](std::string_view part) {
      hasher.update(part);
      return ok_status();
    }));
  }
  return hasher.finish();
}

Status GitTree::write_to(const std::string& folder) const {
  if (::mkdir(folder.c_str(), 0755) != 0) return errno_error(folder, "cannot make directory");
  HALLMARK_TRY(const UniqueFd root, open_dir(folder));
  BlobReader reader(bytes_.get());
  std::vector<std::pair<std::string, std::string>> links;
  for (const GitFile& file : files_) {
    HALLMARK_TRY(const uint64_t size, reader.begin(file));
    HALLMARK_CHECK(make_parents(root.get(), file.path.str()));
    if (file.mode != kLink) {
      HALLMARK_CHECK(write_file(root.get(), file, size, reader));
      continue;
    }
    if (size > kMaxLink) return bad_tree("'" + file.path.str() + "' is too long a link");
    std::string target;
    HALLMARK_CHECK(reader.bytes(size, [&](std::string_view part) {
      target += part;
      return ok_status();
    }));
    links.emplace_back(target, file.path.str());
  }
  for (const auto& [target, path] : links) {
    if (target.find('\0') != std::string::npos ||
        ::symlinkat(target.c_str(), root.get(), path.c_str()) != 0) {
      return bad_tree("'" + path + "' cannot be made as a link");
    }
  }
  return ok_status();
}

}  // namespace hallmark
