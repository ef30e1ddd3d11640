// fetch and build: the steps that make artefacts of a lock.
#include "cli/steps/build_records.hpp"
#include "cli/steps/step.hpp"
#include "core/digest.hpp"

namespace hallmark {
namespace {

uint64_t number_in(const Json& body, const char* key) {
  const auto found = body.find(key);
  return found != body.end() && found->is_number_unsigned() ? found->get<uint64_t>() : 0;
}

}  // namespace

Result<StepReport> fetch_release(TerminalRoot& root, const ReleaseName& release) {
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-fetch", Json{{"type", "fetch"},
                                                   {"lock", files.lock_text},
                                                   {"product", files.product_text}}));
  const uint64_t downloaded = number_in(answer.body, "downloaded");
  return StepReport{std::to_string(number_in(answer.body, "files")) + " pinned files verified, " +
                        std::to_string(downloaded) + " downloaded",
                    answer.body};
}

Result<std::vector<NamedRecord>> build_records(TerminalRoot& root, const ReleaseFiles& files) {
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-build", Json{{"type", "build"},
                                                   {"lock", files.lock_text},
                                                   {"product", files.product_text}}));
  HALLMARK_TRY(const JsonDocument document,
               JsonDocument::parse(answer.body.dump(), "answer of hallmark-build"));
  std::vector<NamedRecord> records;
  {
    ObjectReader reader(document);
    reader.each("records", [&records](ObjectReader& entry) {
      NamedRecord record;
      record.sha256 = entry.digest("record_sha256");
      entry.object("target", [&](ObjectReader& target) { record.target = read_target(target); });
      entry.each("artefacts", [&](ObjectReader& artefact) {
        record.artefacts.push_back(
            {artefact.text("name"), artefact.unsigned_integer("size"), artefact.digest("sha256")});
      });
      records.push_back(std::move(record));
    });
  }
  HALLMARK_CHECK(document.status());
  return records;
}

Result<std::vector<UniqueFd>> open_artefacts(const TerminalRoot& root, const ReleaseFiles& files,
                                             const NamedRecord& record) {
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
  if (files.product.recipe.kind != RecipeKind::kDeb) return out;
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

Result<StepReport> build_release(TerminalRoot& root, const ReleaseName& release) {
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  HALLMARK_TRY(const std::vector<NamedRecord> records, build_records(root, files));
  std::string names;
  Json details = Json::array();
  for (const NamedRecord& record : records) {
    for (const BuiltArtefact& artefact : record.artefacts) {
      names += (names.empty() ? "" : ", ") + artefact.name;
      details.push_back({{"record_sha256", record.sha256.hex()},
                         {"name", artefact.name},
                         {"size", artefact.size},
                         {"sha256", artefact.sha256.hex()}});
    }
  }
  return StepReport{"built twice, equal: " + names, Json{{"artefacts", details}}};
}

}  // namespace hallmark
