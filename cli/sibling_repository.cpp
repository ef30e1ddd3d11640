#include "cli/sibling_repository.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "cli/repository.hpp"
#include "cli/retired.hpp"
#include "core/debian_version.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kBatch = 50;

// One file of one suite's component, whatever it is called.
using Place = std::tuple<std::string, std::string, std::string>;
Place place_of(const SuitePackage& package) {
  return {package.suite, package.component, package.sha256};
}

SuitePackage read_package(const Json& untrusted_entry) {
  const auto text = [&](const char* key) { return untrusted_entry.value(key, std::string()); };
  SuitePackage package{text("suite"),
                       text("component"),
                       text("package"),
                       text("version"),
                       text("architecture"),
                       text("sha256"),
                       text("path"),
                       untrusted_entry.value("size", uint64_t{0}),
                       {}};
  for (const Json& file : untrusted_entry.value("files", Json::array())) {
    package.source_files.push_back({file.value("path", std::string()),
                                    file.value("sha256", std::string()),
                                    file.value("size", uint64_t{0})});
  }
  if (!package.source_files.empty()) package.path = package.source_files.front().path;
  return package;
}

bool is_source(const SuitePackage& package) { return !package.source_files.empty(); }

// What has to be handed to the publisher for it.
std::vector<SuiteFile> files_of(std::span<const SuitePackage> packages) {
  if (is_source(packages.front())) return packages.front().source_files;
  std::vector<SuiteFile> files;
  for (const SuitePackage& package : packages) {
    files.push_back({package.path, package.sha256, package.size});
  }
  return files;
}

Result<std::vector<SuitePackage>> accepted_packages(TerminalRoot& root) {
  std::vector<SuitePackage> out;
  Json request = {{"type", "accepted-packages"}};
  for (;;) {
    HALLMARK_TRY(const Message page, root.request("hallmark-sign", request));
    for (const Json& entry : page.body.value("packages", Json::array())) {
      out.push_back(read_package(entry));
    }
    if (!page.body.contains("next")) return out;
    request["after"] = page.body["next"];
  }
}

Result<std::vector<SuitePackage>> present_packages(TerminalRoot& root) {
  HALLMARK_TRY(const Json listed, list_packages(root, Json::object()));
  std::vector<SuitePackage> out;
  for (const Json& entry : listed) out.push_back(read_package(entry));
  return out;
}

Status remove_withdrawn(TerminalRoot& root, const std::vector<SuitePackage>& withdrawn) {
  Json packages = Json::array();
  for (const SuitePackage& package : withdrawn) {
    packages.push_back({{"suite", package.suite},
                        {"component", package.component},
                        {"package", package.package},
                        {"version", package.version},
                        {"architecture", package.architecture}});
  }
  return remove_packages(root, packages);
}

// What is here already, or at hand.
struct Sources {
  std::set<std::string> here;  // in this repository, by SHA-256
  const FilesAtHand& at_hand;
};

// An invalid descriptor: only the hosts may have it.
Result<UniqueFd> open_here(TerminalRoot& root, const Sources& sources, const SuiteFile& file,
                           bool surely_here) {
  if (surely_here || sources.here.contains(file.sha256)) {
    HALLMARK_TRY(const SafePath path, SafePath::parse(file.path));
    return root.open_of("hallmark-push", std::filesystem::path("push/tree") / path.str());
  }
  HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(file.sha256));
  return sources.at_hand.find(sha256, file.size);
}

