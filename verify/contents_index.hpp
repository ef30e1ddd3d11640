// The Contents index of an apt repository: which package has which file.
//
// A line is PATH, a tab, and NAME[,NAME…] of the packages that have it ("utils/figlet"), both in
// the order of their bytes. Source: the Debian wiki's RepositoryFormat; readers split at the last
// white space.
//
// The index of a large suite has millions of lines, and a package touches a hundred of them. So it
// is kept as shards, runs of lines, each under the path that it begins at: a shard begins at each
// path whose hash has nine zero bits, on average every 512th, and whatever comes before the first
// of these is the shard "". So shards follow from the lines alone, never from history. Publisher
// and signer each keep their own, and change them with this one function.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.hpp"
#include "core/result.hpp"

namespace hallmark {

// The packages of one name in one index: the .debs whose paths the shards hold and go on holding,
// those that are new, and those that are there no longer.
struct ContentsChange {
  std::string name;  // verify/deb_paths.hpp, contents_name
  std::vector<Sha256Digest> kept;
  std::vector<Sha256Digest> added;
  std::vector<Sha256Digest> removed;
};

// Where the shards of one index are, and the paths of packages (packed_deb_paths).
class ContentsStore {
 public:
  virtual ~ContentsStore() = default;
  virtual Result<std::string> packed_paths(const Sha256Digest& deb) = 0;
  // The last shard that begins before this path, and the first that begins behind it.
  virtual Result<std::optional<std::string>> shard_before(std::string_view path) = 0;
  virtual Result<std::optional<std::string>> shard_behind(std::string_view path) = 0;
  // Its text, as a gzip member.
  virtual Result<std::string> shard_form(std::string_view begin) = 0;
  virtual Status remove_shard(std::string_view begin) = 0;
  virtual Status add_shard(std::string_view begin, std::string_view form) = 0;
};

// Takes the shards from what they were to what they are after the changes; rewrites those that
// these touch. Holds some hundred MiB at most, however large the index is.
Status update_contents(ContentsStore& store, const std::vector<ContentsChange>& changes);

bool begins_contents_shard(std::string_view path);

// The text of a shard of one's own.
Result<std::string> contents_text(std::string_view form);

// Hashes the text of an index whose shards come one after the other. Apt wants to know the digest
// of what it decompresses, so Release names the plain index too, which nobody serves.
class ContentsHasher {
 public:
  Status add(std::string form);
  // An index without shards is empty.
  Result<FileDigest> finish();

 private:
  Status take_batch();

  std::vector<std::string> forms_;  // that are still to be decompressed
  std::vector<std::string> texts_;  // that are still to be hashed
  Sha256Hasher hasher_;
  uint64_t size_ = 0;
};

// One line's change; internal to contents_*.cpp.
struct ContentsLineChange {
  std::string_view path;
  std::string_view name;
  bool added = false;
};
// Rewrites the shards that the changes touch, which are in order of path and name.
Status change_contents_lines(ContentsStore& store, const std::vector<ContentsLineChange>& changes);

}  // namespace hallmark
