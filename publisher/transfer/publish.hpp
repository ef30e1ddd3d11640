// Bringing a package host up to date, and proving it by what it serves.
#pragma once

#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/model/policy.hpp"
#include "core/model/terminal.hpp"
#include "core/result.hpp"
#include "core/wire.hpp"
#include "publisher/repository/repository.hpp"
#include "publisher/transfer/expiry.hpp"
#include "publisher/transfer/publish_plan.hpp"
#include "publisher/transfer/remote_files.hpp"
#include "publisher/transfer/served_check.hpp"

namespace hallmark {

struct HostReport {
  std::string host;
  uint64_t uploaded = 0;  // files
  uint64_t bytes = 0;     // of them
  uint64_t checked = 0;   // files compared with what is served, once for each address
  Expired expired;        // files that nothing names any longer
  std::vector<std::string> cache_warnings;  // about what its addresses tell caches
};

// {"host","uploaded","bytes","checked","expired","waiting","cache_warnings"} in all, and the same
// for each in "hosts".
Json to_json(const std::vector<HostReport>& reports);

// Uploads what the host lacks, stage after stage, and then compares what each of its addresses
// serves. It may be stopped at any instant and run again: what has been stored is not sent again
// (but looked at, so that a host that was reset is noticed), what has been stored and not compared
// is compared.
Result<HostReport> publish_to_host(RepositoryState& state, const PackageHost& host,
                                   const std::vector<PublishStage>& plan, RemoteFiles& remote,
                                   ServedCheck& served, const ProgressSink& progress);

// At the root of what is served: how users come to trust the rest.
struct ClientFile {
  std::string name;
  std::string text;
};

struct PublishJob {
  std::vector<PublishStage> log;  // the stages of the release log
  std::vector<ClientFile> client_files;
  bool several_terminals = false;  // publish to these hosts
  bool fdroid = true;              // the index of apps too; else hosts keep the one they have
  bool expire = true;              // is it known what siblings' Releases name?
  Policy policy;
  int64_t now = 0;  // seconds since 1970
};

// All that hosts are to hold, in the order of storing: the log, the repository, the files for
// users. kFailed: nothing is signed.
Result<std::vector<PublishStage>> whole_plan(Repository& repository, const PublishJob& job);

// What hosts are to hold, a JSON line for each file in the order of the plan: {"path", "size",
// "sha256", "cache_control"}; then {"path", "held": true} for what one of them has besides.
Result<std::string> describe_plan(RepositoryState& state, const std::vector<PublishStage>& plan);

// The same for every host, over SSH: the log, then the repository; then what has expired there goes
// to its trash. Where several terminals publish, a host whose signed indices this one does not know
// is left as it is, and a log is published that has no Release yet. A host that fails does not keep
// the others from being served; the error is then that of the first which failed.
Result<std::vector<HostReport>> publish_to_hosts(Repository& repository, const PublishJob& job,
                                                 const std::vector<PackageHost>& hosts,
                                                 const std::string& agent_socket,
                                                 const ProgressSink& progress);

}  // namespace hallmark
