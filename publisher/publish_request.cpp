#include "publisher/publish_request.hpp"

#include <ctime>

#include "core/safe_path.hpp"
#include "publisher/transfer/log_plan.hpp"
#include "publisher/transfer/publish.hpp"

namespace hallmark {
namespace {

// Nothing that is signed, or hidden, has such a name.
bool is_client_file_name(const std::string& name) {
  return name == "index.html" ||
         (is_plain_name(name) && (name.ends_with(".sources") || name.ends_with(".asc") ||
                                  name.ends_with(".allowed_signers")));
}

ClientFile read_client_file(ObjectReader& entry) {
  ClientFile file{entry.text("name"), entry.text("text")};
  if (!is_client_file_name(file.name)) {
    entry.fail(
        "name",
        "must be index.html, or the plain name of a .sources, .asc or .allowed_signers file");
  }
  return file;
}

// What a publish made hosts hold, as a file.
Result<UniqueFd> described(LockedRepository& locked, const PublishJob& job) {
  HALLMARK_TRY(const std::vector<PublishStage> plan, whole_plan(locked.repository, job));
  HALLMARK_TRY(const std::string lines, describe_plan(locked.repository.state, plan));
  return upload_of_text("published files", lines).open();
}

}  // namespace

Result<Response> publish_to_all_hosts(const Context& context) {
  PublishJob job;
  bool describe = false;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    job.fdroid = request.boolean_or("fdroid", true);
    job.expire = request.boolean_or("expire", true);
    describe = request.boolean_or("describe", false);
    if (!request.has("client_files")) return;
    request.each("client_files",
                 [&](ObjectReader& entry) { job.client_files.push_back(read_client_file(entry)); });
  }));
  HALLMARK_TRY(const Terminal terminal, read_terminal(context.layout));
  HALLMARK_TRY(const Policy policy, read_policy(context.layout));
  job.several_terminals = policy.log_keys.size() > 1;
  job.policy = policy;
  job.now = std::time(nullptr);
  HALLMARK_TRY(job.log, make_log_stages(context.layout, policy, terminal.name));
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_TRY(const std::vector<HostReport> reports,
               publish_to_hosts(locked.repository, job, terminal.hosts,
                                context.layout.publishing_socket(), context.progress));
  Response response{to_json(reports), {}};
  if (!describe) return response;
  HALLMARK_TRY(UniqueFd file, described(locked, job));
  response.fds.push_back(std::move(file));
  return response;
}

}  // namespace hallmark
