#include "publisher/publish_request.hpp"

#include <ctime>
#include <iterator>

#include "publisher/transfer/log_plan.hpp"
#include "publisher/transfer/publish.hpp"

namespace hallmark {
namespace {

// What a publish made hosts hold, as a file.
Result<UniqueFd> described(LockedRepository& locked, const PublishJob& job) {
  std::vector<PublishStage> plan = job.log;
  HALLMARK_TRY(std::vector<PublishStage> stages, make_publish_plan(locked.repository, job.fdroid));
  std::move(stages.begin(), stages.end(), std::back_inserter(plan));
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
