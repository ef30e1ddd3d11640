#include "reproducible/build_target.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>

#include "core/safe_path.hpp"
#include "core/utf8.hpp"
#include "reproducible/build_compare.hpp"
#include "reproducible/build_conditions.hpp"
#include "reproducible/build_dependencies.hpp"
#include "reproducible/build_recipe.hpp"
#include "reproducible/build_workspace.hpp"
#include "reproducible/clock_ahead.hpp"
#include "reproducible/difference_report.hpp"
#include "reproducible/environment_unpack.hpp"
#include "reproducible/sandbox.hpp"

namespace hallmark {
namespace {

constexpr std::chrono::hours kBuildTimeout{6};
constexpr std::size_t kLinesShown = 12;
constexpr uint64_t kMaxEvidence = uint64_t{4} << 20U;

struct BuildFolders {
  std::string all, build, out, evidence, identity;
};

Result<BuildFolders> make_folders(const std::string& all) {
  BuildFolders folders{all, all + "/build", all + "/out", all + "/evidence", all + "/identity"};
  for (const auto& path : {folders.build, folders.out, folders.evidence, folders.identity}) {
    HALLMARK_CHECK(make_dirs(path, 0755));
  }
  return folders;
}

Sandbox describe_sandbox(const BuildJob& job, const BuildConditions& conditions,
                         const BuildFolders& folders) {
  const RecipeCommand recipe = recipe_command(job.lock, job.product, job.target, conditions);
  Sandbox sandbox;
  sandbox.environment = job.environment;
  // out and evidence are mounts of their own: the build cannot put a link in their place.
  sandbox.binds = {{folders.identity + "/passwd", "/etc/passwd"},
                   {folders.identity + "/group", "/etc/group"},
                   {folders.identity + "/hosts", "/etc/hosts"},
                   {job.source, kSourceFolder},
                   {folders.build, conditions.folder, true},
                   {folders.out, conditions.folder + "/out", true},
                   {folders.evidence, conditions.folder + "/evidence", true}};
  for (SandboxBind& bind : dependency_binds(job.lock, job.dependencies)) {
    sandbox.binds.push_back(std::move(bind));
  }
  if (conditions.clock_ahead) {
    sandbox.binds.push_back({folders.identity + "/clock-ahead.so", kClockAheadLibrary});
  }
  sandbox.hostname = conditions.hostname;
  sandbox.uid = conditions.uid;
  sandbox.cpus = conditions.cpus;
  sandbox.variables = recipe.variables;
  sandbox.command = recipe.command;
  sandbox.timeout = kBuildTimeout;
  return sandbox;
}

Status write_clock_ahead(const BuildFolders& folders) {
  HALLMARK_TRY(const UniqueFd folder, open_dir(folders.identity));
  return write_file_atomic(folder.get(), "clock-ahead.so", clock_ahead_library(), 0644);
}

// What dpkg-buildpackage says of the build, kept beside the log. Hostile bytes: copied, never read.
Status keep_evidence(const std::string& untrusted_folder, const std::string& prefix,
                     const std::string& logs) {
  HALLMARK_TRY(const UniqueFd from, open_dir(untrusted_folder));
  HALLMARK_TRY(const UniqueFd to, open_dir(logs));
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(untrusted_folder, error)) {
    const std::string name = entry.path().filename();
    if (!is_plain_name(name) || !name.ends_with(".buildinfo")) continue;
    HALLMARK_TRY(const std::string bytes, read_file_at(from.get(), name, kMaxEvidence));
    HALLMARK_CHECK(write_file_atomic(to.get(), prefix + name, bytes, 0644));
  }
  return ok_status();
}

Error build_failure(const BuildJob& job, const std::string& which, const Outcome& outcome,
                    const std::string& log) {
  const std::string& text = outcome.out.empty() ? outcome.err : outcome.out;
  return failed(which + " of " + job.product.name + " for " + job.target.directory_name(),
                "failed with status " + std::to_string(outcome.exit_code) + ":\n" +
                    printable(last_lines(text, kLinesShown)),
                "the whole log is in " + log);
}

// One build: `number` is 1 or 2.
Result<std::vector<CollectedFile>> build_once(const BuildJob& job, int number,
                                              const BuildConditions& conditions,
                                              const ProgressSink& progress) {
  const std::string which = kBuildSteps.at(static_cast<std::size_t>(number) - 1);
  const std::string prefix = std::to_string(number) + ".";
  progress({{"step", which}, {"note", job.target.directory_name()}});
  HALLMARK_TRY(
      const BuildFolders folders,
      make_folders(job.workspace + "/" + job.target.directory_name() + "-" + prefix + "build"));
  HALLMARK_CHECK(write_identity_files(
      job.environment, {conditions.user, conditions.uid, conditions.home, conditions.hostname},
      folders.identity));
  if (conditions.clock_ahead) HALLMARK_CHECK(write_clock_ahead(folders));
  Sandbox sandbox = describe_sandbox(job, conditions, folders);
  sandbox.log = job.logs + "/" + prefix + "log";
  HALLMARK_TRY(const Outcome outcome, run_in_sandbox(sandbox));
  if (outcome.exit_code != 0) return build_failure(job, which, outcome, sandbox.log);
  HALLMARK_TRY(std::vector<CollectedFile> artefacts,
               collect_artefacts(folders.out, job.product.recipe));
  HALLMARK_CHECK(keep_evidence(folders.evidence, prefix, job.logs));
  // The artefacts stay open; their names are not needed any more.
  HALLMARK_CHECK(remove_tree(folders.all));
  return artefacts;
}

// With a report, if one can be written.
Error differ(const BuildJob& job, const Difference& difference,
             const std::vector<std::string>& variations, const std::vector<CollectedFile>& once,
             const std::vector<CollectedFile>& again) {
  std::string varied;
  for (const std::string& name : variations) varied += (varied.empty() ? "" : ", ") + name;
  const ReportPlace place{
      job.logs, job.workspace + "/" + job.target.directory_name() + "-report",
      job.lock.product + " " + job.lock.version + ", " + job.target.directory_name()};
  const Status reported = write_difference_report(place, difference, varied, once, again);
  return verification_error(
      difference.artefact, "two builds of the same source differ: " + difference.what,
      "between them differed: " + varied +
          (reported.ok() ? "; the report is " + job.logs + "/difference.html (and .txt)"
                         : "; logs are in " + job.logs +
                               ", but there is no report: " + reported.error().message()));
}

}  // namespace

