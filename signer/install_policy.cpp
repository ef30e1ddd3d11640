#include "signer/install_policy.hpp"

#include <algorithm>
#include <set>

#include "core/digest.hpp"
#include "core/utf8.hpp"
#include "signer/commit.hpp"
#include "signer/kept_request.hpp"
#include "signer/package_rules.hpp"
#include "signer/rules.hpp"
#include "verify/log/log_key.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxKeys = 64;
constexpr std::size_t kMaxRecord = 8192;  // bytes; a line of the log holds it, however it escapes

bool says_demo(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text.find("demo") != std::string::npos;
}

Result<std::map<std::string, std::string>> read_certificates(const Json& body) {
  HALLMARK_TRY(const Json* list, request_array(body, "apk_certificates", kMaxKeys));
  std::map<std::string, std::string> out;
  for (const Json& entry : *list) {
    if (!entry.is_object()) return failed("request", "has a certificate that is no object");
    HALLMARK_TRY(const std::string name, request_text(entry, "name"));
    HALLMARK_TRY(const std::string base64, request_text(entry, "der_base64"));
    HALLMARK_TRY(const std::vector<uint8_t> der, untrusted(base64_decode(base64)));
    out[name] = as_text(der);
  }
  return out;
}

// As it was handed in, else as the signer has it from before; empty: neither.
Result<std::string> certificate_of(const PolicyCase& subject, const ApkKeyPolicy& key) {
  const auto found = subject.certificates.find(key.name);
  if (found != subject.certificates.end()) return found->second;
  HALLMARK_TRY(std::optional<std::string> known, subject.context.state.certificate(key.name));
  return std::move(known).value_or("");
}

Status check_certificate(PolicyCase& subject, const ApkKeyPolicy& key) {
  HALLMARK_TRY(std::string der, certificate_of(subject, key));
  if (der.empty()) {
    return verification_error("APK key " + key.name, "comes without its certificate");
  }
  HALLMARK_TRY(const Certificate certificate, untrusted(parse_certificate(as_bytes(der))));
  if (certificate.sha256 != key.certificate_sha256) {
    return verification_error("APK key " + key.name, "comes with another certificate, SHA-256 " +
                                                         certificate.sha256.hex());
  }
  subject.certificates[key.name] = std::move(der);
  return ok_status();
}

Status check_ssh_keys(const std::string& owner, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    const Result<SshPublicKey> key = SshPublicKey::parse(line);
    if (!key.ok()) return policy_error(owner, key.error().message());
  }
  return ok_status();
}

// What the signer's keyring has from the policy in force.
std::set<std::string> known_fingerprints(const PolicyCase& subject) {
  const std::vector<std::string> known = openpgp_fingerprints(subject.in_force.policy);
  return {known.begin(), known.end()};
}

}  // namespace

std::vector<std::string> openpgp_fingerprints(const Policy& policy) {
  std::set<std::string> out;
  for (const SuitePolicy& suite : policy.suites) out.insert(suite.keys.begin(), suite.keys.end());
  return {out.begin(), out.end()};
}

Status check_demo_mark(const Policy& policy, bool demo_terminal) {
  const bool marked = says_demo(policy.origin) && says_demo(policy.label);
  if (demo_terminal == policy.demo && (!demo_terminal || marked)) return ok_status();
  return policy_error("policy", "of a demo terminal must say so, and no other terminal's may",
                      "\"demo\": true, and 'demo' in origin and label");
}

Status policy_can_be_read(PolicyCase& subject) {
  HALLMARK_TRY(subject.text, request_text(subject.untrusted_request.body, "policy"));
  HALLMARK_TRY(subject.policy, untrusted(parse_policy(subject.text, "policy.json")));
  return ok_status();
}

Status no_other_policy_is_installed(PolicyCase& subject) {
  HALLMARK_TRY(const std::optional<InstalledPolicy> installed, subject.context.state.policy());
  if (!installed) return ok_status();
  subject.installed_already = installed->sha256 == sha256(subject.text);
  if (subject.installed_already) return ok_status();
  return policy_error("policy", "is installed already, with SHA-256 " + installed->sha256.hex(),
                      "change it: hallmark policy propose FILE");
}

Status ceremony_record_is_a_text(PolicyCase& subject) {
  if (!subject.untrusted_request.body.contains("ceremony")) return ok_status();
  HALLMARK_TRY(subject.ceremony, request_text(subject.untrusted_request.body, "ceremony"));
  if (!subject.ceremony.empty() && subject.ceremony.size() <= kMaxRecord &&
      is_utf8(subject.ceremony)) {
    return ok_status();
  }
  return policy_error("ceremony record", "is no UTF-8 text of 1 to 8192 bytes");
}

Status policy_suits_this_terminal(PolicyCase& subject) {
  return check_demo_mark(subject.policy, subject.context.origin.demo);
}

Status approvers_have_usable_keys(PolicyCase& subject) {
  for (const Approver& approver : subject.policy.approvers) {
    HALLMARK_CHECK(check_ssh_keys("approver " + approver.name, approver.keys));
  }
  return ok_status();
}

Status rebuilders_have_usable_keys(PolicyCase& subject) {
  for (const Rebuilder& rebuilder : subject.policy.rebuilders) {
    HALLMARK_CHECK(check_ssh_keys("rebuilder " + rebuilder.name, rebuilder.keys));
  }
  return ok_status();
}

