#include "signer/sign_checksums.hpp"

#include "core/safe_path.hpp"
#include "signer/commit.hpp"
#include "signer/install_policy.hpp"
#include "signer/key_rules.hpp"
#include "signer/known_checksums.hpp"
#include "signer/rules.hpp"
#include "verify/checksums.hpp"
#include "verify/sshsig.hpp"

namespace hallmark {
namespace {

std::string named(const ChecksumsCase& subject) {
  return subject.list.release.product + " " + subject.list.release.version;
}

std::vector<std::string> keys_of(const ChecksumsCase& subject) {
  std::vector<std::string> keys = subject.fingerprints;
  keys.push_back(subject.log_key.fingerprint());
  return keys;
}

// The agent is another program: what it made is checked before it is used.
Result<std::string> sign_with_log_key(const ChecksumsCase& subject) {
  const std::string& sums = subject.list.sums;
  const SshPublicKey& key = subject.log_key;
  HALLMARK_TRY(const std::string statement, sshsig_statement(kChecksumsNamespace, sums));
  HALLMARK_TRY(const std::string blob, subject.context.log_keys.sign_log(key, statement));
  std::string armor = sshsig_by(key, kChecksumsNamespace, blob);
  const Result<SshPublicKey> signer = verify_sshsig(armor, sums, kChecksumsNamespace);
  if (signer.ok() && *signer == key) return armor;
  return failed("log key agent", "made a signature that is not the log key's");
}

// A subkey that signed stands after its primary key, which people know.
std::vector<std::string> openpgp_keys_of(const ChecksumsCase& subject) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < subject.signers.size(); ++i) {
    keys.push_back(subject.fingerprints[i]);
    const std::string& part = subject.signers[i].fingerprint;
    if (part != keys.back()) keys.push_back(part);
  }
  return keys;
}

KnownChecksums signed_file(const ChecksumsCase& subject, const char* name, const std::string& text,
                           const std::vector<std::string>& keys) {
  const SignerContext& context = subject.context;
  const NamedRelease& release = subject.list.release;
  return {release.product,
          release.version,
          context.origin.terminal,
          name,
          {sha256(text), static_cast<int64_t>(text.size())},
          keys,
          context.now()};
}

// The list first.
std::vector<KnownChecksums> files_of(const ChecksumsCase& subject, const SignedChecksums& made) {
  const std::vector<std::string> openpgp = openpgp_keys_of(subject);
  const std::string log_key = subject.log_key.fingerprint();
  std::vector<std::string> all = openpgp;
  all.push_back(log_key);
  return {signed_file(subject, kChecksumsFile, made.sums, all),
          signed_file(subject, kChecksumsOpenPgpFile, made.openpgp, openpgp),
          signed_file(subject, kChecksumsSshsigFile, made.sshsig, {log_key})};
}

Json checksums_event(const KnownChecksums& file) {
  return Json{
      {"kind", "checksums"},     {"name", checksums_folder(file.product, file.version) + file.name},
      {"product", file.product}, {"version", file.version},
      {"size", file.file.size},  {"sha256", file.file.sha256.hex()},
      {"keys", file.keys}};
}

Result<std::vector<Json>> events_of(const ChecksumsCase& subject,
                                    const std::vector<KnownChecksums>& files) {
  std::vector<Json> events;
  events.reserve(files.size());
  for (const KnownChecksums& file : files) events.push_back(checksums_event(file));
  HALLMARK_TRY(const std::optional<KnownSet> last,
               newest_checksums(subject.context, subject.list.release));
  if (last) events.front()["follows"] = last->files.front().file.sha256.hex();
  return events;
}

}  // namespace

Status policy_for_the_checksums(ChecksumsCase& subject) {
  HALLMARK_TRY(subject.policy, subject.context.state.policy_in_force());
  return ok_status();
}

Status demo_terminal_marks_its_checksums(ChecksumsCase& subject) {
  return check_demo_mark(subject.policy.policy, subject.context.origin.demo);
}

