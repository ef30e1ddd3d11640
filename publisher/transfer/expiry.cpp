#include "publisher/transfer/expiry.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "core/digest.hpp"

namespace hallmark {
namespace {

constexpr int64_t kSecondsOfDay = 24 * 60 * 60;

// Of dists/SUITE/…
std::string suite_of(const std::string& path) {
  const std::size_t begin = path.find('/') + 1;
  return path.substr(begin, path.find('/', begin) - begin);
}

const ExpiryPolicy& expiry_of(const Policy& policy, const std::string& suite) {
  const SuitePolicy* found = policy.suite(suite);
  return found == nullptr ? policy.expiry : found->expiry;
}

// Those that each publish of something new replaces.
bool is_signed_file(const std::string& path) {
  return path.ends_with("/InRelease") || path.ends_with("/checkpoint") || path == "apk/entry.jar";
}

// 0: it has none of them, or does not say.
Result<int64_t> host_time(RemoteFiles& remote, const std::vector<ServedFile>& named) {
  std::vector<std::string> paths;
  for (const ServedFile& file : named) {
    if (is_signed_file(file.path)) paths.push_back(file.path);
  }
  HALLMARK_TRY(const std::vector<std::optional<RemoteFile>> files, remote.look_at(paths));
  int64_t newest = 0;
  for (const std::optional<RemoteFile>& file : files) {
    if (file) newest = std::max(newest, file->modified);
  }
  return newest;
}

struct TwoClocks {
  int64_t here = 0;
  int64_t host = 0;
};

// One host's files and generations, while a publish is put on record.
class HostExpiry {
 public:
  HostExpiry(RepositoryState& state, std::string host, const ExpiryRules& rules, TwoClocks clocks)
      : state_(state), host_(std::move(host)), rules_(rules), clocks_(clocks) {}

  Status load() {
    HALLMARK_TRY(const std::vector<RepositoryState::Generation> known, state_.generations(host_));
    for (const RepositoryState::Generation& generation : known) {
      publish_ = std::max(publish_, generation.publish + 1);
      generations_[generation.suite].push_back(generation);
    }
    HALLMARK_TRY(files_, state_.host_files(host_));
    HALLMARK_TRY(const std::vector<std::string> members, state_.member_paths());
    kept_.insert(members.begin(), members.end());
    HALLMARK_TRY(const std::vector<ServedFile> changelogs, state_.changelogs());
    for (const ServedFile& changelog : changelogs) kept_.insert(changelog.path);
    return ok_status();
  }

  Status record(const std::vector<ServedFile>& named) {
    HALLMARK_TRY(Transaction transaction, state_.transaction());
    HALLMARK_CHECK(add_generations(named));
    HALLMARK_CHECK(mark_unnamed(named));
    return transaction.commit();
  }

  Result<std::vector<std::string>> expired() {
    std::vector<std::string> out;
    for (const RepositoryState::HostFile& file : files_) {
      if (file.unnamed_since == 0 || !may_expire(file.file.path)) continue;
      HALLMARK_TRY(const bool over, is_over(file));
      if (over) out.push_back(file.file.path);
    }
    return out;
  }

 private:
  bool may_expire(const std::string& path) const {
    if (path.starts_with("apk/")) return rules_.apps_named;
    if (path.starts_with("releases/")) return true;
    const bool of_packages =
        path.starts_with("pool/") || path.starts_with("dists/") || path.starts_with("changelogs/");
    return of_packages && !kept_.contains(path);
  }

  // A suite whose indices are others than at the last publish has one generation more.
  Status add_generations(const std::vector<ServedFile>& named) {
    std::map<std::string, std::string> sets;
    for (const ServedFile& file : named) {
      if (!file.path.starts_with("dists/")) continue;
      if (file.path.find("/by-hash/") == std::string::npos) continue;
      sets[suite_of(file.path)] += file.path + "\n";
    }
    for (const auto& [suite, paths] : sets) {
      auto& known = generations_[suite];
      const std::string indices = sha256(paths).hex();
      if (!known.empty() && known.front().indices == indices) continue;
      known.insert(known.begin(), {suite, publish_, indices});
      HALLMARK_CHECK(state_.add_generation(host_, known.front()));
      const uint64_t keep = expiry_of(rules_.policy, suite).keep_generations;
      if (known.size() <= keep) continue;
      known.resize(keep);
      HALLMARK_CHECK(state_.forget_generations_before(host_, known.back()));
    }
    return ok_status();
  }

