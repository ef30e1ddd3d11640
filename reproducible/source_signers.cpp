#include "reproducible/source_signers.hpp"

#include <algorithm>

#include "core/digest.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kSignersKeyringLimit = uint64_t{1} << 20U;  // bytes
constexpr std::string_view kArmour = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

}  // namespace

Result<NamedSigners> named_signers(const std::vector<OpenPgpSignature>& good,
                                   const std::vector<std::string>& named,
                                   const std::string& subject) {
  NamedSigners out;
  out.first_signed = good.front().created;
  for (const OpenPgpSignature& signature : good) {
    if (std::find(named.begin(), named.end(), signature.fingerprint) == named.end()) {
      return verification_error(
          subject, "is signed by " + signature.fingerprint + ", which is not one of its signers");
    }
    out.fingerprints.insert(signature.fingerprint);
    out.first_signed = std::min(out.first_signed, signature.created);
  }
  return out;
}

Status enough_signers(std::size_t signers, uint64_t threshold, const std::string& subject) {
  if (signers >= threshold && signers > 0) return ok_status();
  return verification_error(subject, "is signed by " + std::to_string(signers) +
                                         " of its signers, and " + std::to_string(threshold) +
                                         " are asked for");
}

Result<std::optional<LockedKeyring>> lock_keyring(const Product& product,
                                                  std::string_view keyring) {
  if (product.origin.openpgp_signers.empty()) return std::optional<LockedKeyring>();
  if (keyring.size() > kSignersKeyringLimit || keyring.find(kArmour) == std::string_view::npos) {
    return failed(
        "keyring " + product.origin.keyring, "is not an armoured OpenPGP keyring of at most 1 MiB",
        "gpg --armor --export FINGERPRINT... > releases/keyrings/" + product.origin.keyring);
  }
  return std::optional(LockedKeyring{keyring.size(), sha256(keyring)});
}

PinnedFile keyring_file(const LockedKeyring& keyring) {
  return {"keyring of the source's signers", keyring.sha256, keyring.size};
}

Result<std::string> quarantined_keyring(const LockedSource& source, const Quarantine& quarantine) {
  if (!source.keyring) return std::string();
  return quarantine.read(keyring_file(*source.keyring), kSignersKeyringLimit);
}

Status admit_keyring(const LockedSource& source, std::string_view keyring,
                     const Quarantine& quarantine) {
  if (!source.keyring) return ok_status();
  HALLMARK_TRY(const bool here, quarantine.holds(keyring_file(*source.keyring)));
  if (here) return ok_status();
  if (sha256(keyring) == source.keyring->sha256) return quarantine.admit_bytes(keyring);
  return failed("keyring of the source's signers",
                keyring.empty() ? "is missing" : "is not the one that the lock was made with",
                "put the file with SHA-256 " + source.keyring->sha256.hex() +
                    " into releases/keyrings under the name that the product gives it, or pin "
                    "again");
}

}  // namespace hallmark
