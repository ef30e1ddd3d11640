#include "verify/log/log_proof.hpp"

namespace hallmark {
namespace {

constexpr const char* kFormat = "hallmark-log-proof-v1";
constexpr std::size_t kMaxHashes = 128;  // for 2^64 leaves, either way

Json hex_list(const std::vector<Sha256Digest>& hashes) {
  Json out = Json::array();
  for (const Sha256Digest& hash : hashes) out.push_back(hash.hex());
  return out;
}

std::vector<Sha256Digest> read_hashes(ObjectReader& reader) {
  std::vector<Sha256Digest> hashes;
  const std::vector<std::string> texts = reader.texts("hashes");
  if (texts.size() > kMaxHashes) reader.fail("hashes", "are more than any log can have");
  for (const std::string& text : texts) {
    const auto hash = Sha256Digest::from_hex(text);
    if (!hash.ok()) {
      reader.fail("hashes", hash.error().message());
      break;
    }
    hashes.push_back(*hash);
  }
  return hashes;
}

}  // namespace

Json to_json(const LogProof& proof) {
  Json out = {{"format", kFormat},
              {"checkpoint", proof.note},
              {"sequence", proof.sequence},
              {"leaf", proof.entry},
              {"hashes", hex_list(proof.hashes)}};
  if (proof.older) {
    out["continues"] = {{"checkpoint", proof.older->note},
                        {"hashes", hex_list(proof.older->hashes)}};
  }
  return out;
}

Result<LogProof> parse_log_proof(std::string_view untrusted_text, const std::string& subject) {
  auto document = JsonDocument::parse(untrusted_text, subject);
  if (!document.ok()) return verification_error(subject, document.error().cause);
  LogProof proof;
  {
    ObjectReader reader(*document);
    reader.expect_format(kFormat);
    proof.note = reader.text("checkpoint");
    proof.sequence = reader.unsigned_integer("sequence");
    proof.entry = reader.text("leaf");
    proof.hashes = read_hashes(reader);
    if (reader.has("continues")) {
      reader.object("continues", [&](ObjectReader& older) {
        const std::string note = older.text("checkpoint");
        proof.older = ConsistencyProof{note, read_hashes(older)};
      });
    }
  }
  const Status status = document->status();
  if (!status.ok()) return verification_error(status.error().subject, status.error().cause);
  return proof;
}

Result<Checkpoint> verify_log_proof(const LogProof& untrusted_proof, const NoteKey& key) {
  const LogProof& proof = untrusted_proof;
  HALLMARK_TRY(Checkpoint checkpoint, open_checkpoint(proof.note, key));
  if (!merkle_includes(checkpoint.tree.root, checkpoint.tree.size, merkle_leaf(proof.entry),
                       proof.sequence, proof.hashes)) {
    return verification_error("proof", "does not lead from its leaf to its checkpoint");
  }
  if (!proof.older) return checkpoint;
  HALLMARK_TRY(const Checkpoint older, open_checkpoint(proof.older->note, key));
  if (merkle_continues(older.tree, checkpoint.tree, proof.older->hashes)) return checkpoint;
  return verification_error("proof", "does not show that the log continues the older checkpoint");
}

}  // namespace hallmark
