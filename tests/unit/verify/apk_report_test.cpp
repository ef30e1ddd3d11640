// The report's JSON is part of the command line's contract.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_signed_fixtures.hpp"

namespace hallmark::apk_test {
namespace {

TEST_CASE("apk report: accepted") {
  const UniqueFd fd = memory_file(good_apk());
  const auto report = verify_apk(fd.get(), {"some.apk", std::nullopt});
  REQUIRE(report.ok());
  const std::string certificate =
      hex_encode(hash_of(HashAlgorithm::kSha256, shared_rsa_2048().certificate()));
  const Json v2 = {{"scheme", "v2"},
                   {"certificate_sha256", certificate},
                   {"subject", "CN=Test signer"},
                   {"key", "RSA 2048"}};
  Json v3 = v2;
  v3["scheme"] = "v3";
  CHECK(to_json(*report) == Json{{"file", "some.apk"},
                                 {"verified", true},
                                 {"schemes", {"v2", "v3"}},
                                 {"signers", {v2, v3}},
                                 {"errors", Json::array()},
                                 {"warnings", Json::array()}});
}

TEST_CASE("apk report: refused") {
  const UniqueFd fd = memory_file(write_zip(apk_entries()).file());
  const auto report = verify_apk(fd.get(), {"some.apk", std::nullopt});
  REQUIRE(report.ok());
  const Json json = to_json(*report);
  CHECK(json["verified"] == false);
  CHECK(json["schemes"] == Json::array());
  CHECK(json["signers"] == Json::array());
  REQUIRE(json["errors"].size() == 1);
  CHECK(json["errors"][0]["code"] == "JAR_SIG_NO_MANIFEST");
  CHECK(json["errors"][0]["message"].is_string());
}

TEST_CASE("apk report: the oldest device asked for decides what must be there") {
  const TestZip zip = write_zip(apk_entries({.min_sdk = 28}));
  const UniqueFd fd = memory_file(signed_apk(zip, {{}, {rsa_signer()}, {}}));
  const auto verified = [&](std::optional<uint32_t> min_sdk) {
    const auto report = verify_apk(fd.get(), {"some.apk", min_sdk});
    return report.ok() && report->verified;
  };
  CHECK(verified(std::nullopt));
  CHECK(verified(30));
  CHECK_FALSE(verified(27));
  CHECK_FALSE(verified(21));
}

TEST_CASE("apk report: a hostile name stays printable") {
  std::vector<TestEntry> entries = apk_entries();
  entries[1].local.name = entries[1].central.name = "\x1b[2J\xff/evil";
  const UniqueFd fd = memory_file(write_zip(entries).file());
  const auto report = verify_apk(fd.get(), {"some.apk", std::nullopt});
  REQUIRE(report.ok());
  CHECK(report->errors[0].code == "ZIP_UNSAFE_NAME");
  CHECK(report->errors[0].message.find("?[2J?/evil") != std::string::npos);
  CHECK_FALSE(to_json(*report).dump().empty());
}

}  // namespace
}  // namespace hallmark::apk_test
