#include "core/model/record.hpp"

#include "core/safe_path.hpp"

namespace hallmark {
namespace {

BuiltArtefact read_artefact(ObjectReader& reader) {
  BuiltArtefact artefact;
  // A .deb's name holds its version, whose epoch is dropped: so no ':' here.
  artefact.name = read_plain_name(reader, "name");
  artefact.size = reader.unsigned_integer("size");
  artefact.sha256 = reader.digest("sha256");
  return artefact;
}

}  // namespace

Result<BuildRecord> parse_record(std::string_view untrusted_text, const std::string& subject) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(untrusted_text, subject));
  BuildRecord record;
  {
    ObjectReader reader(document);
    reader.expect_format("hallmark-build-record-v1");
    record.product = read_plain_name(reader, "product");
    record.version = reader.text("version");
    if (!is_version_name(record.version)) reader.fail("version", "must be a version");
    record.lock_sha256 = reader.digest("lock_sha256");
    reader.object("target", [&](ObjectReader& r) { record.target = read_target(r); });
    record.environment_sha256 = reader.digest("environment_sha256");
    const auto evidence = builders_evidence_from_name(reader.text("evidence"));
    if (!evidence) reader.fail("evidence", "must be prebuilt, built or reproduced");
    record.evidence = evidence.value_or(Evidence::kPrebuilt);
    record.built_at = reader.integer("built_at");
    record.variations = reader.texts("variations");
    reader.each("artefacts",
                [&](ObjectReader& r) { record.artefacts.push_back(read_artefact(r)); });
    if (record.artefacts.empty()) reader.fail("artefacts", "must not be empty");
  }
  HALLMARK_CHECK(document.status());
  return record;
}

Json to_json(const BuildRecord& record) {
  Json artefacts = Json::array();
  for (const BuiltArtefact& artefact : record.artefacts) {
    artefacts.push_back(
        {{"name", artefact.name}, {"size", artefact.size}, {"sha256", artefact.sha256.hex()}});
  }
  return Json{{"format", "hallmark-build-record-v1"},
              {"product", record.product},
              {"version", record.version},
              {"lock_sha256", record.lock_sha256.hex()},
              {"target", to_json(record.target)},
              {"environment_sha256", record.environment_sha256.hex()},
              {"evidence", evidence_name(record.evidence)},
              {"built_at", record.built_at},
              {"variations", record.variations},
              {"artefacts", artefacts}};
}

}  // namespace hallmark
