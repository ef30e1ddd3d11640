#include "cli/sibling_repository.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "cli/repository.hpp"
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
  return {text("suite"),        text("component"),
          text("package"),      text("version"),
          text("architecture"), text("sha256"),
          text("path"),         untrusted_entry.value("size", uint64_t{0})};
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
  HALLMARK_TRY(const Json listed, list_packages(root, ""));
  std::vector<SuitePackage> out;
  for (const Json& entry : listed) out.push_back(read_package(entry));
  return out;
}

Status remove_withdrawn(TerminalRoot& root, const std::vector<SuitePackage>& withdrawn) {
  Json packages = Json::array();
  for (const SuitePackage& package : withdrawn) {
    packages.push_back({{"suite", package.suite},
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
Result<UniqueFd> open_here(TerminalRoot& root, const Sources& sources, const SuitePackage& package,
                           const SafePath& path) {
  if (sources.here.contains(package.sha256)) {
    return root.open_of("hallmark-push", std::filesystem::path("push/tree") / path.str());
  }
  HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(package.sha256));
  return sources.at_hand.find(sha256, package.size);
}

Result<std::vector<UniqueFd>> open_packages(TerminalRoot& root,
                                            std::span<const SuitePackage> packages,
                                            const Sources& sources) {
  std::vector<UniqueFd> files(packages.size());
  std::vector<std::size_t> places;
  Json wanted = Json::array();
  for (std::size_t i = 0; i < packages.size(); ++i) {
    const SuitePackage& package = packages[i];
    HALLMARK_TRY(const SafePath path, SafePath::parse(package.path));
    HALLMARK_TRY(files[i], open_here(root, sources, package, path));
    if (files[i]) continue;
    places.push_back(i);
    wanted.push_back({{"path", path.str()}, {"sha256", package.sha256}, {"size", package.size}});
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
  const auto included = root.request("hallmark-push",
                                     Json{{"type", "include"},
                                          {"suite", packages.front().suite},
                                          {"component", packages.front().component}},
                                     fds);
  if (!included.ok()) return included.error();
  return ok_status();
}

// As many as one request may name: of one suite's component.
std::size_t batch_size(std::span<const SuitePackage> rest) {
  std::size_t size = 1;
  while (size < std::min(rest.size(), kBatch) && rest[size].suite == rest[0].suite &&
         rest[size].component == rest[0].component) {
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
