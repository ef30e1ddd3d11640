#include "reproducible/tarball_source.hpp"

#include "reproducible/locked_file.hpp"
#include "verify/openpgp.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kSignatureLimit = uint64_t{1} << 20U;  // bytes

Status check_addresses(const Lock& lock, const Product& product) {
  const std::vector<LockedFile>& files = lock.source.files;
  const bool same = lock.source.kind == OriginKind::kTarball &&
                    product.origin.kind == OriginKind::kTarball && files.size() == 2 &&
                    files[0].url == fill_in_version(product.origin.url, lock.version) &&
                    files[1].url == fill_in_version(product.origin.signature_url, lock.version);
  if (same) return ok_status();
  return verification_error("lock", "has another source than the product");
}

}  // namespace

Result<NamedSigners> verify_tarball(int archive, std::string_view untrusted_signature,
                                    const Product& product, std::string_view keyring,
                                    const std::string& subject) {
  HALLMARK_TRY(const std::vector<OpenPgpSignature> good,
               verify_detached_file(keyring, archive, untrusted_signature, subject));
  HALLMARK_TRY(NamedSigners signers, named_signers(good, product.origin.openpgp_signers, subject));
  HALLMARK_CHECK(enough_signers(signers.fingerprints.size(), product.origin.threshold, subject));
  return signers;
}

Status verify_tarball_source(const Lock& lock, const Product& product,
                             std::span<const UniqueFd> files, std::string_view keyring) {
  HALLMARK_CHECK(check_addresses(lock, product));
  if (files.size() != lock.source.files.size()) {
    return verification_error("lock", "has source files that are missing");
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    HALLMARK_CHECK(check_locked_file(lock.source.files[i], files[i].get()));
  }
  const std::string& name = lock.source.files[0].name;
  HALLMARK_TRY(const std::optional<LockedKeyring> used, lock_keyring(product, keyring));
  HALLMARK_TRY(const std::string signature, read_all(files[1].get(), kSignatureLimit, name));
  HALLMARK_TRY(const NamedSigners signers,
               verify_tarball(files[0].get(), signature, product, keyring, name));
  const std::vector<std::string> names(signers.fingerprints.begin(), signers.fingerprints.end());
  if (names == lock.source.signers && used == lock.source.keyring &&
      signers.first_signed == lock.source_date_epoch) {
    return ok_status();
  }
  return verification_error(name,
                            "was signed at another time, by other keys or judged by another "
                            "keyring than the lock says");
}

}  // namespace hallmark
