// Forged lineages.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_lineage_fixtures.hpp"

namespace hallmark::apk_test {
namespace {

constexpr const char* kMalformed = "V3_SIG_MALFORMED_LINEAGE";
constexpr const char* kUnproven = "V3_SIG_POR_DID_NOT_VERIFY";

Lineage good_lineage() { return lineage_of({&shared_rsa_2048(), &rotated_key(), &newest_key()}); }

std::string verdict_on_bytes(std::span<const uint8_t> bytes) {
  const auto lineage = parse_lineage(bytes);
  return lineage.ok() ? "good" : lineage.error().subject;
}
std::string verdict_on_lineage(const Lineage& lineage) {
  return verdict_on_bytes(encode_lineage(lineage));
}
std::string verdict_after(const std::function<void(Lineage&)>& forge) {
  Lineage lineage = good_lineage();
  forge(lineage);
  return verdict_on_lineage(lineage);
}

TEST_CASE("lineage: read as it was written, in both forms") {
  const Lineage lineage = good_lineage();
  const auto file = parse_lineage_file(encode_lineage_file(lineage));
  REQUIRE(file.ok());
  REQUIRE(file->nodes.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(file->nodes[i].certificate == lineage.nodes[i].certificate);
    CHECK(file->nodes[i].capabilities == kUsualCapabilities);
    CHECK(file->nodes[i].signature == lineage.nodes[i].signature);
    CHECK(file->nodes[i].parent_algorithm == lineage.nodes[i].parent_algorithm);
    CHECK(file->nodes[i].algorithm == lineage.nodes[i].algorithm);
  }
  CHECK(encode_lineage(*file) == encode_lineage(lineage));
  CHECK(verdict_on_lineage(lineage_of({&shared_p256()})) == "good");
}

TEST_CASE("lineage: reordered") {
  CHECK(verdict_after([](Lineage& l) { std::swap(l.nodes[1], l.nodes[2]); }) == kUnproven);
  CHECK(verdict_after([](Lineage& l) { std::swap(l.nodes[0], l.nodes[1]); }) == kMalformed);
  CHECK(verdict_after([](Lineage& l) {
          std::swap(l.nodes[0].certificate, l.nodes[1].certificate);
        }) == kUnproven);
}

TEST_CASE("lineage: truncated") {
  CHECK(verdict_after([](Lineage& l) { l.nodes.clear(); }) == kMalformed);
  CHECK(verdict_after([](Lineage& l) { l.nodes.erase(l.nodes.begin()); }) == kMalformed);
  CHECK(verdict_after([](Lineage& l) { l.nodes.erase(l.nodes.begin() + 1); }) == kUnproven);
  // What is left is a lineage, of another signer: the APK verifier compares.
  CHECK(verdict_after([](Lineage& l) { l.nodes.pop_back(); }) == "good");
  const Buffer bytes = encode_lineage(good_lineage());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::string verdict = verdict_on_bytes(std::span(bytes).first(size));
    INFO("cut to " << size);
    // At the end of a node, the beginning of a lineage is one.
    CHECK((verdict == kMalformed || parse_lineage(std::span(bytes).first(size))->nodes.size() < 3));
  }
}

TEST_CASE("lineage: a wrong node") {
  CHECK(verdict_after([](Lineage& l) { l.nodes[1].certificate = newest_key().certificate(); }) ==
        kUnproven);
  CHECK(verdict_after([](Lineage& l) {
          l.nodes[2].signature = sign_lineage_node(shared_rsa_2048(), l.nodes[2].certificate);
        }) == kUnproven);
  CHECK(verdict_after([](Lineage& l) { l.nodes[1].signature.clear(); }) == kUnproven);
  CHECK(verdict_after([](Lineage& l) { l.nodes[1].certificate = pattern(300); }) == kUnproven);
  CHECK(verdict_after([](Lineage& l) { l.nodes[0].certificate = pattern(300); }) == kMalformed);
}

TEST_CASE("lineage: one certificate twice") {
  CHECK(verdict_on_lineage(lineage_of({&shared_rsa_2048(), &rotated_key(), &shared_rsa_2048()})) ==
        kUnproven);
  CHECK(verdict_on_lineage(lineage_of({&shared_rsa_2048(), &shared_rsa_2048()})) == kUnproven);
}

TEST_CASE("lineage: algorithms out of step") {
  CHECK(verdict_after([](Lineage& l) { l.nodes[0].algorithm = 0x0104; }) == kUnproven);
  CHECK(verdict_after([](Lineage& l) { l.nodes[0].algorithm = 0; }) == kUnproven);
  CHECK(verdict_after([](Lineage& l) {
          l.nodes[0].algorithm = l.nodes[1].parent_algorithm = 0x12345678;
        }) == kMalformed);
  CHECK(verdict_after([](Lineage& l) { l.nodes[0].parent_algorithm = 0x0103; }) == kMalformed);
  CHECK(verdict_after([](Lineage& l) { l.nodes[0].signature = pattern(256); }) == kMalformed);
}

TEST_CASE("lineage: a flipped bit is refused, but for capabilities and the last algorithm") {
  const Buffer good = encode_lineage(good_lineage());
  std::size_t accepted = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    Buffer forged = good;
    forged[at] = static_cast<uint8_t>(forged[at] ^ (1U << (at % 8)));
    if (verdict_on_bytes(forged) == "good") ++accepted;
  }
  // The capabilities are no part of what is signed: they are the newest signer's to say. Nor is
  // anything of the oldest certificate but its key.
  CHECK(accepted >= 4 * 4);
  CHECK(accepted < 4 * 4 + good_lineage().nodes[0].certificate.size());
}