Result<NamedRelease> read_release_name(const Json& untrusted_body) {
  NamedRelease release;
  HALLMARK_TRY(release.product, request_plain_name(untrusted_body, "product"));
  HALLMARK_TRY(release.version, request_text(untrusted_body, "version"));
  if (is_version_name(release.version)) return release;
  return verification_error("request", "has a 'version' that is none");
}

Status checksums_request_can_be_read(ChecksumsCase& subject) {
  HALLMARK_TRY(subject.list.release, read_release_name(subject.untrusted_request.body));
  return ok_status();
}

Status listed_release_was_accepted(ChecksumsCase& subject) {
  return find_what_was_accepted(subject.context.state, subject.list);
}

Status listed_release_is_not_withdrawn(ChecksumsCase& subject) {
  return leave_out_what_was_withdrawn(subject.context.state, subject.list);
}

Status listed_apks_are_signed(ChecksumsCase& subject) {
  return check_apks_are_signed(subject.context.state, subject.list);
}

Status files_can_be_listed(ChecksumsCase& subject) {
  return list_files(subject.context.state, subject.list);
}

Status keys_for_the_checksums_are_in_the_policy(ChecksumsCase& subject) {
  const Policy& policy = subject.policy.policy;
  subject.fingerprints = keys_of_suites(policy, subject.list);
  if (subject.fingerprints.empty()) {
    return policy_error(named(subject), "is in no suite of the installed policy");
  }
  const std::string& terminal = subject.context.origin.terminal;
  const LogKeyPolicy* log_key = policy.log_key(terminal);
  if (log_key == nullptr) {
    return policy_error("policy", "names no log key for terminal " + terminal);
  }
  HALLMARK_TRY(subject.log_key, SshPublicKey::parse(log_key->key));
  return ok_status();
}

Status checksums_keys_are_not_over(ChecksumsCase& subject) {
  return openpgp_keys_are_not_over(subject.context, subject.policy.policy, subject.fingerprints);
}

Status checksums_keys_are_in_the_agent(ChecksumsCase& subject) {
  return openpgp_keys_are_in_the_agent(subject.context, subject.policy.policy,
                                       subject.fingerprints);
}

Status one_part_of_each_checksums_key_signs(ChecksumsCase& subject) {
  HALLMARK_TRY(subject.signers,
               parts_that_sign(subject.context, subject.policy.policy, subject.fingerprints));
  return ok_status();
}

Result<std::optional<SignedChecksums>> checksums_that_still_stand(const ChecksumsCase& subject) {
  HALLMARK_TRY(std::optional<SignedChecksums> last,
               subject.context.state.checksums(subject.list.release));
  if (last && (last->sums != subject.list.sums || last->keys != keys_of(subject))) last.reset();
  return last;
}

Result<SignedChecksums> sign_list(const ChecksumsCase& subject) {
  const SignerContext& context = subject.context;
  const NamedRelease& release = subject.list.release;
  SignedChecksums made{release.product, release.version, subject.list.sums, "", "",
                       keys_of(subject)};
  HALLMARK_TRY(made.openpgp,
               context.keys.sign_openpgp(OpenPgpForm::kDetached, made.sums, subject.signers,
                                         "Sign the checksums of " + named(subject)));
  HALLMARK_TRY(made.sshsig, sign_with_log_key(subject));
  const std::vector<KnownChecksums> files = files_of(subject, made);
  HALLMARK_TRY(const std::vector<Json> events, events_of(subject, files));
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.set_checksums(made));
  for (const KnownChecksums& file : files) {
    HALLMARK_CHECK(context.state.set_known_checksums(file));
  }
  HALLMARK_CHECK(commit_with_log(context, std::move(transaction), events));
  return made;
}

Response checksums_answer(const SignedChecksums& checksums) {
  return {
      Json{{"sums", checksums.sums}, {"openpgp", checksums.openpgp}, {"sshsig", checksums.sshsig}},
      {}};
}

}  // namespace hallmark
