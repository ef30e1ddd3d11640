#include "publisher/transfer/publish.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "publisher/transfer/cache_class.hpp"
#include "publisher/transfer/host_record.hpp"
#include "publisher/transfer/replace_check.hpp"
#include "publisher/transfer/sftp_files.hpp"
#include "publisher/transfer/ssh_connection.hpp"

namespace hallmark {
namespace {

// Tells how far the uploads are, about a hundred times in all; keeps the record.
class UploadProgress : public PutObserver {
 public:
  UploadProgress(HostRecord& record, const ProgressSink& sink, const HostReport& report)
      : record_(record), sink_(sink), files_(report.uploaded), bytes_(report.bytes) {}

  void start_stage(const std::string& name) { stage_ = name; }

  void on_bytes(uint64_t count) override {
    constexpr uint64_t kSteps = 100;
    sent_ += count;
    if (sent_ - told_ >= bytes_ / kSteps) tell();
  }

  Status on_stored(const ServedFile& file) override {
    ++stored_;
    return record_.add(file);
  }

  void tell() {
    told_ = sent_;
    sink_(Json{
        {"step", "publish"},
        {"done", sent_},
        {"total", bytes_},
        {"unit", "bytes"},
        {"note", stage_ + ", file " + std::to_string(stored_) + " of " + std::to_string(files_)}});
  }

