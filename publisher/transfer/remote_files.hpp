// The files below a package host's docroot, as far as a publisher needs them.
//
// A narrow interface, so that publishing is tested without a host, and with one that fails at any
// operation. Paths are relative to the docroot. The error of any call is final: the connection is
// not used again.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/fd.hpp"
#include "core/result.hpp"
#include "publisher/repository/state.hpp"

namespace hallmark {

struct Upload {
  ServedFile file;
  std::function<Result<UniqueFd>()> open;  // opens the bytes to send
};

struct RemoteFile {
  uint64_t size = 0;     // bytes
  int64_t modified = 0;  // seconds since 1970, by the host's clock; 0: it does not say
};

// The folders that the paths are in, parents first.
std::set<std::string> parent_folders(const std::vector<std::string>& paths);

class PutObserver {
 public:
  virtual ~PutObserver() = default;
  virtual void on_bytes(uint64_t count) = 0;
  // The file has its name, and its bytes are on the host's disk.
  virtual Status on_stored(const ServedFile& file) = 0;
};

class RemoteFiles {
 public:
  virtual ~RemoteFiles() = default;

  // For each path the regular file there, or nothing.
  virtual Result<std::vector<std::optional<RemoteFile>>> look_at(
      const std::vector<std::string>& paths) = 0;
  // Parents come before what is in them. Those that exist are left alone.
  virtual Status make_folders(const std::vector<std::string>& folders) = 0;
  // Stores each file: under a temporary name (always the same one for the same file, because the
  // host lets nobody remove what a crash left), flushed, then renamed. What has the file's name
  // before is replaced at that instant and never written to. Files are stored in any order. Bytes
  // that are not those which the size and digest promise are refused before the rename.
  virtual Status put(std::span<const Upload> uploads, PutObserver& observer) = 0;
  // Takes the files out of the docroot, into the host's trash folder, where they keep their paths;
  // the host itself empties that. Those that can be moved are, whatever becomes of others;
  // look_at() tells which are. The error is the first one.
  virtual Status discard(const std::vector<std::string>& paths) = 0;
};

}  // namespace hallmark