Status certificates_are_those_of_the_policy(PolicyCase& subject) {
  HALLMARK_TRY(subject.certificates, read_certificates(subject.untrusted_request.body));
  for (const ApkKeyPolicy& key : subject.policy.apk_keys) {
    HALLMARK_CHECK(check_certificate(subject, key));
  }
  for (const auto& [name, der] : subject.certificates) {
    if (subject.policy.apk_key(name) == nullptr) {
      return verification_error("certificate " + name, "is of no key in the policy");
    }
  }
  return ok_status();
}

Status openpgp_keys_are_those_of_the_policy(PolicyCase& subject) {
  // They were imported when the policy was installed; no later caller gets to have keys imported.
  if (subject.installed_already) return ok_status();
  HALLMARK_TRY(const Json* list,
               request_array(subject.untrusted_request.body, "openpgp_keys", kMaxKeys));
  std::set<std::string> handed_in;
  for (const Json& armored : *list) {
    if (!armored.is_string()) return failed("request", "has an OpenPGP key that is no text");
    HALLMARK_TRY(const std::vector<std::string> fingerprints,
                 subject.context.keyring.import_keys(armored.get<std::string>()));
    handed_in.insert(fingerprints.begin(), fingerprints.end());
  }
  const std::vector<std::string> list_of_named = openpgp_fingerprints(subject.policy);
  const std::set<std::string> named(list_of_named.begin(), list_of_named.end());
  std::set<std::string> known = known_fingerprints(subject);
  const bool only_named =
      std::includes(named.begin(), named.end(), handed_in.begin(), handed_in.end());
  known.insert(handed_in.begin(), handed_in.end());
  if (only_named && std::includes(known.begin(), known.end(), named.begin(), named.end())) {
    return ok_status();
  }
  return verification_error("OpenPGP keys", "are not exactly those that the policy's suites name");
}

Status log_key_is_the_agents(PolicyCase& subject) {
  if (subject.installed_already) return ok_status();
  const std::string& terminal = subject.context.origin.terminal;
  const Result<NoteKey> usable = log_key_of(subject.policy, terminal);
  if (!usable.ok()) return usable.error();
  HALLMARK_TRY(const SshPublicKey named,
               SshPublicKey::parse(subject.policy.log_key(terminal)->key));
  HALLMARK_TRY(const std::vector<SshPublicKey> offered, subject.context.log_keys.log_keys());
  if (offered == std::vector{named}) return ok_status();
  return verification_error("log key of " + terminal, "is not the only key that its agent offers");
}

Status put_policy_in_force(const PolicyCase& subject) {
  const SignerContext& context = subject.context;
  std::optional<Sha256Digest> statement;
  if (!subject.approval.statement.empty()) statement = subject.approval.statement_sha256;
  HALLMARK_CHECK(context.state.install_policy(subject.text, statement, context.clock()));
  HALLMARK_CHECK(context.state.keep_text(subject.text));
  HALLMARK_CHECK(context.state.keep_contents_of(subject.policy));
  HALLMARK_CHECK(retire_by_policy(context.state, subject.policy));
  for (const auto& [name, der] : subject.certificates) {
    HALLMARK_CHECK(context.state.put_certificate(name, der));
  }
  return ok_status();
}

Status record_policy(const PolicyCase& subject, const std::vector<Json>& events) {
  const SignerContext& context = subject.context;
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(put_policy_in_force(subject));
  if (subject.approval.statement.empty()) {
    return commit_with_log(context, std::move(transaction), events);
  }
  return commit_request(context, std::move(transaction), subject.untrusted_request.body,
                        subject.in_force.sha256, events);
}

Status write_public_keys(const PolicyCase& subject) {
  HALLMARK_TRY(const UniqueFd folder, open_dir(subject.context.layout.public_keys()));
  HALLMARK_TRY(const std::string keys,
               subject.context.keyring.export_keys(openpgp_fingerprints(subject.policy)));
  HALLMARK_CHECK(write_file_atomic(folder.get(), "archive-keyring.asc", keys, 0644));
  for (const auto& [name, der] : subject.certificates) {
    HALLMARK_CHECK(write_file_atomic(folder.get(), "apk-" + name + ".der", der, 0644));
  }
  return ok_status();
}

Json policy_event(const std::string& text) {
  return Json{{"kind", "policy"},
              {"name", "policy.json"},
              {"size", text.size()},
              {"sha256", sha256(text).hex()}};
}

Result<Response> install_policy_and_keys(const PolicyCase& subject) {
  std::vector<Json> events = {policy_event(subject.text)};
  if (!subject.ceremony.empty()) {
    events.push_back({{"kind", "ceremony"},
                      {"name", "ceremony record"},
                      {"size", subject.ceremony.size()},
                      {"sha256", sha256(subject.ceremony).hex()},
                      {"text", subject.ceremony}});
  }
  if (!subject.installed_already) HALLMARK_CHECK(record_policy(subject, events));
  HALLMARK_CHECK(write_public_keys(subject));
  return Response{Json{{"policy", sha256(subject.text).hex()}}, {}};
}

}  // namespace hallmark
