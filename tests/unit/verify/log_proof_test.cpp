// Proofs that stand alone.
#include "verify/log/log_proof.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/log_fixtures.hpp"

namespace hallmark {
namespace {

struct Proved {
  log_test::LogSigner signer;
  std::vector<std::string> entries = log_test::numbered_entries(13);

  LogProof proof(std::size_t sequence, std::size_t older = 0) const {
    std::vector<Sha256Digest> leaves;
    for (const std::string& entry : entries) leaves.push_back(merkle_leaf(entry));
    LogProof out;
    out.note = signer.checkpoint(log_test::tree_of(entries));
    out.sequence = sequence;
    out.entry = entries.at(sequence);
    out.hashes = merkle_inclusion_proof(leaves, sequence);
    if (older > 0) {
      const std::vector<std::string> begin(entries.begin(),
                                           entries.begin() + static_cast<std::ptrdiff_t>(older));
      out.older = {signer.checkpoint(log_test::tree_of(begin)),
                   merkle_consistency_proof(leaves, older)};
    }
    return out;
  }
  bool holds(const LogProof& proof) const {
    const auto text = canonical_dump(to_json(proof));
    REQUIRE(text.ok());
    const auto read = parse_log_proof(*text, "proof");
    REQUIRE(read.ok());
    return verify_log_proof(*read, signer.note_key()).ok();
  }
};

TEST_CASE_METHOD(Proved, "log proof: each leaf, alone and with an older checkpoint") {
  for (std::size_t i = 0; i < entries.size(); ++i) CHECK(holds(proof(i)));
  for (std::size_t i = 1; i < entries.size(); ++i) CHECK(holds(proof(0, i)));
}

TEST_CASE_METHOD(Proved, "log proof: forged, each part of it") {
  LogProof forged = proof(5, 7);
  SECTION("another leaf") { forged.entry += " "; }
  SECTION("another place") { forged.sequence = 6; }
  SECTION("a place outside") { forged.sequence = 13; }
  SECTION("a hash changed") { forged.hashes.at(1) = merkle_leaf("x"); }
  SECTION("a hash left out") { forged.hashes.pop_back(); }
  SECTION("another key's checkpoint") {
    forged.note = log_test::LogSigner().checkpoint(log_test::tree_of(entries));
  }
  SECTION("a fork as the older checkpoint") {
    entries[2] += " ";
    forged.older->note = proof(5, 7).older->note;
  }
  SECTION("another key's older checkpoint") {
    forged.older->note = log_test::LogSigner().checkpoint(log_test::tree_of(entries));
  }
  SECTION("a consistency hash changed") { forged.older->hashes.at(0) = merkle_leaf("x"); }
  CHECK_FALSE(holds(forged));
}

TEST_CASE("log proof: text that is none") {
  for (
      const std::string text :
      {"", "{}", "[]", R"({"format":"hallmark-log-proof-v1"})",
       R"({"format":"hallmark-log-proof-v1","checkpoint":"x","sequence":-1,"leaf":"","hashes":[]})",
       R"({"format":"hallmark-log-proof-v1","checkpoint":"x","sequence":1,"leaf":"","hashes":["a"]})",
       R"({"format":"hallmark-log-proof-v1","checkpoint":"x","sequence":1,"leaf":"","hashes":[],"x":1})"}) {
    INFO(text);
    const auto parsed = parse_log_proof(text, "proof");
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().kind == ErrorKind::kVerification);
  }
}

TEST_CASE_METHOD(Proved, "log proof: more hashes than any log can have") {
  LogProof forged = proof(5);
  forged.hashes.resize(129);
  CHECK_FALSE(parse_log_proof(to_json(forged).dump(), "proof").ok());
}

}  // namespace
}  // namespace hallmark