 private:
  HostRecord& record_;
  const ProgressSink& sink_;
  const uint64_t files_;
  const uint64_t bytes_;
  std::string stage_;
  uint64_t stored_ = 0;
  uint64_t sent_ = 0;
  uint64_t told_ = 0;
};

std::vector<PublishStage> missing_of(const std::vector<PublishStage>& plan,
                                     const HostRecord& record) {
  std::vector<PublishStage> out;
  for (const PublishStage& stage : plan) {
    PublishStage missing{stage.name, {}, stage.always_check};
    for (const Upload& upload : stage.uploads) {
      if (!record.has(upload.file)) missing.uploads.push_back(upload);
    }
    out.push_back(std::move(missing));
  }
  return out;
}

std::vector<std::string> folders_of(const PublishStage& stage) {
  std::vector<std::string> paths;
  for (const Upload& upload : stage.uploads) paths.push_back(upload.file.path);
  const std::set<std::string> folders = parent_folders(paths);
  return {folders.begin(), folders.end()};
}

Status upload(const std::vector<PublishStage>& missing, RemoteFiles& remote, HostRecord& record,
              UploadProgress& progress) {
  for (const PublishStage& stage : missing) {
    if (stage.uploads.empty()) continue;
    progress.start_stage(stage.name);
    Status stored = remote.make_folders(folders_of(stage));
    if (stored.ok()) stored = remote.put(stage.uploads, progress);
    // What was stored before the error is recorded all the same.
    HALLMARK_CHECK(record.flush());
    HALLMARK_CHECK(stored);
    progress.tell();
  }
  return ok_status();
}

std::vector<ServedFile> to_check(const std::vector<PublishStage>& plan, const HostRecord& record) {
  std::vector<ServedFile> out;
  for (const PublishStage& stage : plan) {
    for (const Upload& upload : stage.uploads) {
      if (stage.always_check || !record.is_checked(upload.file)) out.push_back(upload.file);
    }
  }
  return out;
}

// A file counts as checked when every address served it as it should be.
Status check_served(const PackageHost& host, const std::vector<ServedFile>& files,
                    ServedCheck& served, HostRecord& record, const ProgressSink& progress) {
  std::map<std::string, std::size_t> good_count;
  std::vector<ServedFile> bad;
  uint64_t done = 0;
  std::optional<Error> first_error;
  for (const std::string& url : host.urls) {
    const auto on_good = [&](const ServedFile& file) {
      ++good_count[file.path];
      ++done;
      progress(Json{{"step", "check"},
                    {"done", done},
                    {"total", files.size() * host.urls.size()},
                    {"unit", "files"},
                    {"note", url}});
    };
    const Status compared =
        served.compare(url, files, on_good, [&](const ServedFile& file) { bad.push_back(file); });
    if (!compared.ok() && !first_error) first_error = compared.error();
  }
  std::vector<ServedFile> good;
  std::copy_if(files.begin(), files.end(), std::back_inserter(good),
               [&](const ServedFile& file) { return good_count[file.path] == host.urls.size(); });
  HALLMARK_CHECK(record.record_check(good, bad));
  if (first_error) return *first_error;
  return ok_status();
}

Result<Expired> expire(RepositoryState& state, const PublishJob& job, const PackageHost& host,
                       const std::vector<ServedFile>& named, RemoteFiles& remote) {
  if (!job.expire || host.trash.empty()) return Expired();
  HALLMARK_TRY(const std::optional<FdroidSigned> entry, state.fdroid_entry());
  const ExpiryRules rules{job.policy, job.now,
                          names_all_apps(job.policy, entry.has_value(), named)};
  return expire_on_host(state, host.name, rules, named, remote);
}

Result<HostReport> publish_over_ssh(Repository& repository, const PublishJob& job,
                                    const PackageHost& host, const std::vector<PublishStage>& plan,
                                    const std::string& agent_socket, const ProgressSink& progress) {
  progress(Json{{"step", "connect"}, {"note", host.name}});
  HALLMARK_TRY(const std::unique_ptr<SshConnection> connection,
               SshConnection::open(host, agent_socket, SshTimeouts()));
  HALLMARK_TRY(SftpClient client, SftpClient::start(*connection));
  SftpFiles remote(client, host, [&] { return connection->another_session(); });
  HttpServedCheck served;
  HALLMARK_TRY(HostReport report,
               publish_to_host(repository.state, host, plan, remote, served, progress));
  progress(Json{{"step", "expire"}, {"note", host.name}});
  report.cache_warnings = served.cache_warnings();
  HALLMARK_TRY(report.expired, expire(repository.state, job, host, files_of(plan), remote));
  return report;
}

Result<HostReport> publish_one(Repository& repository, const PublishJob& job,
                               const PackageHost& host, const std::vector<PublishStage>& plan,
                               const std::string& agent_socket, const ProgressSink& progress) {
  if (job.several_terminals) {
    HALLMARK_TRY(const std::vector<Release> releases, repository.state.releases());
    HALLMARK_CHECK(check_replaceable(repository.state, releases, host));
  }
  return publish_over_ssh(repository, job, host, plan, agent_socket, progress);
}

}  // namespace

Json to_json(const std::vector<HostReport>& reports) {
  HostReport sum;
  Json hosts = Json::array();
  const auto describe = [](const HostReport& report) {
    Json out = {{"host", report.host},
                {"uploaded", report.uploaded},
                {"bytes", report.bytes},
                {"checked", report.checked},
                {"expired", report.expired.moved},
                {"waiting", report.expired.waiting},
                {"cache_warnings", report.cache_warnings}};
    if (!report.expired.problem.empty()) out["problem"] = report.expired.problem;
    return out;
  };
  for (const HostReport& report : reports) {
    sum.host += (sum.host.empty() ? "" : ", ") + report.host;
    sum.uploaded += report.uploaded;
    sum.bytes += report.bytes;
    sum.checked += report.checked;
    sum.expired.moved += report.expired.moved;
    sum.expired.waiting += report.expired.waiting;
    if (sum.expired.problem.empty()) sum.expired.problem = report.expired.problem;
    sum.cache_warnings.insert(sum.cache_warnings.end(), report.cache_warnings.begin(),
                              report.cache_warnings.end());
    hosts.push_back(describe(report));
  }
  Json out = describe(sum);
  out["hosts"] = std::move(hosts);
  return out;
}

Result<std::vector<PublishStage>> whole_plan(Repository& repository, const PublishJob& job) {
  HALLMARK_TRY(std::vector<PublishStage> plan, make_publish_plan(repository, job.fdroid));
  if (files_of(plan).empty() && !job.several_terminals) {
    return failed("repository", "has nothing that is signed", "release something first");
  }
  plan.insert(plan.begin(), job.log.begin(), job.log.end());
  // Nothing signs them: what they are is known by looking, each time.
  PublishStage for_users{"for users", {}, true};
  for (const ClientFile& file : job.client_files) {
    for_users.uploads.push_back(upload_of_text(file.name, file.text));
  }
  plan.push_back(std::move(for_users));
  return plan;
}

Result<std::string> describe_plan(RepositoryState& state, const std::vector<PublishStage>& plan) {
  std::string lines;
  std::set<std::string> named;
  for (const ServedFile& file : files_of(plan)) {
    named.insert(file.path);
    lines += Json{{"path", file.path},
                  {"size", file.size},
                  {"sha256", file.sha256.hex()},
                  {"cache_control", cache_control(cache_class(file.path))}}
                 .dump() +
             "\n";
  }
  HALLMARK_TRY(const std::vector<std::string> held, state.paths_on_hosts());
  for (const std::string& path : held) {
    if (named.contains(path)) continue;
    lines += Json{{"path", path}, {"held", true}}.dump() + "\n";
  }
  return lines;
}

Result<HostReport> publish_to_host(RepositoryState& state, const PackageHost& host,
                                   const std::vector<PublishStage>& plan, RemoteFiles& remote,
                                   ServedCheck& served, const ProgressSink& progress) {
  HALLMARK_TRY(HostRecord record, HostRecord::load(state, host.name));
  HALLMARK_CHECK(record.keep_named(files_of(plan)));
  HALLMARK_CHECK(record.compare_with(remote, files_of(plan)));
  const std::vector<PublishStage> missing = missing_of(plan, record);
  HostReport report;
  report.host = host.name;
  for (const ServedFile& file : files_of(missing)) {
    ++report.uploaded;
    report.bytes += file.size;
  }
  UploadProgress upload_progress(record, progress, report);
  HALLMARK_CHECK(upload(missing, remote, record, upload_progress));

  const std::vector<ServedFile> files = to_check(plan, record);
  HALLMARK_CHECK(check_served(host, files, served, record, progress));
  report.checked = files.size() * host.urls.size();
  return report;
}

Result<std::vector<HostReport>> publish_to_hosts(Repository& repository, const PublishJob& job,
                                                 const std::vector<PackageHost>& hosts,
                                                 const std::string& agent_socket,
                                                 const ProgressSink& progress) {
  if (hosts.empty()) return usage_error("terminal.json", "names no package host");
  HALLMARK_TRY(const std::vector<PublishStage> plan, whole_plan(repository, job));
  std::vector<HostReport> reports;
  std::optional<Error> first_error;
  for (const PackageHost& host : hosts) {
    Result<HostReport> report = publish_one(repository, job, host, plan, agent_socket, progress);
    if (report.ok()) {
      reports.push_back(std::move(*report));
    } else if (!first_error) {
      first_error = report.error();
    }
  }
  if (first_error) return *first_error;
  return reports;
}

}  // namespace hallmark