  Status mark_unnamed(const std::vector<ServedFile>& named) {
    std::set<std::string_view> paths;
    for (const ServedFile& file : named) paths.insert(file.path);
    for (RepositoryState::HostFile& file : files_) {
      const std::string& path = file.file.path;
      const int64_t latest = std::max(clocks_.here, clocks_.host);
      if (paths.contains(path)) {
        if (file.unnamed_since != 0) HALLMARK_CHECK(state_.set_named(host_, path));
        file.unnamed_since = 0;
      } else if (may_expire(path) && (file.unnamed_since == 0 || file.unnamed_since > latest)) {
        // What was marked later than now, was when a clock was wrong.
        if (file.unnamed_since == 0) file.unnamed_by = publish_;
        file.unnamed_since = latest;
        HALLMARK_CHECK(state_.set_unnamed(host_, path, latest, file.unnamed_by));
      }
    }
    return ok_status();
  }

  Result<std::vector<std::string>> suites_that_named(const std::string& path) {
    if (path.starts_with("dists/")) return std::vector<std::string>{suite_of(path)};
    return state_.former_suites(path);
  }

  Result<bool> is_over(const RepositoryState::HostFile& file) {
    HALLMARK_TRY(const std::vector<std::string> suites, suites_that_named(file.file.path));
    int64_t days = suites.empty() ? rules_.policy.expiry.keep_days : 0;
    for (const std::string& suite : suites) {
      const ExpiryPolicy& rule = expiry_of(rules_.policy, suite);
      days = std::max(days, rule.keep_days);
      if (is_of_kept_generation(suite, rule.keep_generations, file.unnamed_by)) return false;
    }
    // For as long a sibling may go on signing what it knew before it saw that publish.
    if (rules_.policy.log_keys.size() > 1) days += rules_.policy.sibling_days;
    const int64_t now = std::min(clocks_.here, clocks_.host);
    return now - file.unnamed_since >= days * kSecondsOfDay;
  }

  // Those before the publish that stopped naming it may name it.
  bool is_of_kept_generation(const std::string& suite, uint64_t keep, int64_t unnamed_by) const {
    const auto known = generations_.find(suite);
    if (known == generations_.end()) return false;
    const auto& newest_first = known->second;
    return newest_first.size() < keep || newest_first[keep - 1].publish < unnamed_by;
  }

  RepositoryState& state_;
  const std::string host_;
  const ExpiryRules& rules_;
  const TwoClocks clocks_;
  int64_t publish_ = 1;
  std::map<std::string, std::vector<RepositoryState::Generation>> generations_;  // newest first
  std::vector<RepositoryState::HostFile> files_;
  std::set<std::string, std::less<>> kept_;  // is in a suite, whatever Releases say
};

// What the host did about them is seen by looking, not by what it answered: the record of a file
// that is still there has to stay.
Result<Expired> discard(RepositoryState& state, const std::string& host,
                        const std::vector<std::string>& paths, RemoteFiles& remote) {
  const Status discarded = remote.discard(paths);
  const auto there = remote.look_at(paths);
  if (!there.ok()) return Expired{0, paths.size(), there.error().message()};
  Expired out;
  HALLMARK_TRY(Transaction transaction, state.transaction());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if ((*there)[i]) {
      ++out.waiting;
      continue;
    }
    ++out.moved;
    HALLMARK_CHECK(state.forget_host_file(host, paths[i]));
  }
  HALLMARK_CHECK(transaction.commit());
  if (out.waiting > 0 && !discarded.ok()) out.problem = discarded.error().message();
  return out;
}

}  // namespace

bool names_all_apps(const Policy& policy, bool signed_here, const std::vector<ServedFile>& named) {
  if (!policy.fdroid && !signed_here) return true;
  return std::any_of(named.begin(), named.end(),
                     [](const ServedFile& file) { return file.path == "apk/entry.jar"; });
}

Result<Expired> expire_on_host(RepositoryState& state, const std::string& host,
                               const ExpiryRules& rules, const std::vector<ServedFile>& named,
                               RemoteFiles& remote) {
  const Result<int64_t> time = host_time(remote, named);
  if (!time.ok()) return Expired{0, 0, time.error().message()};
  HostExpiry expiry(state, host, rules, {rules.now, *time});
  HALLMARK_CHECK(expiry.load());
  HALLMARK_CHECK(expiry.record(named));
  HALLMARK_TRY(const std::vector<std::string> paths, expiry.expired());
  if (paths.empty()) return Expired();
  return discard(state, host, paths, remote);
}

}  // namespace hallmark
