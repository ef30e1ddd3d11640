// A .changes, and every malformed one by name.
#include "verify/changes_file.hpp"

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

const std::string kDigest(64, 'a');

std::string good_changes() {
  return "Format: 1.8\nSource: tool\nVersion: 1:1.0-1\nArchitecture: source all\n"
         "Checksums-Sha256:\n " +
         kDigest + " 7 tool_1.0-1.dsc\n " + kDigest + " 9 tool_1.0-1_all.deb\n";
}

std::string signed_text(const std::string& text) {
  return "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + text +
         "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n";
}

std::string replaced(const std::string& what, const std::string& with) {
  std::string text = good_changes();
  return text.replace(text.find(what), what.size(), with);
}

void check_refused(const std::string& text, const std::string& words) {
  INFO(text.substr(0, 300));
  const auto changes = parse_changes(text, "x.changes");
  REQUIRE_FALSE(changes.ok());
  CHECK(changes.error().kind == ErrorKind::kVerification);
  INFO(changes.error().message());
  CHECK(changes.error().message().find(words) != std::string::npos);
}

TEST_CASE("changes: plain, or clear-signed by whomever") {
  for (const std::string& text : {good_changes(), signed_text(good_changes())}) {
    const auto changes = parse_changes(text, "x.changes");
    REQUIRE(changes.ok());
    CHECK(changes->source == "tool");
    CHECK(changes->version == "1:1.0-1");
    REQUIRE(changes->files.size() == 2);
    CHECK(changes->files[1].name == "tool_1.0-1_all.deb");
    CHECK(changes->files[1].size == 9);
  }
  const auto binary = parse_changes(replaced("Source: tool", "Source: tool (1.0-1)"), "x.changes");
  REQUIRE(binary.ok());
  CHECK(binary->source == "tool");
}

TEST_CASE("changes: malformed") {
  check_refused("", "");
  check_refused(std::string((std::size_t{1} << 20U) + 1, 'x'), "is over 1 MiB");
  check_refused(good_changes() + "\nSource: other\n", "");
  check_refused(signed_text(good_changes()) + good_changes(), "clear-signed");
  check_refused(replaced("Source: tool\n", ""), "has no field Source");
  check_refused(replaced("Source: tool", "Source: ../tool"), "malformed field Source");
  check_refused(replaced("Version: 1:1.0-1\n", ""), "has no field Version");
  check_refused(replaced("1:1.0-1", "1/2"), "malformed field Version");
  check_refused(replaced("Checksums-Sha256", "Checksums-Sha1"), "has no field Checksums-Sha256");
  check_refused("Source: tool\nVersion: 1\nChecksums-Sha256:\n", "names no file");
  check_refused(replaced("tool_1.0-1_all.deb", "../tool_1.0-1_all.deb"), "");
  check_refused(replaced("tool_1.0-1_all.deb", "/etc/passwd"), "");
  check_refused(replaced("tool_1.0-1_all.deb", "tool_1.0-1.dsc"), "");
  check_refused(replaced(" 9 ", " -9 "), "");
  check_refused(replaced(kDigest + " 9", kDigest.substr(1) + " 9"), "");
}

}  // namespace
}  // namespace hallmark
