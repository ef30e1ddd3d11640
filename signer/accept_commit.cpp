// accept-build: writing it down, and the answer.
#include "signer/accept_build.hpp"
#include "signer/commit.hpp"

namespace hallmark {
namespace {

AcceptedBuild accepted_build(const BuildCase& subject) {
  AcceptedBuild build{subject.lock_sha256,
                      subject.record.target,
                      subject.lock.product,
                      subject.lock.version,
                      subject.record_sha256,
                      subject.approval.statement_sha256,
                      {}};
  for (const CandidateArtefact& artefact : subject.artefacts) {
    build.artefacts.push_back({artefact.built.name, artefact.kind(), artefact.built.sha256,
                               static_cast<int64_t>(artefact.built.size)});
  }
  return build;
}

Json acceptance_event(const BuildCase& subject, const CandidateArtefact& artefact) {
  const Target& target = subject.record.target;
  Json event{{"kind", "acceptance"},
             {"name", artefact.built.name},
             {"size", artefact.built.size},
             {"sha256", artefact.built.sha256.hex()},
             {"product", subject.lock.product},
             {"version", subject.lock.version},
             {"suite", target.suite},
             {"component", target.component},
             {"lock", subject.lock_sha256.hex()},
             {"record", subject.record_sha256.hex()},
             {"evidence", evidence_name(subject.record.evidence)},
             {"statement", subject.approval.statement_sha256.hex()},
             {"approvers", subject.approval.approvers}};
  if (artefact.manifest) {
    event["application"] = artefact.lane.application;
    event["version_code"] = artefact.manifest->version_code;
    event["flavour"] = artefact.lane.flavour;
    event["abis"] = artefact.lane.abis;
  }
  return event;
}

// A package for "all" architectures is in the index of each.
Status add_to_indices(const BuildCase& subject, const DebPackage& deb) {
  const Target& target = subject.record.target;
  const std::string text = index_stanza(deb, pool_path(deb, target.component));
  std::vector<std::string> architectures = {deb.architecture};
  if (deb.architecture == "all") {
    architectures = subject.policy.policy.suite(target.suite)->architectures;
  }
  for (const std::string& architecture : architectures) {
    HALLMARK_CHECK(subject.context.state.add_stanza(
        {target.suite, target.component, architecture},
        {deb.package, deb.version, deb.architecture, deb.sha256, text}));
  }
  return ok_status();
}

Status add_contents(const BuildCase& subject, const CandidateArtefact& artefact) {
  if (artefact.deb) return add_to_indices(subject, *artefact.deb);
  HALLMARK_TRY(const std::optional<AcceptedApplication> known,
               subject.context.state.application(artefact.built.sha256));
  if (known) return ok_status();
  return subject.context.state.add_application(
      {artefact.lane, static_cast<int64_t>(artefact.manifest->version_code),
       subject.product.recipe.key, artefact.built.sha256});
}

}  // namespace

Status commit_acceptance(const BuildCase& subject) {
  const SignerContext& context = subject.context;
  const AcceptedBuild build = accepted_build(subject);
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.add_build(build, context.now()));
  for (const CandidateArtefact& artefact : subject.artefacts) {
    HALLMARK_CHECK(add_contents(subject, artefact));
  }
  std::vector<Json> events;
  for (const CandidateArtefact& artefact : subject.artefacts) {
    events.push_back(acceptance_event(subject, artefact));
  }
  return commit_with_log(context, std::move(transaction), events);
}

Result<Response> acceptance_answer(const BuildCase& subject) {
  Json accepted = Json::array();
  for (const BuiltArtefact& artefact : subject.record.artefacts) {
    Json entry = {{"name", artefact.name}, {"sha256", artefact.sha256.hex()}};
    HALLMARK_TRY(const std::string stanza, subject.context.state.stanza_text(
                                               subject.record.target.suite,
                                               subject.record.target.component, artefact.sha256));
    if (!stanza.empty()) entry["stanza"] = stanza;
    accepted.push_back(std::move(entry));
  }
  return Response{Json{{"accepted", std::move(accepted)}}, {}};
}

}  // namespace hallmark
