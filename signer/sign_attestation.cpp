#include "signer/sign_attestation.hpp"

#include <set>
#include <sstream>
#include <tuple>

#include "signer/commit.hpp"
#include "signer/install_policy.hpp"
#include "signer/rules.hpp"
#include "signer/sign_checksums.hpp"
#include "verify/attestation.hpp"
#include "verify/provenance.hpp"

namespace hallmark {
namespace {

// A promotion adds the build again, for another suite.
using BuildName = std::tuple<std::string, std::string, std::string, std::string>;
BuildName name_of(const AcceptedBuild& build) {
  const Target& target = build.target;
  return {build.record.hex(), target.component, target.architecture, target.environment};
}

bool was_built_here(const AcceptedBuild& build) { return build.alone != Evidence::kPrebuilt; }

bool somebody_built_it(const AcceptedBuild& build) {
  return was_built_here(build) || build.evidence == Evidence::kRebuilt;
}

// Sources are what it was built from, and a bundle is for a store.
bool is_attested(const AcceptedArtefact& artefact) {
  return artefact.kind == "deb" || artefact.kind == "apk";
}

Result<Provenance> provenance_of(const State& state, const AcceptedBuild& build) {
  Provenance out;
  out.product = build.product;
  out.version = build.version;
  out.lock = build.lock;
  out.record = build.record;
  out.evidence = build.evidence;
  out.built_by_us = was_built_here(build);
  HALLMARK_TRY(out.target, state.built_for(build));
  for (const AcceptedArtefact& artefact : build.artefacts) {
    if (!is_attested(artefact)) continue;
    HALLMARK_TRY(ListedChecksum file, listed_file(state, build, artefact));
    out.files.push_back(std::move(file));
    if (artefact.kind == "apk") out.unsigned_files.push_back({artefact.name, artefact.sha256});
  }
  return out;
}

Result<std::string> sign_statement(const ProvenanceCase& subject, const std::string& statement) {
  HALLMARK_TRY(const std::string blob,
               subject.context.log_keys.sign_log(subject.log_key, pre_authentication(statement)));
  // The agent is another program: what it made is checked before it is used.
  Result<std::string> envelope = provenance_envelope(statement, subject.log_key, blob);
  if (envelope.ok()) return envelope;
  return failed("log key agent", "made a signature that is not the log key's");
}

Json provenance_event(const ProvenanceCase& subject, const SignedProvenance& made) {
  return Json{
      {"kind", "provenance"},
      {"name", provenance_path(made.product, made.version, subject.context.origin.terminal)},
      {"product", made.product},
      {"version", made.version},
      {"size", made.file.size()},
      {"sha256", sha256(made.file).hex()},
      {"keys", {made.key}}};
}

}  // namespace

Status policy_for_the_provenance(ProvenanceCase& subject) {
  HALLMARK_TRY(subject.policy, subject.context.state.policy_in_force());
  return ok_status();
}

Status demo_terminal_marks_its_provenance(ProvenanceCase& subject) {
  return check_demo_mark(subject.policy.policy, subject.context.origin.demo);
}

Status provenance_request_can_be_read(ProvenanceCase& subject) {
  HALLMARK_TRY(subject.list.release, read_release_name(subject.untrusted_request.body));
  return ok_status();
}

Status attested_release_was_accepted(ProvenanceCase& subject) {
  return find_what_was_accepted(subject.context.state, subject.list);
}

Status attested_release_is_not_withdrawn(ProvenanceCase& subject) {
  return leave_out_what_was_withdrawn(subject.context.state, subject.list);
}

Status attested_apks_are_signed(ProvenanceCase& subject) {
  return check_apks_are_signed(subject.context.state, subject.list);
}

Status release_was_built(ProvenanceCase& subject) {
  const NamedRelease& release = subject.list.release;
  std::set<BuildName> seen;
  for (const AcceptedBuild& build : subject.list.builds) {
    if (!somebody_built_it(build) || !seen.insert(name_of(build)).second) continue;
    HALLMARK_TRY(const Provenance provenance, provenance_of(subject.context.state, build));
    if (provenance.files.empty()) continue;
    subject.statements += provenance_statement(provenance) + "\n";
  }
  // Base64 and what is around it are less than half as much again.
  if (subject.statements.size() > kMaxProvenance / 2) {
    return policy_error(release.product + " " + release.version,
                        "has more files than one attestation may name");
  }
  if (!subject.statements.empty()) return ok_status();
  return policy_error(release.product + " " + release.version,
                      "was built elsewhere: nobody vouches for how");
}

Status log_key_for_the_provenance(ProvenanceCase& subject) {
  const std::string& terminal = subject.context.origin.terminal;
  const LogKeyPolicy* log_key = subject.policy.policy.log_key(terminal);
  if (log_key == nullptr) {
    return policy_error("policy", "names no log key for terminal " + terminal);
  }
  HALLMARK_TRY(subject.log_key, SshPublicKey::parse(log_key->key));
  return ok_status();
}

Result<std::optional<SignedProvenance>> provenance_that_still_stands(
    const ProvenanceCase& subject) {
  HALLMARK_TRY(std::optional<SignedProvenance> last,
               subject.context.state.provenance(subject.list.release));
  if (last &&
      (last->statements != subject.statements || last->key != subject.log_key.fingerprint())) {
    last.reset();
  }
  return last;
}

Result<SignedProvenance> sign_provenance(const ProvenanceCase& subject) {
  const SignerContext& context = subject.context;
  const NamedRelease& release = subject.list.release;
  SignedProvenance made{release.product, release.version, subject.statements, "",
                        subject.log_key.fingerprint()};
  std::istringstream statements(subject.statements);
  for (std::string statement; std::getline(statements, statement);) {
    HALLMARK_TRY(const std::string line, sign_statement(subject, statement));
    made.file += line;
  }
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.set_provenance(made));
  HALLMARK_CHECK(
      commit_with_log(context, std::move(transaction), {provenance_event(subject, made)}));
  return made;
}

Response provenance_answer(const SignedProvenance& provenance) {
  return {Json{{"attestation", provenance.file}}, {}};
}

}  // namespace hallmark
