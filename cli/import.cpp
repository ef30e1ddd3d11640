#include "cli/import.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "cli/checksums.hpp"
#include "cli/own_log.hpp"
#include "cli/steps/build_records.hpp"
#include "cli/sync.hpp"
#include "core/digest.hpp"
#include "core/model/import_manifest.hpp"
#include "core/safe_path.hpp"
#include "core/utf8.hpp"
#include "process/isolated.hpp"
#include "verify/deb_package.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kBatch = 100;  // files in a request

constexpr std::chrono::minutes kPatience(10);  // for reading one file

struct ReadPackage {
  std::string path;
  std::string words;  // what it says of itself
  ImportedFile file;
};
using PathsOfPlace = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;

struct Import {
  std::vector<ReadPackage> packages;  // in the manifest's order
  std::string manifest;
  std::vector<Target> places;
};

// What is said of a package, by the child that reads it.
std::string facts_of(int fd, const std::string& path, const std::string& component) {
  const Result<DebPackage> deb = read_deb(fd, path);
  if (!deb.ok()) return Json{{"problem", printable(deb.error().message())}}.dump();
  const std::string pool = pool_path(*deb, component);
  return Json{{"words", deb->package + " " + deb->version + " for " + deb->architecture +
                            ", source " + deb->source},
              {"name", pool.substr(pool.rfind('/') + 1)},
              {"size", deb->size},
              {"sha256", deb->sha256.hex()}}
      .dump();
}

// Strangers made the file, so nothing of ours is in reach of it while it is read.
Result<ReadPackage> read_package(const PathToImport& given) {
  const std::string& path = given.path;
  const Destination& destination = given.destination;
  HALLMARK_TRY(const UniqueFd fd, open_file(path));
  HALLMARK_TRY(const std::string facts,
               run_isolated([&] { return facts_of(fd.get(), path, destination.component); },
                            {fd.get()}, kPatience));
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(facts, path));
  ReadPackage package{path, "", {}};
  std::string problem;
  {
    ObjectReader reader(document);
    problem = reader.text_or("problem", "");
    if (problem.empty()) {
      package.words = reader.text("words");
      package.file = {read_plain_name(reader, "name"), reader.unsigned_integer("size"),
                      reader.digest("sha256"), destination.suite, destination.component};
    }
  }
  HALLMARK_CHECK(document.status());
  if (!problem.empty()) return verification_error(path, "cannot be imported: " + problem);
  if (given.sha256 && *given.sha256 != package.file.sha256) {
    return verification_error(path, "is not what the signed index names");
  }
  return package;
}

Result<Import> read_import(const TerminalRoot& root, const ImportOptions& options,
                           const std::vector<PathToImport>& files) {
  Import import;
  for (const PathToImport& file : files) {
    root.screen().progress(Json{{"step", "read"},
                                {"done", import.packages.size()},
                                {"total", files.size()},
                                {"unit", "files"}});
    HALLMARK_TRY(ReadPackage package, read_package(file));
    import.packages.push_back(std::move(package));
  }
  std::sort(import.packages.begin(), import.packages.end(),
            [](const ReadPackage& a, const ReadPackage& b) {
              return std::tie(a.file.name, a.file.suite) < std::tie(b.file.name, b.file.suite);
            });
  ImportManifest manifest{options.release.product, options.release.version, {}};
  for (const ReadPackage& package : import.packages) manifest.files.push_back(package.file);
  HALLMARK_TRY(import.manifest, canonical_dump(to_json(manifest)));
  // What the signer will ask of it, for a clear word now.
  HALLMARK_TRY(const ImportManifest parsed, parse_import_manifest(import.manifest, "manifest"));
  import.places = places_of(parsed);
  return import;
}

// From the files themselves, so that nobody signs digests alone.
std::string in_words(const ImportOptions& options, const Import& import) {
  std::string text =
      options.release.text() + ", built elsewhere, for " + approval_suites(import.places) + "\n";
  for (const ReadPackage& package : import.packages) {
    text += "  " + package.words + ", " + human_bytes(package.file.size) + ", sha256 " +
            package.file.sha256.hex() + "\n";
  }
  return text;
}

Status write_manifest(const TerminalRoot& root, const ImportOptions& options,
                      const std::string& text) {
  const auto path = root.layout().import(options.release.product, options.release.version);
  HALLMARK_TRY(const UniqueFd folder, make_release_folder(root.layout(), path));
  std::error_code failure;
  if (std::filesystem::exists(path / "manifest.json", failure) && !options.renew) {
    HALLMARK_TRY(const std::string before,
                 read_file_at(folder.get(), "manifest.json", JsonLimits{}.size));
    if (before == text) return ok_status();
    return verification_error(path / "manifest.json", "names other files than these",
                              "--renew replaces it; its approvals lose their force");
  }
  return write_file_atomic(folder.get(), "manifest.json", text, 0644);
}

