// accept-build: writing it down, and the answer.
#include <set>

#include "signer/accept_build.hpp"
#include "signer/fdroid_apks.hpp"
#include "signer/kept_request.hpp"
#include "signer/package_rules.hpp"

namespace hallmark {
namespace {

// Where hosts serve it; of an app the signed form, of a bundle nothing. A .deb that was called back
// was served where only its control file says.
std::string path_of(const BuildCase& subject, const CandidateArtefact& artefact) {
  if (artefact.deb && artefact.called_back != nullptr) return "";
  if (artefact.deb) return pool_path(*artefact.deb, subject.record.target.component);
  if (artefact.kind() != "apk") return "";
  return "apk/" + served_apk_name(subject.product, subject.lock.version, artefact.built.name);
}

AcceptedBuild accepted_build(const BuildCase& subject) {
  AcceptedBuild build{subject.lock_sha256,     subject.record.target,
                      subject.lock.product,    subject.lock.version,
                      subject.record_sha256,   subject.evidence,
                      subject.record.evidence, subject.approval.statement_sha256,
                      subject.product.rollout, {}};
  for (const CandidateArtefact& artefact : subject.artefacts) {
    build.artefacts.push_back({artefact.built.name, artefact.kind(), artefact.built.sha256,
                               static_cast<int64_t>(artefact.built.size),
                               artefact.kind() == "apk" ? path_of(subject, artefact) : ""});
  }
  build.unread = is_called_back(subject);
  for (const LockedFile& file : source_files(subject)) {
    const bool dsc = build.artefacts.size() == subject.artefacts.size();
    build.artefacts.push_back(
        {file.name, dsc ? "dsc" : "source", file.sha256, static_cast<int64_t>(file.size), ""});
  }
  return build;
}

Json event_of_file(const BuildCase& subject, const BuiltArtefact& file) {
  const Target& target = subject.record.target;
  Json event{{"kind", "acceptance"},
             {"name", file.name},
             {"size", file.size},
             {"sha256", file.sha256.hex()},
             {"product", subject.lock.product},
             {"version", subject.lock.version},
             {"suite", target.suite},
             {"component", target.component},
             {"lock", subject.lock_sha256.hex()},
             {"record", subject.record_sha256.hex()},
             {"evidence", evidence_name(subject.evidence)},
             {"statement", subject.approval.statement_sha256.hex()},
             {"approvers", subject.approval.approvers}};
  if (!subject.word.agreeing.empty()) event["rebuilt_by"] = subject.word.agreeing;
  return event;
}

void add_names(const DebPackage& deb, Json& event) {
  event["package"] = deb.package;
  event["package_version"] = deb.version;
  event["architecture"] = deb.architecture;
}

Json acceptance_event(const BuildCase& subject, const CandidateArtefact& artefact) {
  Json event = event_of_file(subject, artefact.built);
  const std::string path = path_of(subject, artefact);
  if (!path.empty()) event["path"] = path;
  if (artefact.called_back != nullptr) event["unread"] = true;
  if (artefact.deb) add_names(*artefact.deb, event);
  if (artefact.manifest) {
    event["application"] = artefact.lane.application;
    event["version_code"] = artefact.manifest->version_code;
    event["flavour"] = artefact.lane.flavour;
    event["abis"] = artefact.lane.abis;
  }
  return event;
}

Status add_package(const BuildCase& subject, const CandidateArtefact& artefact) {
  const DebPackage& deb = *artefact.deb;
  const State& state = subject.context.state;
  const Target& target = subject.record.target;
  DerivedStanza stanza{deb.package, deb.version, deb.architecture, deb.sha256, ""};
  HALLMARK_CHECK(state.use_lowered_version(target.suite, stanza, subject.lock_sha256));
  if (artefact.called_back != nullptr) {
    return add_called_back(state, subject.policy.policy, target, stanza);
  }
  stanza.text = index_stanza(deb, pool_path(deb, target.component));
  HALLMARK_CHECK(state.add_deb_paths(deb.sha256, artefact.paths));
  return add_to_indices(state, subject.policy.policy, target, stanza);
}

Status add_contents(const BuildCase& subject, const CandidateArtefact& artefact) {
  if (artefact.deb) return add_package(subject, artefact);
  HALLMARK_TRY(const std::optional<AcceptedApplication> known,
               subject.context.state.application(artefact.built.sha256));
  if (known) return ok_status();
  return subject.context.state.add_application(
      {artefact.lane, static_cast<int64_t>(artefact.manifest->version_code),
       subject.product.recipe.key, artefact.built.sha256},
      subject.context.now());
}

Status add_source(const BuildCase& subject) {
  const State& state = subject.context.state;
  const Target& target = subject.record.target;
  const DerivedStanza& source = subject.source->stanza;
  return is_called_back(subject) ? state.add_former_source(target.suite, target.component, source)
                                 : state.add_source(target.suite, target.component, source);
}

// A sibling may have accepted what was called back here before its log was read: it is known then,
// and in no index.
Status keep_out_what_was_called_back(const BuildCase& subject) {
  const State& state = subject.context.state;
  if (subject.context.adoption == nullptr) return ok_status();
  bool some = false;
  for (const CandidateArtefact& artefact : subject.artefacts) {
    HALLMARK_TRY(const bool withdrawn, state.bytes_are_withdrawn(artefact.built.sha256));
    if (!withdrawn) continue;
    HALLMARK_CHECK(state.withdraw_stanzas(artefact.built.sha256, subject.record.target.suite));
    some = true;
  }
  return some ? state.withdraw_sources(subject.record.target.suite) : ok_status();
}

Status retire_what_is_outdated(const BuildCase& subject) {
  std::set<std::string> packages;
  for (const CandidateArtefact& artefact : subject.artefacts) {
    if (artefact.deb) packages.insert(artefact.deb->package);
  }
  return retire_old_versions(subject.context.state, subject.record.target.suite, packages);
}

}  // namespace

Status commit_acceptance(const BuildCase& subject) {
  const SignerContext& context = subject.context;
  const AcceptedBuild build = accepted_build(subject);
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.add_build(build, context.now()));
  for (const CandidateArtefact& artefact : subject.artefacts) {
    HALLMARK_CHECK(add_contents(subject, artefact));
    HALLMARK_CHECK(keep_facts_of_adopted(subject, artefact));
  }
  if (subject.source) HALLMARK_CHECK(add_source(subject));
  HALLMARK_CHECK(keep_out_what_was_called_back(subject));
  HALLMARK_CHECK(retire_what_is_outdated(subject));
  std::vector<Json> events;
  for (const CandidateArtefact& artefact : subject.artefacts) {
    events.push_back(acceptance_event(subject, artefact));
  }
  for (const LockedFile& file : source_files(subject)) {
    Json event = event_of_file(subject, {file.name, file.size, file.sha256});
    event["path"] = subject.source->folder + "/" + file.name;
    events.push_back(std::move(event));
  }
  Json body = subject.untrusted_request.body;
  body["record"] = subject.record_sha256.hex();
  body["record_text"] = subject.record_text;
  return commit_request(context, std::move(transaction), body, subject.policy.sha256,
                        std::move(events));
}

Result<Response> acceptance_answer(const BuildCase& subject) {
  Json accepted = Json::array();
  for (const BuiltArtefact& artefact : subject.record.artefacts) {
    Json entry = {{"name", artefact.name}, {"sha256", artefact.sha256.hex()}};
    HALLMARK_TRY(const std::optional<DerivedStanza> stanza,
                 subject.context.state.stanza(subject.record.target.suite,
                                              subject.record.target.component, artefact.sha256));
    if (stanza) entry["stanza"] = stanza->text;
    accepted.push_back(std::move(entry));
  }
  for (const LockedFile& file : source_files(subject)) {
    Json entry = {{"name", file.name}, {"sha256", file.sha256.hex()}};
    HALLMARK_TRY(const std::optional<DerivedStanza> source,
                 subject.context.state.source(subject.record.target.suite,
                                              subject.record.target.component, file.sha256));
    if (source) entry["stanza"] = source->text;
    accepted.push_back(std::move(entry));
  }
  return Response{Json{{"accepted", std::move(accepted)}}, {}};
}

}  // namespace hallmark
