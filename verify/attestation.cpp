#include "verify/attestation.hpp"

#include <algorithm>

#include "core/json.hpp"
#include "verify/sshsig.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kEnvelopeLimit = std::size_t{4} << 20U;  // bytes
constexpr std::string_view kPayloadType = "application/vnd.in-toto+json";

// The bytes that base64 text stands for.
Result<std::string> decoded(const std::string& text, const std::string& subject,
                            const std::string& key) {
  const Result<std::vector<uint8_t>> bytes = base64_decode(text);
  if (!bytes.ok()) return verification_error(subject, "its " + key + " is not base64");
  return std::string(as_text(*bytes));
}

struct DsseEnvelope {
  std::string statement;
  std::string signature;  // without armour
};

Result<DsseEnvelope> open_dsse(std::string_view untrusted_envelope, const std::string& subject) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(untrusted_envelope, subject));
  std::string payload;
  std::vector<std::string> signatures;
  {
    ObjectReader reader(document);
    if (reader.text("payloadType") != kPayloadType) {
      reader.fail("payloadType", "must be " + std::string(kPayloadType));
    }
    payload = reader.text("payload");
    reader.each("signatures", [&](ObjectReader& r) {
      r.text("keyid");
      signatures.push_back(r.text("sig"));
    });
    if (signatures.size() != 1) reader.fail("signatures", "must be exactly one");
  }
  HALLMARK_CHECK(document.status());
  DsseEnvelope envelope;
  HALLMARK_TRY(envelope.statement, decoded(payload, subject, "payload"));
  HALLMARK_TRY(envelope.signature, decoded(signatures.front(), subject, "sig"));
  return envelope;
}

}  // namespace

std::string pre_authentication(std::string_view statement) {
  return "DSSEv1 " + std::to_string(kPayloadType.size()) + " " + std::string(kPayloadType) + " " +
         std::to_string(statement.size()) + " " + std::string(statement);
}

Result<std::string> attestation_envelope(std::string_view statement,
                                         std::string_view armored_signature) {
  HALLMARK_TRY(const std::string bytes, sshsig_bytes(armored_signature));
  HALLMARK_TRY(const SshPublicKey key, claimed_sshsig_key(bytes));
  const Json signature = {{"keyid", key.fingerprint()}, {"sig", base64_encode(as_bytes(bytes))}};
  const Json envelope = {{"payloadType", kPayloadType},
                         {"payload", base64_encode(as_bytes(statement))},
                         {"signatures", Json::array({signature})}};
  return envelope.dump() + "\n";
}

Result<Attestation> read_attestation(std::string_view untrusted_envelope,
                                     const std::string& subject) {
  if (untrusted_envelope.size() > kEnvelopeLimit) {
    return verification_error(subject, "is larger than an attestation may be (4 MiB)");
  }
  HALLMARK_TRY(const DsseEnvelope envelope, open_dsse(untrusted_envelope, subject));
  Attestation attestation;
  attestation.signature = sshsig_armor(envelope.signature);
  HALLMARK_TRY(attestation.claimed_key, claimed_sshsig_key(envelope.signature));
  HALLMARK_TRY(const std::string canonical,
               attestation_envelope(envelope.statement, attestation.signature));
  if (canonical != untrusted_envelope) {
    return verification_error(subject, "is not in the form that an attestation must have");
  }
  HALLMARK_TRY(attestation.record, read_attestation_statement(envelope.statement, subject));
  attestation.signed_bytes = pre_authentication(envelope.statement);
  return attestation;
}

Result<SshPublicKey> verify_attestation(const Attestation& untrusted_attestation,
                                        const std::vector<SshPublicKey>& keys,
                                        const std::string& subject) {
  if (std::find(keys.begin(), keys.end(), untrusted_attestation.claimed_key) == keys.end()) {
    return verification_error(subject, "is signed by another key than it should be: " +
                                           untrusted_attestation.claimed_key.fingerprint());
  }
  Result<SshPublicKey> signer =
      verify_sshsig(untrusted_attestation.signature, untrusted_attestation.signed_bytes,
                    kRebuildNamespace, SshsigHashes::kSha512);
  if (!signer.ok()) return verification_error(subject, signer.error().message());
  return signer;
}

}  // namespace hallmark
