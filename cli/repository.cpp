#include "cli/repository.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "cli/changes_files.hpp"
#include "cli/export.hpp"
#include "cli/own_log.hpp"
#include "cli/retired.hpp"
#include "cli/rollout.hpp"
#include "cli/served_releases.hpp"
#include "cli/sync.hpp"
#include "core/digest.hpp"
#include "verify/source_package.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

// One request holds this many files: below the protocol's limit, enough to make flushing cheap.
constexpr std::size_t kBatch = 240;

struct IncludeCount {
  std::size_t added = 0;
  uint64_t unchanged = 0;
};

// One request; `type` is of packages, or of one source.
Status include_batch(TerminalRoot& root, const char* type, const Destination& destination,
                     std::span<const std::string> paths, IncludeCount& count) {
  std::vector<UniqueFd> files;
  std::vector<int> fds;
  for (const std::string& path : paths) {
    HALLMARK_TRY(UniqueFd fd, open_file(path));
    fds.push_back(fd.get());
    files.push_back(std::move(fd));
  }
  const auto answer = root.request(
      "hallmark-push",
      Json{{"type", type}, {"suite", destination.suite}, {"component", destination.component}},
      fds);
  if (!answer.ok()) return answer.error();
  count.added += answer->body.value("included", Json::array()).size();
  count.unchanged += answer->body.value("unchanged", uint64_t{0});
  return ok_status();
}

// The .dsc, and what it names in its folder.
Result<std::vector<std::string>> files_of_source(const std::string& dsc_path) {
  HALLMARK_TRY(const UniqueFd file, open_file(dsc_path));
  constexpr uint64_t kDscLimit = uint64_t{1} << 20U;  // bytes
  HALLMARK_TRY(const std::string text, read_all(file.get(), kDscLimit, dsc_path));
  Result<Dsc> dsc = parse_dsc(text, dsc_path);
  if (!dsc.ok()) {
    Error error = dsc.error();
    if (!text.starts_with("-----BEGIN PGP SIGNED")) {
      error.hint = "Hallmark takes signed .dsc files: 'debsign " + dsc_path + "', or build with -k";
    }
    return error;
  }
  std::vector<std::string> out = {dsc_path};
  for (const SourceFile& named : dsc->files) {
    out.push_back(fs::path(dsc_path).replace_filename(named.name));
  }
  return out;
}

// In place of a .changes, what it names.
Result<std::vector<std::string>> open_changes(const TerminalRoot& root,
                                              const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    std::vector<std::string> files = {path};
    if (path.ends_with(".changes")) {
      HALLMARK_TRY(files, packages_of_changes(path));
      root.screen().note(path + ": " + std::to_string(files.size()) +
                         " package(s), as it says; whether it is signed, and by whom, counts for "
                         "nothing here");
    }
    out.insert(out.end(), files.begin(), files.end());
  }
  return out;
}

Result<UniqueFd> open_index(const TerminalRoot& root, const ComposedSuite& suite,
                            const std::string& index) {
  return root.open_of("hallmark-push", fs::path("push/tree/dists") / suite.name / index);
}

// Takes over what the signer answered; gives the Release's Date. `judged`: what hosts serve and the
// signer found known, so that it may be replaced there.
Result<std::string> attach_release(TerminalRoot& root, const std::string& suite,
                                   const std::vector<std::string>& judged, const Message& answer) {
  HALLMARK_TRY(const JsonDocument document,
               JsonDocument::parse(answer.body.dump(), "answer of hallmark-sign"));
  Json known = Json::array();
  for (const std::string& inrelease : judged) known.push_back(sha256(inrelease).hex());
  Json attach = {{"type", "attach-release"}, {"suite", suite}, {"known", known}};
  std::string date;
  {
    ObjectReader reader(document);
    for (const char* part : {"release", "release_gpg", "inrelease"})
      attach[part] = reader.text(part);
    date = reader.text("date");
    static_cast<void>(reader.text("published_log"));  // own_log.hpp has told of what was compared
  }
  HALLMARK_CHECK(document.status());
  const auto attached = root.request("hallmark-push", attach);
  if (!attached.ok()) return attached.error();
  return date;
}

Result<std::string> refresh_suite(TerminalRoot& root, const std::string& suite,
                                  const Json& published) {
  HALLMARK_TRY(const std::vector<std::string> served, served_releases(root, suite));
  HALLMARK_TRY(const Message release,
               root.request("hallmark-sign", Json{{"type", "refresh-apt-release"},
                                                  {"suite", suite},
                                                  {"published_releases", served},
                                                  {"published_checkpoints", published}}));
  return attach_release(root, suite, served, release);
}

// Those that the signer has signed a Release of.
Result<std::vector<std::string>> released_suites(TerminalRoot& root) {
  HALLMARK_TRY(const Message status, root.request("hallmark-sign", Json{{"type", "status"}}));
  std::vector<std::string> out;
  for (const Json& suite : status.body.value("suites", Json::array())) {
    if (suite.contains("date")) out.push_back(suite.value("name", ""));
  }
  return out;
}