TEST_CASE("lineage: lengths that no structure can have") {
  const Buffer good = encode_lineage(good_lineage());
  for (std::size_t at = 0; at + 4 <= 24; ++at) {
    for (const uint32_t value : {0U, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
      Buffer forged = good;
      for (std::size_t i = 0; i < 4; ++i) forged[at + i] = static_cast<uint8_t>(value >> (8 * i));
      CHECK(verdict_on_bytes(forged) != "good");
    }
  }
}

TEST_CASE("lineage: bytes after it, another version, another magic, too long") {
  const Lineage lineage = good_lineage();
  CHECK(verdict_on_bytes(join({encode_lineage(lineage), {0}})) == kMalformed);
  CHECK(verdict_on_bytes(join({encode_lineage(lineage), u32_bytes(0)})) == kMalformed);
  Buffer other = encode_lineage(lineage);
  other[0] = 2;
  CHECK(verdict_on_bytes(other) == kMalformed);
  const Buffer file = encode_lineage_file(lineage);
  CHECK_FALSE(parse_lineage_file(join({file, {0}})).ok());
  CHECK_FALSE(parse_lineage_file(encode_lineage(lineage)).ok());
  CHECK_FALSE(parse_lineage(file).ok());
  for (const std::size_t at : {0U, 4U, 8U}) {
    Buffer forged = file;
    forged[at] ^= 1;
    CHECK_FALSE(parse_lineage_file(forged).ok());
  }
  std::vector<TestKey> keys;
  for (std::size_t i = 0; i <= kMaxLineageNodes; ++i) keys.push_back(TestKey::ec("P-256"));
  std::vector<const TestKey*> chain;
  for (const TestKey& key : keys) chain.push_back(&key);
  CHECK(verdict_on_lineage(lineage_of(chain)) == kMalformed);
  chain.pop_back();
  CHECK(verdict_on_lineage(lineage_of(chain)) == "good");
}

TEST_CASE("lineage: capabilities have names") {
  using Names = std::vector<std::string>;
  CHECK(lineage_capability_names(0).empty());
  CHECK(lineage_capability_names(23) ==
        Names{"installed-data", "shared-uid", "permission", "auth"});
  CHECK(lineage_capability_names(0x80000008) == Names{"rollback", "0x80000000"});
}

}  // namespace
}  // namespace hallmark::apk_test
