#include "reproducible/check_record.hpp"

#include <algorithm>

namespace hallmark {
namespace {

Json to_json(const std::vector<NamedVersion>& packages) {
  Json out = Json::array();
  for (const NamedVersion& one : packages) {
    out.push_back({{"package", one.name}, {"version", one.version}});
  }
  return out;
}

std::vector<NamedVersion> read_packages(ObjectReader& reader, const std::string& key) {
  std::vector<NamedVersion> out;
  reader.each(key, [&out](ObjectReader& entry) {
    out.push_back({entry.text("package"), entry.text("version")});
  });
  return out;
}

}  // namespace

bool covers(const CheckRecord& record, const std::vector<Sha256Digest>& artefacts,
            const std::vector<NamedVersion>& older) {
  const bool tried = record.no_upgrade.empty() || older.empty();
  return tried && record.artefacts == artefacts &&
         std::includes(record.older.begin(), record.older.end(), older.begin(), older.end());
}

Json to_json(const CheckRecord& record) {
  Json artefacts = Json::array();
  for (const Sha256Digest& digest : record.artefacts) artefacts.push_back(digest.hex());
  return Json{{"format", "hallmark-check-v1"},
              {"artefacts", artefacts},
              {"packages", to_json(record.packages)},
              {"older", to_json(record.older)},
              {"no_upgrade", record.no_upgrade}};
}

Result<CheckRecord> parse_check_record(std::string_view text, const std::string& subject) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(text, subject));
  CheckRecord record;
  {
    ObjectReader reader(document);
    reader.expect_format("hallmark-check-v1");
    for (const std::string& hex : reader.texts("artefacts")) {
      const auto digest = Sha256Digest::from_hex(hex);
      if (!digest.ok()) reader.fail("artefacts", "must hold SHA-256 digests");
      record.artefacts.push_back(digest.ok() ? *digest : Sha256Digest());
    }
    record.packages = read_packages(reader, "packages");
    record.older = read_packages(reader, "older");
    record.no_upgrade = reader.text("no_upgrade");
  }
  HALLMARK_CHECK(document.status());
  return record;
}

}  // namespace hallmark
