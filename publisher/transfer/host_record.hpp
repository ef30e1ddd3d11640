// What we know of one package host's files, from our own record of what was stored there.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "publisher/repository/state.hpp"
#include "publisher/transfer/remote_files.hpp"

namespace hallmark {

// Changes go to the database in groups; one that is lost with a crash costs sending those files
// again.
class HostRecord {
 public:
  static Result<HostRecord> load(RepositoryState& state, const std::string& host);

  // Asks the host for the sizes of the recorded files among these; those that differ are forgotten.
  Status compare_with(RemoteFiles& remote, const std::vector<ServedFile>& wanted);

  // Of what was to expire, what is among these is not: before any of what names it is stored.
  Status keep_named(const std::vector<ServedFile>& wanted);

  bool has(const ServedFile& file) const;
  bool is_checked(const ServedFile& file) const;

  Status add(const ServedFile& file);
  void forget(const ServedFile& file) { known_.erase(file.path); }
  Status flush();
  // In one transaction: these are as they should be at every address, and those are not.
  Status record_check(const std::vector<ServedFile>& good, const std::vector<ServedFile>& bad);

 private:
  HostRecord(RepositoryState& state, std::string host) : state_(&state), host_(std::move(host)) {}

  RepositoryState* state_;
  std::string host_;
  std::map<std::string, RepositoryState::HostFile> known_;  // by path
  std::vector<ServedFile> unwritten_;
};

}  // namespace hallmark
