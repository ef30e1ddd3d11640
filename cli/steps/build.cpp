// fetch and build: the steps that make artefacts of a lock.
#include <iterator>

#include "cli/steps/build_records.hpp"
#include "cli/steps/rebuilt_artefacts.hpp"
#include "cli/steps/step.hpp"
#include "core/digest.hpp"

namespace hallmark {
namespace {

uint64_t number_in(const Json& body, const char* key) {
  const auto found = body.find(key);
  return found != body.end() && found->is_number_unsigned() ? found->get<uint64_t>() : 0;
}

NamedRecord read_named_record(ObjectReader& entry) {
  NamedRecord record;
  record.sha256 = entry.digest("record_sha256");
  entry.object("target", [&](ObjectReader& target) { record.target = read_target(target); });
  entry.each("artefacts", [&](ObjectReader& artefact) {
    record.artefacts.push_back(
        {artefact.text("name"), artefact.unsigned_integer("size"), artefact.digest("sha256")});
  });
  return record;
}

struct FailedBuild {
  Target target;
  Error error;
};

FailedBuild read_failed_build(ObjectReader& entry) {
  FailedBuild out;
  entry.object("target", [&](ObjectReader& target) { out.target = read_target(target); });
  entry.object("error", [&](ObjectReader& error) {
    out.error = {error_kind_from_name(error.text("kind")), error.text("subject"),
                 error.text("cause"), error.text_or("hint", "")};
  });
  return out;
}

// Each is told; the one that stands for all names them, and says where their logs are.
Error tell_failures(const Screen& screen, const ReleaseFiles& files,
                    const std::vector<FailedBuild>& failures, std::size_t targets) {
  Error all = failed(
      "build of " + files.lock.product + " " + files.lock.version,
      std::to_string(failures.size()) + " of " + std::to_string(targets) + " targets failed:",
      "the others are kept; once more, one of them alone: hallmark build " + files.lock.product +
          " " + files.lock.version + " --only TARGET");
  for (const FailedBuild& failure : failures) {
    screen.error(failure.error);
    all.cause += " " + failure.target.directory_name() + (&failure == &failures.back() ? "" : ",");
    // That builds differ says more than that one of them broke.
    if (failure.error.kind == ErrorKind::kVerification) all.kind = ErrorKind::kVerification;
  }
  return all;
}

Result<std::vector<NamedRecord>> built_here(TerminalRoot& root, const ReleaseFiles& files,
                                            const std::vector<Target>& targets, std::size_t jobs) {
  Json only = Json::array();
  for (const Target& target : targets) only.push_back(to_json(target));
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-build", {{"type", "build"},
                                               {"lock", files.lock_text},
                                               {"product", files.product_text},
                                               {"only", only},
                                               {"jobs", jobs}}));
  HALLMARK_TRY(const JsonDocument document,
               JsonDocument::parse(answer.body.dump(), "answer of hallmark-build"));
  std::vector<NamedRecord> records;
  std::vector<FailedBuild> failures;
  {
    ObjectReader reader(document);
    reader.each("records",
                [&](ObjectReader& entry) { records.push_back(read_named_record(entry)); });
    reader.each("failed",
                [&](ObjectReader& entry) { failures.push_back(read_failed_build(entry)); });
  }
  HALLMARK_CHECK(document.status());
  if (!failures.empty()) return tell_failures(root.screen(), files, failures, targets.size());
  return records;
}

Result<std::vector<Target>> chosen_targets(const Lock& lock, const std::string& only) {
  if (only.empty()) return lock.targets;
  std::string names;
  for (const Target& target : lock.targets) {
    if (target.directory_name() == only) return std::vector<Target>{target};
    names += (names.empty() ? "" : ", ") + target.directory_name();
  }
  return usage_error(only, "is not a target of the lock", "it has: " + names);
}

}  // namespace

