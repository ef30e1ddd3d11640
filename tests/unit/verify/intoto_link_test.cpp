#include "verify/intoto_link.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/digest.hpp"
#include "core/json.hpp"
#include "tests/unit/tools.hpp"

namespace {

using namespace hallmark;
using hallmark::test::run_tool;
using hallmark::test::TestFolder;

const LinkProducts kProducts = {{"tool_1%3a2_amd64.deb", sha256("deb")}};

// A signature packet that can be forged: version, type, algorithm, hash, subpackets, then
// `numbers`.
std::string packet(const std::string& head, const std::string& hashed, const std::string& numbers) {
  const auto counted = [](const std::string& text) {
    return std::string{static_cast<char>(text.size() >> 8U), static_cast<char>(text.size())} + text;
  };
  const std::string body = head + counted(hashed) + counted("") + "xx" + numbers;
  return std::string{'\xc2', static_cast<char>(body.size())} + body;
}

const std::string kHead("\x04\x00\x16\x08", 4);  // version 4, bytes, EdDSA, SHA-256
const std::string kIssuer = std::string("\x16\x21\x04", 3) + std::string(20, '\xaa');
std::string mpi(std::size_t bytes) {
  return std::string{'\0', static_cast<char>(bytes * 8)} + std::string(bytes, '\x7f');
}
const std::string kNumbers = mpi(31) + mpi(30);

bool is_taken(const std::string& signature) { return signed_link("{}", signature).ok(); }

}  // namespace

TEST_CASE("a link is canonical JSON") {
  CHECK(rebuild_link(sha256("lock"), kProducts) ==
        R"({"_type":"link","byproducts":{},"command":[],"environment":{},"materials":{"lock":{)"
        R"("sha256":")" +
            sha256("lock").hex() +
            R"("}},"name":"rebuild","products":{"tool_1%3a2_amd64.deb":{"sha256":")" +
            sha256("deb").hex() + R"("}}})");
}

TEST_CASE("what gpg signs is taken apart as apt-transport-in-toto wants it") {
  const TestFolder home;
  const std::string algorithm = GENERATE(as<std::string>(), "ed25519", "rsa3072");
  const std::vector<std::string> gpg = {"--homedir",    home.path(), "--batch",         "--quiet",
                                        "--passphrase", "",          "--pinentry-mode", "loopback"};
  auto make = gpg;
  make.insert(make.end(), {"--quick-generate-key", "rebuilder", algorithm, "sign", "never"});
  run_tool("/usr/bin/gpg", make);
  auto sign = gpg;
  sign.insert(sign.end(), {"--detach-sign", "--digest-algo", "SHA256", "--output", "-"});
  const std::string link = rebuild_link(sha256("lock"), kProducts);
  const auto made = signed_link(link, run_tool("/usr/bin/gpg", sign, link));
  run_tool("/usr/bin/gpgconf", {"--homedir", home.path(), "--kill", "all"});

  REQUIRE(made.ok());
  const Json file = Json::parse(*made);
  CHECK(file["signed"].dump() == link);
  REQUIRE(file["signatures"].size() == 1);
  const Json& entry = file["signatures"][0];
  CHECK(entry["keyid"].get<std::string>().size() == 40);
  CHECK(entry["other_headers"].get<std::string>().starts_with("0400"));
  CHECK(entry["signature"].get<std::string>().size() == (algorithm == "ed25519" ? 128U : 768U));
}

TEST_CASE("the two numbers of an Ed25519 signature have 32 bytes each") {
  const auto made = signed_link("{}", packet(kHead, kIssuer, kNumbers));
  REQUIRE(made.ok());
  const std::string value = Json::parse(*made)["signatures"][0]["signature"];
  CHECK(value.starts_with("007f"));
  CHECK(value.substr(64).starts_with("00007f"));
  CHECK(value.size() == 128);
}

TEST_CASE("a signature that apt-transport-in-toto cannot check is refused") {
  REQUIRE(is_taken(packet(kHead, kIssuer, kNumbers)));
  const std::string good = packet(kHead, kIssuer, kNumbers);
  CHECK_FALSE(is_taken(""));
  CHECK_FALSE(is_taken("hello"));
  CHECK_FALSE(is_taken(good + good));
  CHECK_FALSE(is_taken(good.substr(0, good.size() - 1)));
  CHECK_FALSE(is_taken(std::string(9000, 'x')));
  CHECK_FALSE(is_taken("\xc6" + good.substr(1)));  // a public key
  CHECK_FALSE(is_taken(packet(std::string("\x03\x00\x16\x08", 4), kIssuer, kNumbers)));
  CHECK_FALSE(is_taken(packet(std::string("\x04\x01\x16\x08", 4), kIssuer, kNumbers)));  // text
  CHECK_FALSE(is_taken(packet(std::string("\x04\x00\x13\x08", 4), kIssuer, kNumbers)));  // ECDSA
  CHECK_FALSE(is_taken(packet(std::string("\x04\x00\x16\x0a", 4), kIssuer, kNumbers)));  // SHA-512
  CHECK_FALSE(is_taken(packet(kHead, "", kNumbers)));                                    // by whom?
  CHECK_FALSE(is_taken(packet(kHead, kIssuer.substr(0, 10), kNumbers)));
  CHECK_FALSE(is_taken(packet(kHead, kIssuer, mpi(31))));
  CHECK_FALSE(is_taken(packet(kHead, kIssuer, kNumbers + "x")));
}
