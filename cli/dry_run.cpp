#include "cli/dry_run.hpp"

#include <array>
#include <chrono>
#include <set>

#include "cli/rebuild/rebuild_folder.hpp"
#include "cli/steps/build_records.hpp"

namespace hallmark {
namespace {

using Step = Result<StepReport> (*)(TerminalRoot&, const ReleaseName&);

Result<StepReport> build_all(TerminalRoot& root, const ReleaseName& release) {
  return build_release(root, release);
}

constexpr std::array<std::pair<const char*, Step>, 3> kSteps = {
    {{"fetch", fetch_release}, {"build", build_all}, {"check", check_packages}}};

Result<TerminalRoot> open_work(const TerminalRoot& given) {
  if (!given.layout().is_clone) return TerminalRoot(given.layout(), given.screen());
  HALLMARK_TRY(const std::string folder, usual_rebuild_folder());
  HALLMARK_TRY(const TerminalRoot work, open_rebuild_folder(folder, given.screen()));
  Layout layout = work.layout();
  layout.releases_elsewhere = given.layout().root;
  return TerminalRoot(layout, given.screen());
}

// Too few approvals are no reason to stop: whether it builds is what people want to know before
// they approve.
Result<StepReport> approvals_so_far(TerminalRoot& root, const ReleaseName& release) {
  Result<StepReport> report = check_approvals(root, release);
  if (report.ok() || report.error().kind != ErrorKind::kPolicy) return report;
  return StepReport{report.error().cause + ": the release would stop here", Json::object()};
}

std::string joined(const std::set<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// To the hosts of this terminal; a clone knows none.
std::set<std::string> host_names(const TerminalRoot& given) {
  std::set<std::string> names;
  const Result<Terminal> terminal = given.terminal();
  if (given.layout().is_clone || !terminal.ok()) return names;
  for (const PackageHost& host : terminal->hosts) names.insert(host.name);
  return names;
}

Result<StepReport> what_would_follow(const TerminalRoot& given, TerminalRoot& work,
                                     const ReleaseName& release) {
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(work, release));
  HALLMARK_TRY(const std::vector<NamedRecord> records, build_records(work, files));
  Json accept = Json::array();
  std::set<std::string> suites;
  for (const NamedRecord& record : records) {
    suites.insert(record.target.suite);
    for (const BuiltArtefact& artefact : record.artefacts) {
      accept.push_back({{"target", to_json(record.target)},
                        {"name", artefact.name},
                        {"size", artefact.size},
                        {"sha256", artefact.sha256.hex()}});
    }
  }
  const std::set<std::string> hosts = host_names(given);
  const bool apps = files.product.recipe.kind == RecipeKind::kApk;
  std::string words = release.text() + " would now be judged by the signer (" +
                      std::to_string(accept.size()) + " artefacts); then ";
  words += apps ? "its apps would be signed" : "Release of " + joined(suites) + " would be signed";
  words += hosts.empty() ? ", and published" : ", and published to " + joined(hosts);
  return StepReport{words, Json{{"accept", accept},
                                {"sign", apps ? std::set<std::string>() : suites},
                                {"publish", hosts}}};
}

}  // namespace

Result<StepReport> dry_run(const std::string& root, const ReleaseName& release, Screen& screen) {
  HALLMARK_TRY(TerminalRoot given, TerminalRoot::open_or_clone(root, screen));
  HALLMARK_TRY(TerminalRoot work, open_work(given));
  Json steps = Json::object();
  const auto run = [&](const char* name, TerminalRoot& in, Step step) -> Status {
    const auto began = std::chrono::steady_clock::now();
    HALLMARK_TRY(const StepReport report, step(in, release));
    screen.step(name, report.summary,
                std::chrono::duration_cast<std::chrono::milliseconds>(
                    std::chrono::steady_clock::now() - began));
    steps[name] = report.details;
    return ok_status();
  };
  HALLMARK_CHECK(run("approve", given, approvals_so_far));
  for (const auto& [name, step] : kSteps) HALLMARK_CHECK(run(name, work, step));
  HALLMARK_TRY(const StepReport next, what_would_follow(given, work, release));
  return StepReport{next.summary, Json{{"product", release.product},
                                       {"version", release.version},
                                       {"steps", steps},
                                       {"would", next.details}}};
}

}  // namespace hallmark