Result<BuildResult> build_twice(const BuildJob& job, const ProgressSink& progress) {
  HALLMARK_TRY(std::vector<unsigned> cpus, available_cpus());
  const auto first = static_cast<std::ptrdiff_t>(job.turn % cpus.size());
  std::rotate(cpus.begin(), cpus.begin() + first, cpus.end());
  HALLMARK_CHECK(make_dirs(job.logs, 0755));
  HALLMARK_CHECK(forget_difference_report(job.logs));
  const std::array<BuildConditions, 2> conditions =
      build_conditions(cpus, job.product.recipe.same_year);
  HALLMARK_TRY(std::vector<CollectedFile> once, build_once(job, 1, conditions[0], progress));
  HALLMARK_TRY(const std::vector<CollectedFile> again, build_once(job, 2, conditions[1], progress));
  progress({{"step", kBuildSteps.back()}, {"note", job.target.directory_name()}});
  const std::vector<std::string> variations = differing_conditions(conditions[0], conditions[1]);
  const std::vector<Telltale> signs = telltales(conditions[0], conditions[1], std::time(nullptr));
  if (const auto difference = first_difference(once, again, signs)) {
    return differ(job, *difference, variations, once, again);
  }
  return BuildResult{std::move(once), variations};
}

}  // namespace hallmark