Result<StepReport> fetch_release(TerminalRoot& root, const ReleaseName& release) {
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  // The lock's keyring counts: where it lies in quarantine, what became of the file is no matter.
  const Result<std::string> keyring = root.keyring_text(files.product);
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-fetch", Json{{"type", "fetch"},
                                                   {"lock", files.lock_text},
                                                   {"keyring", keyring.ok() ? *keyring : ""},
                                                   {"product", files.product_text}}));
  const uint64_t downloaded = number_in(answer.body, "downloaded");
  return StepReport{std::to_string(number_in(answer.body, "files")) + " pinned files verified, " +
                        std::to_string(downloaded) + " downloaded",
                    answer.body};
}

Result<std::vector<NamedRecord>> build_records(TerminalRoot& root, const ReleaseFiles& files,
                                               const BuildOptions& options) {
  std::vector<NamedRecord> records;
  std::vector<Target> left;
  HALLMARK_TRY(const std::vector<Target> targets, chosen_targets(files.lock, options.only));
  for (const Target& target : targets) {
    HALLMARK_TRY(std::optional<NamedRecord> staged, staged_record(root, files, target));
    if (staged) {
      records.push_back(std::move(*staged));
    } else {
      left.push_back(target);
    }
  }
  if (left.empty()) return records;
  HALLMARK_TRY(std::vector<NamedRecord> built, built_here(root, files, left, options.jobs));
  std::move(built.begin(), built.end(), std::back_inserter(records));
  return records;
}

Result<std::vector<UniqueFd>> open_artefacts(const TerminalRoot& root, const ReleaseFiles& files,
                                             const NamedRecord& record) {
  if (record.rebuilt) return open_staged(root, files, record);
  const std::filesystem::path folder = std::filesystem::path("build") / "out" /
                                       sha256(files.lock_text).hex() /
                                       record.target.directory_name();
  std::vector<UniqueFd> out;
  for (const BuiltArtefact& artefact : record.artefacts) {
    HALLMARK_TRY(UniqueFd fd, root.open_of("hallmark-build", folder / artefact.name));
    out.push_back(std::move(fd));
  }
  return out;
}

Result<std::vector<UniqueFd>> open_source(const TerminalRoot& root, const ReleaseFiles& files) {
  std::vector<UniqueFd> out;
  const bool source_package =
      files.product.recipe.kind == RecipeKind::kDeb && files.lock.source.kind == OriginKind::kDsc;
  if (!source_package) return out;
  const Layout below{""};
  for (const LockedFile& file : files.lock.source.files) {
    HALLMARK_TRY(UniqueFd fd, root.open_of("hallmark-fetch", below.quarantined(file.sha256.hex())));
    out.push_back(std::move(fd));
  }
  return out;
}

std::vector<int> raw(const std::vector<UniqueFd>& fds) {
  std::vector<int> out;
  out.reserve(fds.size());
  for (const UniqueFd& fd : fds) out.push_back(fd.get());
  return out;
}

Result<StepReport> build_release(TerminalRoot& root, const ReleaseName& release,
                                 const BuildOptions& options) {
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  HALLMARK_TRY(const std::vector<NamedRecord> records, build_records(root, files, options));
  std::string names;
  std::string elsewhere;
  Json details = Json::array();
  for (const NamedRecord& record : records) {
    if (record.rebuilt) {
      elsewhere += "; rebuilt elsewhere: " + record.target.directory_name();
      continue;
    }
    for (const BuiltArtefact& artefact : record.artefacts) {
      names += (names.empty() ? "" : ", ") + artefact.name;
      details.push_back({{"record_sha256", record.sha256.hex()},
                         {"name", artefact.name},
                         {"size", artefact.size},
                         {"sha256", artefact.sha256.hex()}});
    }
  }
  const std::string here = names.empty() ? "nothing to build" : "built twice, equal: " + names;
  return StepReport{here + elsewhere, Json{{"artefacts", details}}};
}

}  // namespace hallmark
