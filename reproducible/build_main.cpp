// hallmark-build: makes build environments and builds in a sealed sandbox. No network, no keys.
//
// Started as root it leaves the network before it becomes its own user. Everything it starts runs
// without a network either way. It must not set no_new_privs: newuidmap, with which mmdebstrap's
// user namespace is made, is a set-user-id program.
#include <ctime>

#include "process/confine.hpp"
#include "process/run.hpp"
#include "process/server.hpp"
#include "reproducible/build_release.hpp"
#include "reproducible/check_target.hpp"

namespace hallmark {
namespace {

Result<Json> answer_environment(const BuildRequest& request, const Layout& layout,
                                const ProgressSink& progress) {
  HALLMARK_TRY(const std::vector<NamedEnvironment> made,
               make_environments(request, layout, progress));
  Json list = Json::array();
  for (const NamedEnvironment& environment : made) {
    list.push_back({{"name", environment.name}, {"environment_sha256", environment.sha256.hex()}});
  }
  return Json{{"environments", list}};
}

Result<Json> answer_build(const BuildRequest& request, const Layout& layout,
                          const ProgressSink& progress) {
  HALLMARK_TRY(const BuiltRelease built,
               build_release(request, layout, std::time(nullptr), progress));
  // Whoever asked for one target is told as of any other request.
  if (request.targets.size() == 1 && !built.failed.empty()) return built.failed.front().error;
  Json records = Json::array();
  for (const StoredRecord& stored : built.records) {
    const Json record = to_json(stored.record);
    records.push_back({{"record_sha256", stored.sha256.hex()},
                       {"target", record["target"]},
                       {"artefacts", record["artefacts"]}});
  }
  Json failed_targets = Json::array();
  for (const FailedTarget& failed : built.failed) {
    failed_targets.push_back(
        {{"target", to_json(failed.target)}, {"error", error_to_json(failed.error)}});
  }
  return Json{{"records", records}, {"failed", failed_targets}};
}

Result<Json> answer_check(const BuildRequest& request, const std::vector<UniqueFd>& untrusted_debs,
                          const Layout& layout, const ProgressSink& progress) {
  if (request.targets.size() != 1) return usage_error("check", "is of one target at a time");
  std::vector<int> fds;
  fds.reserve(untrusted_debs.size());
  for (const UniqueFd& fd : untrusted_debs) fds.push_back(fd.get());
  HALLMARK_TRY(const CheckedTarget checked, check_target(request, fds, layout, progress));
  const Json record = to_json(checked.record);
  return Json{{"packages", record["packages"]},
              {"older", record["older"]},
              {"no_upgrade", record["no_upgrade"]},
              {"again", checked.again}};
}

Result<Json> answer(const Message& message, const BuildRequest& request, const Layout& layout,
                    const ProgressSink& progress) {
  const Json& type = message.body["type"];
  if (type == "check") return answer_check(request, message.fds, layout, progress);
  if (type == "build") return answer_build(request, layout, progress);
  return answer_environment(request, layout, progress);
}

Result<Handler> start(const Layout& layout, bool /*demo*/) {
  Command dpkg;
  dpkg.program = "/usr/bin/dpkg";
  dpkg.arguments = {"--print-architecture"};
  HALLMARK_TRY(std::string architecture, run_checked(dpkg, "this machine"));
  std::erase(architecture, '\n');
  return Handler([layout, architecture](const Peer& /*peer*/, Message& message,
                                        const ProgressSink& progress) -> Result<Response> {
    const auto type = message.body.find("type");
    const auto asks_for = [&](const char* name) {
      return type != message.body.end() && *type == name;
    };
    if (!asks_for("environment") && !asks_for("build") && !asks_for("check")) {
      return usage_error("request", "is none of environment, build and check");
    }
    HALLMARK_TRY(const BuildRequest request, read_build_request(message.body, architecture));
    HALLMARK_TRY(Json body, answer(message, request, layout, progress));
    return Response{std::move(body), {}};
  });
}

}  // namespace
}  // namespace hallmark

int main(int argc, char** argv) {
  hallmark::ServerProgram program;
  program.name = "hallmark-build";
  program.summary = "Makes build environments and builds releases in a sealed sandbox.";
  program.before_identity = [](const hallmark::Layout&) { return hallmark::leave_network(); };
  program.start = hallmark::start;
  return hallmark::server_main(argc, argv, program);
}
