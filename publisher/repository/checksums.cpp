#include "publisher/repository/checksums.hpp"

#include <algorithm>

#include "core/safe_path.hpp"
#include "verify/checksums.hpp"
#include "verify/provenance.hpp"
#include "verify/sshsig.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxSignature = std::size_t{64} << 10U;  // bytes

bool is_log_key(const Policy& policy, const SshPublicKey& key) {
  return std::any_of(policy.log_keys.begin(), policy.log_keys.end(), [&](const LogKeyPolicy& log) {
    const Result<SshPublicKey> known = SshPublicKey::parse(log.key);
    return known.ok() && *known == key;
  });
}

Status check_names(const std::string& product, const std::string& version) {
  if (is_plain_name(product) && is_version_name(version)) return ok_status();
  return usage_error("'" + product + " " + version + "'", "is a release whose name is none");
}

Status check_texts(const Policy& policy, const ReleaseChecksums& checksums,
                   const std::string& path) {
  if (checksums.sums.empty() || checksums.sums.size() > kMaxChecksums ||
      checksums.openpgp.size() > kMaxSignature || checksums.sshsig.size() > kMaxSignature) {
    return verification_error(path, "is empty, or larger than any of ours");
  }
  if (!checksums.openpgp.starts_with("-----BEGIN PGP SIGNATURE-----\n")) {
    return verification_error(path + ".asc", "is not an armored signature");
  }
  HALLMARK_TRY(const SshPublicKey key,
               verify_sshsig(checksums.sshsig, checksums.sums, kChecksumsNamespace));
  if (is_log_key(policy, key)) return ok_status();
  return verification_error(path + ".sshsig",
                            "is by " + key.fingerprint() + ", which is no terminal's log key");
}

}  // namespace

Result<bool> attach_checksums(Repository& repository, const Policy& policy,
                              const ReleaseChecksums& untrusted_checksums) {
  const ReleaseChecksums& checksums = untrusted_checksums;
  HALLMARK_CHECK(check_names(checksums.product, checksums.version));
  const std::string path = checksums_folder(checksums.product, checksums.version) + kChecksumsFile;
  HALLMARK_CHECK(check_texts(policy, checksums, path));
  HALLMARK_TRY(const std::optional<ReleaseChecksums> before,
               repository.state.checksums_of(checksums.product, checksums.version));
  if (before == checksums) return false;
  HALLMARK_CHECK(repository.state.set_checksums(checksums));
  return true;
}

Result<bool> attach_attestation(Repository& repository, const std::string& terminal,
                                const ReleaseAttestation& untrusted_attestation) {
  ReleaseAttestation attestation = untrusted_attestation;
  HALLMARK_CHECK(check_names(attestation.product, attestation.version));
  attestation.path = provenance_path(attestation.product, attestation.version, terminal);
  const std::string& text = attestation.text;
  if (text.size() > kMaxProvenance || !text.starts_with('{') || !text.ends_with("}\n")) {
    return verification_error(attestation.path, "is no lines of JSON, or larger than any of ours");
  }
  HALLMARK_TRY(const std::vector<ReleaseAttestation> all, repository.state.attestations());
  if (std::find(all.begin(), all.end(), attestation) != all.end()) return false;
  HALLMARK_CHECK(repository.state.set_attestation(attestation));
  return true;
}

std::vector<std::pair<std::string, std::string>> served_checksums(
    const ReleaseChecksums& checksums) {
  const std::string folder = checksums_folder(checksums.product, checksums.version);
  return {{folder + kChecksumsOpenPgpFile, checksums.openpgp},
          {folder + kChecksumsSshsigFile, checksums.sshsig},
          {folder + kChecksumsFile, checksums.sums}};
}

}  // namespace hallmark
