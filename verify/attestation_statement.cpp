#include <algorithm>

#include "core/json.hpp"
#include "core/model/approval.hpp"
#include "core/safe_path.hpp"
#include "verify/attestation.hpp"

namespace hallmark {
namespace {

// Names, not addresses: nothing is served there.
constexpr const char* kBuildType = "urn:hallmark:build:v1";
constexpr const char* kBuilder = "urn:hallmark:rebuilder:v1";

Json digest_json(const Sha256Digest& digest) { return Json{{"sha256", digest.hex()}}; }

Json subjects(std::vector<BuiltArtefact> artefacts) {
  std::sort(artefacts.begin(), artefacts.end(),
            [](const BuiltArtefact& a, const BuiltArtefact& b) { return a.name < b.name; });
  Json out = Json::array();
  for (const BuiltArtefact& artefact : artefacts) {
    out.push_back({{"name", artefact.name},
                   {"digest", digest_json(artefact.sha256)},
                   {"annotations", {{"size", artefact.size}}}});
  }
  return out;
}

Json build_definition(const BuildRecord& record) {
  const Json lock = {{"name", "lock"}, {"digest", digest_json(record.lock_sha256)}};
  const Json environment = {{"name", "environment"},
                            {"digest", digest_json(record.environment_sha256)}};
  return Json{{"buildType", kBuildType},
              {"externalParameters",
               {{"product", record.product},
                {"version", record.version},
                {"lock_sha256", record.lock_sha256.hex()},
                {"target", to_json(record.target)}}},
              {"internalParameters",
               {{"environment_sha256", record.environment_sha256.hex()},
                {"evidence", evidence_name(record.evidence)},
                {"variations", record.variations}}},
              {"resolvedDependencies", Json::array({lock, environment})}};
}

// The object at `pointer`; an empty one, and an error in the document, if there is none.
const Json& object_at(const JsonDocument& document, const std::string& pointer) {
  static const Json none = Json::object();
  const Json::json_pointer place(pointer);
  if (document.root().contains(place)) return document.root().at(place);
  document.fail(pointer, "is missing");
  return none;
}

void read_external(const JsonDocument& document, BuildRecord& record) {
  const std::string pointer = "/predicate/buildDefinition/externalParameters";
  ObjectReader reader(document, object_at(document, pointer), pointer);
  record.product = read_plain_name(reader, "product");
  record.version = reader.text("version");
  if (!is_version_name(record.version)) reader.fail("version", "must be a version");
  record.lock_sha256 = reader.digest("lock_sha256");
  reader.object("target", [&](ObjectReader& r) { record.target = read_target(r); });
}

void read_internal(const JsonDocument& document, BuildRecord& record) {
  const std::string pointer = "/predicate/buildDefinition/internalParameters";
  ObjectReader reader(document, object_at(document, pointer), pointer);
  record.environment_sha256 = reader.digest("environment_sha256");
  const std::string evidence = reader.text("evidence");
  record.evidence = evidence_from_name(evidence).value_or(Evidence::kPrebuilt);
  // Whoever attests has built it, with its own machine.
  if (record.evidence != Evidence::kBuilt && record.evidence != Evidence::kReproduced) {
    reader.fail("evidence", "must be built or reproduced");
  }
  record.variations = reader.texts("variations");
  for (const std::string& variation : record.variations) {
    if (!is_statement_text(variation)) reader.fail("variations", "must be short lines of text");
  }
}

void read_time(const JsonDocument& document, BuildRecord& record) {
  const std::string pointer = "/predicate/runDetails/metadata";
  ObjectReader reader(document, object_at(document, pointer), pointer);
  const Result<int64_t> time = parse_utc(reader.text("finishedOn"));
  if (!time.ok()) reader.fail("finishedOn", "must be a time such as 2026-12-21T00:00:00Z");
  record.built_at = time.ok() ? *time : 0;
}

BuiltArtefact read_subject(ObjectReader& reader) {
  BuiltArtefact artefact;
  artefact.name = read_plain_name(reader, "name");
  reader.object("digest", [&](ObjectReader& r) { artefact.sha256 = r.digest("sha256"); });
  reader.object("annotations",
                [&](ObjectReader& r) { artefact.size = r.unsigned_integer("size"); });
  return artefact;
}

void read_subjects(const JsonDocument& document, BuildRecord& record) {
  const Json& root = document.root();
  const auto found = root.is_object() ? root.find("subject") : root.end();
  if (found == root.end() || !found->is_array() || found->empty()) {
    document.fail("/subject", "must be an array, and not empty");
    return;
  }
  for (std::size_t i = 0; i < found->size(); ++i) {
    const std::string pointer = "/subject/" + std::to_string(i);
    ObjectReader reader(document, (*found)[i], pointer);
    record.artefacts.push_back(read_subject(reader));
    const std::string& name = record.artefacts.back().name;
    if (i > 0 && name <= record.artefacts[i - 1].name) {
      document.fail(pointer + "/name", "must come after the one before it");
    }
  }
}

}  // namespace

std::string attestation_statement(const BuildRecord& record) {
  const Json statement = {{"_type", "https://in-toto.io/Statement/v1"},
                          {"subject", subjects(record.artefacts)},
                          {"predicateType", "https://slsa.dev/provenance/v1"},
                          {"predicate",
                           {{"buildDefinition", build_definition(record)},
                            {"runDetails",
                             {{"builder", {{"id", kBuilder}}},
                              {"metadata", {{"finishedOn", format_utc(record.built_at)}}}}}}}};
  return statement.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<BuildRecord> read_attestation_statement(std::string_view untrusted_statement,
                                               const std::string& subject) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(untrusted_statement, subject));
  BuildRecord record;
  read_external(document, record);
  read_internal(document, record);
  read_time(document, record);
  read_subjects(document, record);
  HALLMARK_CHECK(document.status());
  // What was not read above must be what is always there, in the one form that there is.
  if (attestation_statement(record) != untrusted_statement) {
    return verification_error(subject, "its statement is not in the form that it must have");
  }
  return record;
}

}  // namespace hallmark