// Of these suites; of all when none is named.
Result<Json> phased_in(TerminalRoot& root, std::vector<std::string> suites) {
  if (suites.empty()) {
    HALLMARK_TRY(const Policy policy, root.policy());
    for (const SuitePolicy& suite : policy.suites) suites.push_back(suite.name);
  }
  Json out = Json::array();
  for (const std::string& suite : suites) {
    HALLMARK_TRY(const Json phased, phased_packages(root, suite));
    out.insert(out.end(), phased.begin(), phased.end());
  }
  return out;
}

}  // namespace

Result<std::vector<std::string>> find_packages(const std::vector<std::string>& paths,
                                               FindSources sources) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    std::error_code failure;
    if (!fs::is_directory(path, failure)) {
      out.push_back(path);
      continue;
    }
    const std::size_t before = out.size();
    for (const auto& entry : fs::recursive_directory_iterator(path, failure)) {
      if (!entry.is_regular_file()) continue;
      const std::string kind = entry.path().extension();
      if (kind == ".deb" || (sources == FindSources::kToo && kind == ".dsc")) {
        out.push_back(entry.path());
      }
    }
    if (failure) return failed(path, "cannot be read: " + failure.message());
    if (out.size() == before) {
      return failed(path,
                    sources == FindSources::kToo ? "holds no .deb and no .dsc" : "holds no .deb",
                    "name files, or a folder that has some, or whose folders have");
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<Destination> parse_destination(const TerminalRoot& root, const std::string& text) {
  HALLMARK_TRY(const std::string policy_text, root.policy_text());
  HALLMARK_TRY(const Policy policy, parse_policy(policy_text, root.layout().policy()));
  const std::size_t slash = text.find('/');
  Destination out{text.substr(0, slash), ""};
  const SuitePolicy* suite = policy.suite(out.suite);
  if (suite == nullptr) {
    return policy_error(out.suite, "is no suite of the policy", "suites are in policy.json");
  }
  out.component = slash == std::string::npos ? suite->components.front() : text.substr(slash + 1);
  return out;
}

Result<std::vector<ComposedSuite>> compose_suites(TerminalRoot& root,
                                                  const std::vector<std::string>& suites) {
  HALLMARK_CHECK(follow_retired(root));
  HALLMARK_TRY(const Json phased, phased_in(root, suites));
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-push",
                            Json{{"type", "compose"}, {"suites", suites}, {"phased", phased}}));
  HALLMARK_TRY(const JsonDocument document,
               JsonDocument::parse(answer.body.dump(), "answer of hallmark-push"));
  std::vector<ComposedSuite> out;
  {
    ObjectReader reader(document);
    reader.each("suites", [&out](ObjectReader& entry) {
      out.push_back(
          {entry.text("suite"), entry.boolean_or("changed", true), entry.texts("indices")});
    });
  }
  HALLMARK_CHECK(document.status());
  return out;
}

StepReport composed_report(const TerminalRoot& root, const std::vector<ComposedSuite>& suites) {
  std::string summary;
  Json details = Json::array();
  for (const ComposedSuite& suite : suites) {
    summary += (summary.empty() ? "" : ", ") + suite.name + ": " +
               (suite.changed ? std::to_string(suite.indices.size()) + " indices" : "nothing new");
    details.push_back(
        {{"suite", suite.name}, {"changed", suite.changed}, {"indices", suite.indices}});
  }
  const std::string tree = root.layout().tree();
  return {summary + ", in " + tree, Json{{"folder", tree}, {"suites", details}}};
}

Result<std::string> sign_suite(TerminalRoot& root, const ComposedSuite& suite,
                               const Json& published) {
  std::vector<UniqueFd> files;
  std::vector<int> fds;
  for (const std::string& index : suite.indices) {
    HALLMARK_TRY(UniqueFd file, open_index(root, suite, index));
    fds.push_back(file.get());
    files.push_back(std::move(file));
  }
  HALLMARK_TRY(const std::vector<std::string> served, served_releases(root, suite.name));
  HALLMARK_TRY(const Message release, root.request("hallmark-sign",
                                                   Json{{"type", "sign-apt-release"},
                                                        {"suite", suite.name},
                                                        {"indices", suite.indices},
                                                        {"published_releases", served},
                                                        {"published_checkpoints", published}},
                                                   fds));
  return attach_release(root, suite.name, served, release);
}

