#include "signer/sign_apk_request.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "signer/apk/apk_signing.hpp"
#include "signer/commit.hpp"
#include "signer/rules.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxApk = uint64_t{8} << 30U;

Json apk_event(const ApkCase& subject, const SignedApk& apk) {
  return Json{{"kind", "apk"},
              {"name", subject.application.lane.application},
              {"version_code", subject.application.version_code},
              {"size", apk.size},
              {"sha256", apk.sha256.hex()},
              {"unsigned_sha256", apk.unsigned_sha256.hex()},
              {"product", subject.product},
              {"version", subject.version},
              {"keys", Json::array({subject.key.certificate_sha256.hex()})}};
}

// Into a file that only the signer sees; nothing is handed out before the log says so.
Result<PrivateCopy> sign_privately(const ApkCase& subject) {
  PrivateCopy out;
  HALLMARK_TRY(out.fd, unnamed_file(subject.context.layout.sign()));
  const std::span<const uint8_t> der = as_bytes(subject.certificate);
  const ApkSigningKey key{{der.begin(), der.end()}};
  const DigestSigner sign = [&](HashAlgorithm hash, std::span<const uint8_t> digest) {
    return subject.context.keys.sign_digest(subject.key.keygrip, der, hash, digest);
  };
  HALLMARK_CHECK(sign_apk(subject.unsigned_apk.fd.get(), out.fd.get(), key, sign));
  HALLMARK_TRY(out.digest, digest_fd(out.fd.get()));
  return out;
}

Status record_signature(const ApkCase& subject, const SignedApk& apk) {
  const SignerContext& context = subject.context;
  HALLMARK_TRY(const std::optional<SignedApk> before,
               context.state.signed_apk(apk.unsigned_sha256));
  if (before && before->sha256 == apk.sha256) return ok_status();
  if (before) {
    return failed(
        subject.application.lane.application,
        "was signed before as " + before->sha256.hex() + ", and signing again gave other bytes");
  }
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.add_signed_apk(apk, context.now()));
  return commit_with_log(context, std::move(transaction), {apk_event(subject, apk)});
}

}  // namespace

Status output_is_an_empty_file(ApkCase& subject) {
  const auto& fds = subject.untrusted_request.fds;
  if (fds.size() != 2) return failed("request", "has not two descriptors");
  struct stat info {};
  if (::fstat(fds[1].get(), &info) != 0) return errno_error("output", "cannot look at");
  if (S_ISREG(info.st_mode) && info.st_size == 0) return ok_status();
  return verification_error("output", "is not an empty regular file");
}

Status apk_was_accepted(ApkCase& subject) {
  const Json& body = subject.untrusted_request.body;
  HALLMARK_TRY(subject.product, request_text(body, "product"));
  HALLMARK_TRY(subject.version, request_text(body, "version"));
  HALLMARK_TRY(const std::string hex, request_text(body, "artefact"));
  HALLMARK_TRY(const Sha256Digest digest, untrusted(Sha256Digest::from_hex(hex)));
  HALLMARK_TRY(const bool accepted,
               subject.context.state.is_accepted(subject.product, subject.version, "apk", digest));
  HALLMARK_TRY(const std::optional<AcceptedApplication> application,
               subject.context.state.application(digest));
  if (!accepted || !application) {
    return policy_error("APK " + hex,
                        "was never accepted for " + subject.product + " " + subject.version,
                        "build and accept it first");
  }
  subject.application = *application;
  return ok_status();
}

Status version_code_is_the_newest(ApkCase& subject) {
  HALLMARK_TRY(const std::optional<AcceptedApplication> newest,
               subject.context.state.newest_application(subject.application.lane));
  if (newest && newest->sha256 == subject.application.sha256) return ok_status();
  return policy_error(describe(subject.application.lane),
                      "has version code " + std::to_string(subject.application.version_code) +
                          ", and a higher one was accepted since",
                      "release the higher version");
}

Status application_keeps_its_key(ApkCase& subject) {
  HALLMARK_TRY(const std::optional<InstalledPolicy> policy, subject.context.state.policy());
  const std::string& application = subject.application.lane.application;
  const ApkKeyPolicy* key = policy ? policy->policy.apk_key(subject.application.key) : nullptr;
  HALLMARK_TRY(const std::optional<std::string> certificate,
               subject.context.state.certificate(subject.application.key));
  if (key == nullptr || !certificate ||
      std::find(key->packages.begin(), key->packages.end(), application) == key->packages.end()) {
    return policy_error(
        "application " + application,
        "is not mapped to the key '" + subject.application.key + "' in the installed policy");
  }
  subject.key = *key;
  subject.certificate = *certificate;
  return ok_status();
}

Status apk_has_the_accepted_bytes(ApkCase& subject) {
  const std::string name = subject.application.lane.application;
  HALLMARK_TRY(
      subject.unsigned_apk,
      private_copy(subject.context.layout, subject.untrusted_request.fds[0].get(), kMaxApk, name));
  if (subject.unsigned_apk.digest.sha256 == subject.application.sha256) return ok_status();
  return verification_error(name,
                            "has SHA-256 " + subject.unsigned_apk.digest.sha256.hex() +
                                " and not the accepted " + subject.application.sha256.hex(),
                            "hand in what was accepted");
}

Result<Response> sign_accepted_apk(const ApkCase& subject) {
  HALLMARK_TRY(const PrivateCopy made, sign_privately(subject));
  HALLMARK_CHECK(record_signature(subject, {subject.application.sha256, made.digest.sha256,
                                            static_cast<int64_t>(made.digest.size)}));
  HALLMARK_TRY(const uint64_t copied,
               copy_fd(made.fd.get(), subject.untrusted_request.fds[1].get(), made.digest.size));
  return Response{Json{{"sha256", made.digest.sha256.hex()}, {"size", copied}}, {}};
}

}  // namespace hallmark
