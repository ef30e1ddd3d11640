// sign-apk and sign-aab: what follows when the rules hold.
#include <algorithm>

#include "signer/apk/aab_signing.hpp"
#include "signer/apk/zip_layout.hpp"
#include "signer/commit.hpp"
#include "signer/fdroid_apks.hpp"
#include "signer/rules.hpp"
#include "signer/sibling_apks.hpp"
#include "signer/sign_apk_request.hpp"
#include "signer/stored_lineage.hpp"

namespace hallmark {
namespace {

// What only the signer sees: nothing is handed out before the log says so.
struct PrivateOutput {
  ByteSource apk;  // of the accepted file's private copy, and new bytes
  UniqueFd idsig;
  SignedApk facts;
  std::vector<std::string> schemes;
  std::vector<Sha256Digest> certificates;  // of the keys that signed it
};

Result<SignedFile> facts_of(const UniqueFd& file) {
  HALLMARK_TRY(const FileDigest digest, digest_fd(file.get()));
  return SignedFile{digest.sha256, static_cast<int64_t>(digest.size)};
}

bool asked_to_strip(const ApkCase& subject) {
  const Json& body = subject.untrusted_request.body;
  return body.contains("strip") && body["strip"] == true;
}

// What a person is told who is asked for a passphrase; the digest is that of the accepted file.
ApkSigningKey key_for(const ApkCase& subject, const ChainedKey& key) {
  const AcceptedApplication& application = subject.application;
  return signing_key(subject.context, key,
                     "Sign " + application.lane.application + " version code " +
                         std::to_string(application.version_code),
                     application.sha256);
}

Result<ApkSigningOptions> signing_options(const ApkCase& subject) {
  const KeyChain& chain = subject.chain;
  ApkSigningOptions options;
  options.key = key_for(subject, chain.front());
  options.schemes = subject.schemes;
  options.strip_existing = asked_to_strip(subject);
  options.marks = &subject.accepted_apk.marks;
  if (chain.size() == 1) return options;
  HALLMARK_TRY(Lineage lineage, stored_lineage(subject.context, chain));
  options.rotated = ApkRotatedKey{key_for(subject, chain.back()), std::move(lineage),
                                  chain.back().policy.rotates->min_sdk};
  return options;
}

Result<PrivateOutput> sign_privately(const ApkCase& subject) {
  const std::string folder = subject.context.layout.sign();
  HALLMARK_TRY(const ApkSigningOptions options, signing_options(subject));
  PrivateOutput out;
  HALLMARK_TRY(out.idsig, unnamed_file(folder));
  HALLMARK_TRY(SignedApkBytes signed_apk,
               sign_apk(subject.accepted_apk.fd.get(), out.idsig.get(), options));
  out.facts.apk = {signed_apk.sha256, static_cast<int64_t>(signed_apk.apk.size)};
  out.apk = std::move(signed_apk.apk);
  out.schemes = std::move(signed_apk.report.schemes);
  out.certificates = {subject.chain.front().policy.certificate_sha256};
  if (options.rotated) out.certificates.push_back(subject.chain.back().policy.certificate_sha256);
  out.facts.unsigned_sha256 = subject.application.sha256;
  if (subject.schemes.contains(ApkScheme::kV4)) {
    HALLMARK_TRY(out.facts.idsig, facts_of(out.idsig));
  }
  return out;
}

Result<PrivateOutput> sign_bundle_privately(const ApkCase& subject) {
  const ApkSigningKey key = key_for(subject, subject.chain.back());
  PrivateOutput out;
  HALLMARK_TRY(out.apk, sign_aab(subject.accepted_apk.fd.get(),
                                 {key.certificate, asked_to_strip(subject)}, key.sign));
  out.schemes = {"v1"};
  out.certificates = {subject.chain.back().policy.certificate_sha256};
  out.facts.unsigned_sha256 = subject.application.sha256;
  HALLMARK_TRY(const Sha256Digest digest, sha256_of(out.apk));
  out.facts.apk = {digest, static_cast<int64_t>(out.apk.size)};
  return out;
}

Json signed_event(const ApkCase& subject, const PrivateOutput& out) {
  Json keys = Json::array();
  for (const Sha256Digest& certificate : out.certificates) keys.push_back(certificate.hex());
  Json event = {{"kind", subject.kind},
                {"name", subject.application.lane.application},
                {"version_code", subject.application.version_code},
                {"size", out.facts.apk.size},
                {"sha256", out.facts.apk.sha256.hex()},
                {"unsigned_sha256", out.facts.unsigned_sha256.hex()},
                {"product", subject.release.product},
                {"version", subject.release.version},
                {"schemes", out.schemes},
                {"keys", keys}};
  if (asked_to_strip(subject)) event["stripped"] = true;
  if (out.facts.idsig) {
    event["idsig_size"] = out.facts.idsig->size;
    event["idsig_sha256"] = out.facts.idsig->sha256.hex();
  }
  return event;
}

// What was signed once stays as it is: two files of one version would be two truths.
Error signed_otherwise(const std::string& application, const SignedApk& before,
                       const PrivateOutput& out) {
  const std::string hint =
      "what was signed once stays as it is; a change of the key's schemes is for the next version";
  if (before.idsig && !out.facts.idsig) {
    return policy_error(application, "was signed with v4, which the policy no longer asks for",
                        hint);
  }
  if (!before.idsig && out.facts.idsig) {
    return policy_error(application, "was signed without v4, which the policy asks for since",
                        hint);
  }
  return failed(
      application,
      "was signed before as " + before.apk.sha256.hex() + ", and signing again gave other bytes",
      hint);
}

// A device that has the other terminal's file takes this one for no update, and a store for another
// file of the same version. One terminal that agrees is enough: another may lie.
Status siblings_signed_the_same_bytes(const ApkCase& subject, const PrivateOutput& out) {
  HALLMARK_TRY(const std::vector<SiblingApk> theirs,
               siblings_signed_forms(subject.context, out.facts.unsigned_sha256));
  const auto same = std::find_if(theirs.begin(), theirs.end(), [&](const SiblingApk& apk) {
    return apk.apk.apk == out.facts.apk;
  });
  if (theirs.empty() || same != theirs.end()) return ok_status();
  const SiblingApk& other = theirs.front();
  return with_rule(
      "siblings-signed-the-same-bytes",
      policy_error(subject.application.lane.application,
                   "was signed on terminal " + other.terminal + " as " +
                       other.apk.apk.sha256.hex() + ", and signing it here gives other bytes",
                   "take what was signed there: hallmark sync; if it was never published, or that "
                   "terminal's log is false, a policy must drop its log key"));
}

Status record_signature(const ApkCase& subject, const PrivateOutput& out) {
  const SignerContext& context = subject.context;
  HALLMARK_TRY(const std::optional<SignedApk> before,
               context.state.signed_apk(out.facts.unsigned_sha256));
  if (before && before->apk == out.facts.apk && before->idsig == out.facts.idsig) {
    return ok_status();
  }
  if (before) {
    return signed_otherwise(subject.application.lane.application, *before, out);
  }
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.add_signed_apk(out.facts, context.now()));
  if (subject.kind == "apk") {
    HALLMARK_CHECK(context.state.add_apk_facts(facts_of_signed(subject, out.facts.apk)));
  }
  return commit_with_log(context, std::move(transaction), {signed_event(subject, out)});
}

Status hand_out_apk(const ByteSource& apk, const UniqueFd& to) {
  const TimeLimit patience = patience_for(apk.size);
  return write_source(apk, to.get());
}

Status hand_out_idsig(const UniqueFd& file, const SignedFile& facts, const UniqueFd& to) {
  const TimeLimit patience = patience_for(static_cast<uint64_t>(facts.size));
  HALLMARK_TRY(const uint64_t copied,
               copy_fd(file.get(), to.get(), static_cast<uint64_t>(facts.size)));
  if (copied == static_cast<uint64_t>(facts.size)) return ok_status();
  return failed("output", "was not written in full");
}

// Records it, then lets it out.
Result<Response> release(const ApkCase& subject, const PrivateOutput& out) {
  const auto& fds = subject.untrusted_request.fds;
  HALLMARK_CHECK(siblings_signed_the_same_bytes(subject, out));
  HALLMARK_CHECK(record_signature(subject, out));
  HALLMARK_CHECK(hand_out_apk(out.apk, fds[1]));
  Json answer = {{"sha256", out.facts.apk.sha256.hex()},
                 {"size", out.facts.apk.size},
                 {"schemes", out.schemes}};
  if (out.facts.idsig) {
    HALLMARK_CHECK(hand_out_idsig(out.idsig, *out.facts.idsig, fds[2]));
    answer["idsig"] = {{"sha256", out.facts.idsig->sha256.hex()}, {"size", out.facts.idsig->size}};
  }
  return Response{std::move(answer), {}};
}

}  // namespace

Result<Response> sign_accepted_apk(const ApkCase& subject) {
  HALLMARK_TRY(const PrivateOutput out, sign_privately(subject));
  return release(subject, out);
}

Result<Response> sign_accepted_bundle(const ApkCase& subject) {
  HALLMARK_TRY(const PrivateOutput out, sign_bundle_privately(subject));
  return release(subject, out);
}

}  // namespace hallmark
