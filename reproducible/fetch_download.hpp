// Downloading pinned files into quarantine, several at a time.
//
// A file gets its final name only when all of it is there and its size and SHA-256 are the pinned
// ones. Other bytes are kVerification; a server in trouble is asked again, and then kRemote.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/fd.hpp"
#include "core/model/lock.hpp"
#include "core/result.hpp"
#include "core/wire.hpp"
#include "reproducible/fetch_proxies.hpp"
#include "reproducible/quarantine.hpp"

namespace hallmark {

struct Download {
  PinnedFile file;
  std::vector<std::string> urls;  // the next is asked when one does not have it
};

// The address that keeps old indices, then the one that has the newest.
Download index_download(const LockedArchive& archive, const LockedIndex& index);

// "file://PATH" for an absolute path; any other address as it is.
std::string address_of(const std::string& url_or_path);

// What came, with no digest to compare it with: not in quarantine yet.
struct FetchedFile {
  UniqueFd file;  // open for reading
  std::string path;
  FileDigest digest;
};

struct NewFile {
  std::string label;
  std::string url;
  uint64_t limit = 0;  // bytes
};
// What came for the file of that place in the list.
using TakeNew = std::function<Status(std::size_t index, int untrusted_fd, const FileDigest&)>;

class Downloader {
 public:
  // `work`: a folder of ours alone on the quarantine's file system.
  Downloader(Quarantine quarantine, std::string work, Proxies proxies, ProgressSink progress);

  // Skips what quarantine holds, which is checked for that. Returns how many files came.
  Result<std::size_t> fetch(const std::vector<Download>& wanted);
  // A file whose digest is not known yet: the caller must verify what it returns.
  Result<std::string> fetch_unpinned(const std::string& url, uint64_t limit);
  // The same for one of any size, which `keep` puts into quarantine when it has been verified.
  Result<FetchedFile> fetch_new(const std::string& url, uint64_t limit);
  Status keep(const FetchedFile& verified) const;
  // Many of those, several at a time: each goes into quarantine once `verify` has found it good.
  Status fetch_all_new(const std::vector<NewFile>& wanted, const TakeNew& verify);

  const Quarantine& quarantine() const { return quarantine_; }
  const Proxies& proxies() const { return proxies_; }
  const ProgressSink& progress() const { return progress_; }

 private:
  Quarantine quarantine_;
  std::string work_;
  Proxies proxies_;
  ProgressSink progress_;
};

}  // namespace hallmark