Result<std::vector<UniqueFd>> open_packages(TerminalRoot& root,
                                            std::span<const SuitePackage> packages,
                                            const Sources& sources) {
  const std::vector<SuiteFile> wanted_files = files_of(packages);
  // Where its .dsc is, all of a source is.
  const bool all_here =
      is_source(packages.front()) && sources.here.contains(packages.front().sha256);
  std::vector<UniqueFd> files(wanted_files.size());
  std::vector<std::size_t> places;
  Json wanted = Json::array();
  for (std::size_t i = 0; i < wanted_files.size(); ++i) {
    const SuiteFile& file = wanted_files[i];
    HALLMARK_TRY(const SafePath path, SafePath::parse(file.path));
    HALLMARK_TRY(files[i], open_here(root, sources, file, all_here));
    if (files[i]) continue;
    places.push_back(i);
    wanted.push_back({{"path", path.str()}, {"sha256", file.sha256}, {"size", file.size}});
  }
  if (wanted.empty()) return files;
  HALLMARK_TRY(Message answer,
               root.request("hallmark-push", Json{{"type", "served-files"}, {"files", wanted}}));
  if (answer.fds.size() != places.size()) {
    return failed("hallmark-push", "answers with another number of files");
  }
  for (std::size_t i = 0; i < places.size(); ++i) files[places[i]] = std::move(answer.fds[i]);
  return files;
}

Status include_some(TerminalRoot& root, std::span<const SuitePackage> packages,
                    const Sources& sources) {
  HALLMARK_TRY(const std::vector<UniqueFd> files, open_packages(root, packages, sources));
  std::vector<int> fds;
  for (const UniqueFd& file : files) fds.push_back(file.get());
  const auto included =
      root.request("hallmark-push",
                   Json{{"type", is_source(packages.front()) ? "include-source" : "include"},
                        {"suite", packages.front().suite},
                        {"component", packages.front().component}},
                   fds);
  if (!included.ok()) return included.error();
  return ok_status();
}

// As many as one request may name: of one suite's component; a source alone.
std::size_t batch_size(std::span<const SuitePackage> rest) {
  std::size_t size = 1;
  if (is_source(rest[0])) return size;
  while (size < std::min(rest.size(), kBatch) && !is_source(rest[size]) &&
         rest[size].suite == rest[0].suite && rest[size].component == rest[0].component) {
    ++size;
  }
  return size;
}

Status include_missing(TerminalRoot& root, const std::vector<SuitePackage>& missing,
                       const Sources& sources) {
  std::span<const SuitePackage> rest(missing);
  while (!rest.empty()) {
    root.screen().progress(Json{{"step", "repository"},
                                {"done", missing.size() - rest.size()},
                                {"total", missing.size()},
                                {"unit", "files"}});
    const std::size_t count = batch_size(rest);
    HALLMARK_CHECK(include_some(root, rest.first(count), sources));
    rest = rest.subspan(count);
  }
  return ok_status();
}

}  // namespace

RepositoryPlan plan_repository(const std::vector<SuitePackage>& accepted,
                               const std::vector<SuitePackage>& present) {
  std::set<Place> there;
  for (const SuitePackage& package : present) there.insert(place_of(package));
  RepositoryPlan plan;
  for (const SuitePackage& package : accepted) {
    const bool is_there = there.contains(place_of(package));
    if (package.path.empty() && is_there) plan.withdrawn.push_back(package);
    if (!package.path.empty() && !is_there) plan.missing.push_back(package);
  }
  std::stable_sort(plan.missing.begin(), plan.missing.end(),
                   [](const SuitePackage& a, const SuitePackage& b) {
                     if (a.suite != b.suite) return a.suite < b.suite;
                     if (a.component != b.component) return a.component < b.component;
                     return compare_debian_versions(a.version, b.version) < 0;
                   });
  return plan;
}

Result<RepositoryChanges> reconcile_repository(TerminalRoot& root, const FilesAtHand& at_hand) {
  HALLMARK_CHECK(follow_retired(root));
  HALLMARK_TRY(const std::vector<SuitePackage> accepted, accepted_packages(root));
  HALLMARK_TRY(const std::vector<SuitePackage> present, present_packages(root));
  const RepositoryPlan plan = plan_repository(accepted, present);
  HALLMARK_CHECK(remove_withdrawn(root, plan.withdrawn));
  Sources sources{{}, at_hand};
  for (const SuitePackage& package : present) sources.here.insert(package.sha256);
  HALLMARK_CHECK(include_missing(root, plan.missing, sources));
  return RepositoryChanges{plan.missing.size(), plan.withdrawn.size()};
}

}  // namespace hallmark
