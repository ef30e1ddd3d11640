#include "verify/deb_paths.hpp"

#include <algorithm>
#include <optional>

#include "verify/contents_index.hpp"
#include "verify/deb_data.hpp"
#include "verify/gzip_member.hpp"
#include "verify/installed_path.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMostText = std::size_t{32} << 20U;  // bytes
// Lines of a usual package are of 100 bytes, and one of 512 begins a shard: a run of this size is
// in none by chance, and a shard's limit is some thirty of them.
constexpr std::size_t kLongestRun = std::size_t{2} << 20U;  // bytes
constexpr int kLevel = 6;
constexpr std::size_t kLongestSection = 100;  // bytes: it stands in each of the package's lines

// The paths of all that is no folder, sorted, each once.
class PathList {
 public:
  explicit PathList(const std::string& subject) : subject_(subject) {}

  Result<std::vector<std::string>> read(DebData& data) {
    for (;;) {
      HALLMARK_TRY(const std::optional<DebDataEntry> entry, data.next());
      if (!entry) break;
      if (entry->type != '5') HALLMARK_CHECK(add(entry->name));
    }
    std::sort(paths_.begin(), paths_.end());
    paths_.erase(std::unique(paths_.begin(), paths_.end()), paths_.end());
    return std::move(paths_);
  }

 private:
  Error refuse(const char* cause) const { return verification_error(subject_, cause); }

  Status add(const std::string& name) {
    if (name.size() > kLongestInstalledPath) return refuse("has too long a path");
    std::optional<std::string> path = installed_path(name);
    if (!path) return refuse("has a path with '..'");
    if (path->empty() || has_control_character(*path)) return ok_status();
    text_ += path->size() + 1;
    if (text_ > kMostText) return refuse("has too many paths");
    paths_.push_back(std::move(*path));
    return ok_status();
  }

  const std::string& subject_;
  std::vector<std::string> paths_;
  std::size_t text_ = 0;
};

// Is Contents divided as well with the package as without it?
Status check_shards(const std::vector<std::string>& paths, std::size_t name_size,
                    const std::string& subject) {
  std::size_t run = 0;  // bytes of lines since the last that begins a shard
  std::size_t shards = 0;
  for (const std::string& path : paths) {
    if (begins_contents_shard(path)) {
      run = 0;
      ++shards;
    }
    run += path.size() + name_size + 2;  // with a tab and a newline
    if (run > kLongestRun) {
      return verification_error(
          subject, "has more than 2 MiB of paths on end that no shard of Contents begins at");
    }
  }
  if (shards <= paths.size() / 64 + 64) return ok_status();
  return verification_error(subject, "has too many paths that a shard of Contents begins at");
}

bool is_plain_word(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-+._/").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= kLongestSection &&
         std::all_of(text.begin(), text.end(), plain);
}

}  // namespace

std::string contents_name(const DebPackage& deb) {
  const std::string* section = deb.control.find("Section");
  if (section == nullptr || !is_plain_word(*section)) return deb.package;
  return *section + "/" + deb.package;
}

Result<std::string> packed_deb_paths(int untrusted_fd, const DebPackage& deb, DebPaths which,
                                     const std::string& subject) {
  HALLMARK_TRY(DebData data, DebData::open(untrusted_fd, deb, subject));
  const std::string& data_subject = data.subject();
  HALLMARK_TRY(const std::vector<std::string> paths, PathList(data_subject).read(data));
  if (which == DebPaths::kToJudge) {
    HALLMARK_CHECK(data.end());
    HALLMARK_CHECK(check_shards(paths, contents_name(deb).size(), data_subject));
  }
  std::string text;
  for (const std::string& path : paths) text += path + "\n";
  return gzip_member(text, kLevel);
}

Result<std::string> unpack_deb_paths(std::string_view packed) {
  return take_gzip_member(packed, kMostText, "list of paths");
}

}  // namespace hallmark
