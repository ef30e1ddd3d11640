#include "reproducible/check_record.hpp"

#include "tests/unit/reproducible/build_fixtures.hpp"

namespace hallmark {
namespace {

CheckRecord sample_check() {
  CheckRecord record;
  record.artefacts = {sha256("a"), sha256("b")};
  std::sort(record.artefacts.begin(), record.artefacts.end());
  record.packages = {{"tool", "2.0"}, {"tool-doc", "2.0"}};
  record.older = {{"tool", "1.0"}, {"tool-doc", "1.1"}};
  record.no_upgrade = "it cannot be installed";
  return record;
}

TEST_CASE("check record: is read as it was written") {
  const auto text = canonical_dump(to_json(sample_check()));
  REQUIRE(text.ok());
  const auto read = parse_check_record(*text, "note");
  REQUIRE(read.ok());
  CHECK(to_json(*read) == to_json(sample_check()));
}

TEST_CASE("check record: one that was changed is none") {
  const Json good = to_json(sample_check());
  const auto reads = [](const Json& json) { return parse_check_record(json.dump(), "note").ok(); };
  CHECK(reads(good));
  for (const char* key : {"format", "artefacts", "packages", "older", "no_upgrade"}) {
    CAPTURE(key);
    Json changed = good;
    changed.erase(key);
    CHECK_FALSE(reads(changed));
  }
  Json changed = good;
  changed["artefacts"][0] = "x";
  CHECK_FALSE(reads(changed));
  changed = good;
  changed["more"] = true;
  CHECK_FALSE(reads(changed));
}

TEST_CASE("check record: speaks for the same artefacts, and older versions that were tried") {
  CheckRecord record = sample_check();
  record.no_upgrade.clear();
  CHECK(covers(record, record.artefacts, record.older));
  CHECK(covers(record, record.artefacts, {}));
  CHECK(covers(record, record.artefacts, {{"tool", "1.0"}}));
  CHECK_FALSE(covers(record, record.artefacts, {{"tool", "1.5"}}));
  CHECK_FALSE(covers(record, record.artefacts, {{"more", "1.0"}, {"tool", "1.0"}}));
  CHECK_FALSE(covers(record, {record.artefacts[0]}, record.older));
  CHECK_FALSE(covers(record, {sha256("c"), sha256("d")}, record.older));
  record.no_upgrade = "it cannot be installed";
  CHECK(covers(record, record.artefacts, {}));
  CHECK_FALSE(covers(record, record.artefacts, record.older));
}

}  // namespace
}  // namespace hallmark