Result<StepReport> refresh_suites(TerminalRoot& root, std::vector<std::string> suites) {
  catch_up(root);
  if (suites.empty()) {
    HALLMARK_TRY(suites, released_suites(root));
    if (suites.empty()) return StepReport{"no suite has a Release yet", Json{{"suites", suites}}};
  }
  HALLMARK_TRY(const Json published, published_checkpoints(root));
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));
  std::string summary;
  Json details = Json::array();
  std::optional<Error> trouble;
  for (const std::string& suite : suites) {
    const Result<std::string> date = refresh_suite(root, suite, published);
    // One suite's trouble lets no other run out.
    if (!date.ok()) {
      if (!trouble) trouble = date.error();
      continue;
    }
    summary += (summary.empty() ? "" : ", ") + suite + ": Release of " + *date;
    details.push_back({{"suite", suite}, {"date", *date}});
  }
  if (trouble) return *trouble;
  return StepReport{summary, Json{{"suites", details}}};
}

Result<StepReport> include_files(TerminalRoot& root, const std::string& destination,
                                 const std::vector<std::string>& paths) {
  HALLMARK_TRY(const Destination where, parse_destination(root, destination));
  HALLMARK_TRY(const std::vector<std::string> named, open_changes(root, paths));
  HALLMARK_TRY(std::vector<std::string> packages, find_packages(named, FindSources::kToo));
  const auto sources = std::stable_partition(
      packages.begin(), packages.end(),
      [](const std::string& path) { return fs::path(path).extension() != ".dsc"; });
  HALLMARK_CHECK(follow_retired(root));
  IncludeCount count;
  const std::span<const std::string> all(packages.begin(), sources);
  for (std::size_t done = 0; done < all.size(); done += kBatch) {
    root.screen().progress(
        Json{{"step", "include"}, {"done", done}, {"total", all.size()}, {"unit", "files"}});
    HALLMARK_CHECK(include_batch(root, "include", where,
                                 all.subspan(done, std::min(kBatch, all.size() - done)), count));
  }
  for (auto dsc = sources; dsc != packages.end(); ++dsc) {
    HALLMARK_TRY(const std::vector<std::string> files, files_of_source(*dsc));
    HALLMARK_CHECK(include_batch(root, "include-source", where, files, count));
  }
  return StepReport{
      std::to_string(count.added) + " added, " + std::to_string(count.unchanged) + " there already",
      Json{{"suite", where.suite},
           {"component", where.component},
           {"added", count.added},
           {"unchanged", count.unchanged}}};
}

Result<StepReport> export_tree(TerminalRoot& root, const std::vector<ComposedSuite>& suites,
                               const std::string& folder) {
  ExportCount count;
  for (const ComposedSuite& suite : suites) {
    const fs::path indices = fs::path("dists") / suite.name;
    // A Release of ours is signed, and this is a repository without signatures.
    HALLMARK_CHECK(
        export_folder(root, indices, folder, {"Release", "Release.gpg", "InRelease"}, count));
  }
  HALLMARK_CHECK(export_folder(root, "pool", folder, {}, count));
  return StepReport{
      std::to_string(count.copied) + " file(s) written to " + folder + ", " +
          std::to_string(count.unchanged) + " there already",
      Json{{"folder", folder}, {"copied", count.copied}, {"unchanged", count.unchanged}}};
}

Result<Json> list_packages(TerminalRoot& root, const Json& query) {
  Json packages = Json::array();
  Json request = query;
  request["type"] = "list";
  for (;;) {
    HALLMARK_TRY(const Message page, root.request("hallmark-push", request));
    for (const Json& package : page.body.value("packages", Json::array())) {
      packages.push_back(package);
    }
    if (!page.body.contains("next")) return packages;
    request["after"] = page.body["next"];
  }
}

Status remove_packages(TerminalRoot& root, const Json& packages) {
  if (packages.empty()) return ok_status();
  const auto removed =
      root.request("hallmark-push", Json{{"type", "remove"}, {"packages", packages}});
  if (!removed.ok()) return removed.error();
  return ok_status();
}

StepReport publish_report(const Json& untrusted_answer) {
  const uint64_t uploaded = untrusted_answer.value("uploaded", uint64_t{0});
  const uint64_t bytes = untrusted_answer.value("bytes", uint64_t{0});
  const uint64_t checked = untrusted_answer.value("checked", uint64_t{0});
  const uint64_t expired = untrusted_answer.value("expired", uint64_t{0});
  const uint64_t waiting = untrusted_answer.value("waiting", uint64_t{0});
  std::string text = untrusted_answer.value("host", std::string()) + ": " +
                     std::to_string(uploaded) + " file(s) uploaded, " + std::to_string(bytes) +
                     " bytes; " + std::to_string(checked) + " downloaded again and equal";
  if (expired > 0) text += "; " + std::to_string(expired) + " expired, in the trash";
  const std::string problem = untrusted_answer.value("problem", std::string());
  if (waiting > 0) text += "; " + std::to_string(waiting) + " expired and still there";
  if (!problem.empty()) text += (waiting > 0 ? ": " : "; nothing expired: ") + problem;
  return {text, untrusted_answer};
}

}  // namespace hallmark