Result<ApprovalSubject> import_approval(const TerminalRoot& root, const ImportOptions& options,
                                        const Import& import) {
  HALLMARK_TRY(const std::string product, root.product_text(options.release.product));
  HALLMARK_TRY(const std::string policy, root.policy_text());
  ImportStatement statement;
  statement.product = options.release.product;
  statement.product_sha256 = sha256(product);
  statement.policy_sha256 = sha256(policy);
  statement.version = options.release.version;
  statement.manifest_sha256 = sha256(import.manifest);
  statement.suites = approval_suites(import.places);
  HALLMARK_TRY(statement.terminal_group, root.group());
  return ApprovalSubject{root.layout(),
                         root.layout().import(options.release.product, options.release.version),
                         with_expiry(statement)};
}

// Those of a batch, from number `first` on.
Result<std::vector<UniqueFd>> open_batch(const Import& import, std::size_t first) {
  std::vector<UniqueFd> files;
  const std::size_t end = std::min(first + kBatch, import.packages.size());
  for (std::size_t i = first; i < end; ++i) {
    HALLMARK_TRY(UniqueFd fd, open_file(import.packages[i].path));
    files.push_back(std::move(fd));
  }
  return files;
}

Status accept_files(TerminalRoot& root, const ImportOptions& options, const Import& import,
                    const ApprovalSubject& subject) {
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(const std::string product, root.product_text(options.release.product));
  HALLMARK_TRY(const ApprovalFiles approvals, read_approval_files(subject));
  catch_up(root);
  HALLMARK_TRY(const Json published, published_checkpoints(root));
  Json request = {{"type", "accept-prebuilt"},
                  {"product", product},
                  {"manifest", import.manifest},
                  {"published_checkpoints", published}};
  add_approval(policy, approvals, request);
  for (std::size_t first = 0; first < import.packages.size(); first += kBatch) {
    request["first"] = first;
    HALLMARK_TRY(const std::vector<UniqueFd> files, open_batch(import, first));
    const auto accepted = root.request("hallmark-sign", request, raw(files));
    if (!accepted.ok()) return accepted.error();
  }
  return ok_status();
}

// In words what was added where.
Result<std::string> include_import(TerminalRoot& root, const Import& import) {
  PathsOfPlace places;
  for (const ReadPackage& package : import.packages) {
    places[{package.file.suite, package.file.component}].push_back(package.path);
  }
  std::string words;
  for (const auto& [place, paths] : places) {
    const std::string name = place.first + "/" + place.second;
    HALLMARK_TRY(const StepReport included, include_files(root, name, paths));
    words +=
        (words.empty() ? "" : "; ") + (places.size() == 1 ? "" : name + ": ") + included.summary;
  }
  return words;
}

std::vector<std::string> suites_of(const Import& import) {
  std::set<std::string> names;
  for (const ReadPackage& package : import.packages) names.insert(package.file.suite);
  return {names.begin(), names.end()};
}

}  // namespace

Result<StepReport> import_files(TerminalRoot& root, const ImportOptions& options,
                                const std::vector<PathToImport>& files) {
  if (!is_plain_name(options.release.product) || !is_version_name(options.release.version)) {
    return usage_error("'" + options.release.text() + "'", "is not a product and a version");
  }
  HALLMARK_TRY(const Import import, read_import(root, options, files));
  HALLMARK_CHECK(write_manifest(root, options, import.manifest));
  HALLMARK_TRY(const ApprovalSubject subject, import_approval(root, options, import));
  root.screen().note(in_words(options, import));
  HALLMARK_CHECK(prepare_approval(root, subject, options.approval.approve));
  if (options.approval.approve_only) return approve_only_report(subject);
  HALLMARK_CHECK(accept_files(root, options, import, subject));
  HALLMARK_TRY(const std::string included, include_import(root, import));
  HALLMARK_TRY(StepReport report, sign_suites(root, suites_of(import)));
  renew_checksums(root, options.release, report);
  report.summary = options.release.text() + " is imported: " + included + "; " + report.summary +
                   "\nhosts serve the old indices until 'hallmark publish'";
  return report;
}

Result<StepReport> import_to_suite(TerminalRoot& root, const ImportOptions& options,
                                   const std::string& destination,
                                   const std::vector<std::string>& sources) {
  HALLMARK_TRY(const Destination place, parse_destination(root, destination));
  HALLMARK_TRY(const std::vector<std::string> paths, find_packages(sources));
  std::vector<PathToImport> files;
  for (const std::string& path : paths) files.push_back({path, place, std::nullopt});
  return import_files(root, options, files);
}

}  // namespace hallmark
