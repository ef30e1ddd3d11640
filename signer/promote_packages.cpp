// promote: what comes into the suite, and writing it down.
#include <set>

#include "signer/kept_request.hpp"
#include "signer/keyring_package.hpp"
#include "signer/package_rules.hpp"
#include "signer/promote_request.hpp"
#include "signer/rebuilders.hpp"

namespace hallmark {
namespace {

Json promotion_event(const PromoteCase& subject, const AcceptedBuild& build,
                     const AcceptedArtefact& artefact) {
  return Json{{"kind", "promotion"},
              {"name", artefact.name},
              {"size", artefact.size},
              {"sha256", artefact.sha256.hex()},
              {"product", build.product},
              {"version", build.version},
              {"from", subject.release.suite},
              {"suite", build.target.suite},
              {"component", build.target.component},
              {"lock", build.lock.hex()},
              {"evidence", evidence_name(build.evidence)},
              {"statement", subject.approval.statement_sha256.hex()},
              {"approvers", subject.approval.approvers}};
}

// Applies `check` to each package.
template <typename Check>
Status each_package(const PromoteCase& subject, const Check& check) {
  for (const PromotedPackage& package : subject.packages) HALLMARK_CHECK(check(package));
  return ok_status();
}

// Another terminal promoted, at that time, what was promoted here too.
Status note_first_time(const PromoteCase& subject, const AcceptedBuild& build) {
  if (subject.context.adoption == nullptr) return ok_status();
  for (const AcceptedArtefact& artefact : build.artefacts) {
    HALLMARK_CHECK(subject.context.state.accepted_elsewhere(
        {build.lock.hex(), build.target.suite, build.target.component}, artefact.sha256,
        subject.context.now()));
  }
  return ok_status();
}

Status add_package(const PromoteCase& subject, const PromotedPackage& package) {
  const State& state = subject.context.state;
  HALLMARK_CHECK(state.use_lowered_version(subject.to, package.stanza, package.lock));
  if (package.called_back) {
    return add_called_back(state, subject.policy.policy, package.target, package.stanza);
  }
  return add_to_indices(state, subject.policy.policy, package.target, package.stanza);
}

Status add_source(const PromoteCase& subject, const PromotedSource& source) {
  const State& state = subject.context.state;
  const std::string& component = source.target.component;
  return source.called_back ? state.add_former_source(subject.to, component, source.stanza)
                            : state.add_source(subject.to, component, source.stanza);
}

}  // namespace

// Both may have come since the release was accepted: others who agree, and others who do not.
Status no_rebuilder_dissents_from_it(PromoteCase& subject) {
  const State& state = subject.context.state;
  const Policy& policy = subject.policy.policy;
  for (AcceptedBuild& build : subject.promoted) {
    HALLMARK_TRY(const Target target, state.built_for(build));
    const std::vector<BuiltArtefact> built = built_artefacts(build);
    const BuildOutcome outcome{build.lock, target, built};
    HALLMARK_TRY(const RebuildersWord word, rebuilders_word(state, policy, outcome));
    const bool adopting = subject.context.adoption != nullptr;
    build.evidence = raised_evidence(policy, word, build.alone, adopting);
    if (adopting) continue;
    HALLMARK_CHECK(nobody_dissents(word, outcome, build.product + " " + build.version));
  }
  return ok_status();
}

Status promoted_evidence_reaches_the_policy(PromoteCase& subject) {
  for (const AcceptedBuild& build : subject.promoted) {
    HALLMARK_CHECK(evidence_reaches(
        subject.context.state, subject.policy.policy, subject.product, build.target,
        {build.product + " " + build.version, build.evidence}, subject.context.now()));
  }
  return ok_status();
}

Status promoted_packages_are_the_products_own(PromoteCase& subject) {
  return each_package(subject, [&](const PromotedPackage& package) {
    return package_is_the_products_own(subject.context.state, subject.product, package.stanza);
  });
}

// It was made of the policy that was in force then, and a key of that may be in other hands by now.
Status no_keyring_package_is_promoted(PromoteCase& subject) {
  if (subject.context.adoption != nullptr) return ok_status();
  return each_package(subject, [&](const PromotedPackage& package) -> Status {
    if (!is_keyring_package(subject.policy.policy, package.stanza.package)) return ok_status();
    return policy_error(package.name,
                        "holds the keys of an earlier policy, as far as anybody knows",
                        "make it from the policy in force, and import it into the suite: hallmark "
                        "repo keyring");
  });
}

Status promoted_bytes_were_not_withdrawn(PromoteCase& subject) {
  return each_package(subject, [&](const PromotedPackage& package) {
    return bytes_were_not_withdrawn(subject.context.state, package.name, package.stanza.sha256);
  });
}

Status promoted_versions_are_not_lowered(PromoteCase& subject) {
  return each_package(subject, [&](const PromotedPackage& package) {
    return version_is_not_lowered(
        subject.context.state,
        {subject.to, package.lock, subject.context.now(), subject.context.adoption != nullptr},
        package.stanza);
  });
}

Status promoted_packages_keep_their_bytes(PromoteCase& subject) {
  return each_package(subject, [&](const PromotedPackage& package) {
    return package_keeps_its_bytes(subject.context.state, package.stanza);
  });
}

Status commit_promotion(const PromoteCase& subject) {
  const SignerContext& context = subject.context;
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  std::vector<Json> events;
  for (AcceptedBuild build : subject.promoted) {
    HALLMARK_TRY(const std::optional<AcceptedBuild> there,
                 context.state.build(build.lock, build.target));
    if (there) {  // promoted before the suite it comes from had the others
      HALLMARK_CHECK(note_first_time(subject, build));
      continue;
    }
    build.statement = subject.approval.statement_sha256;
    HALLMARK_CHECK(context.state.add_build(build, context.now()));
    for (const AcceptedArtefact& artefact : build.artefacts) {
      events.push_back(promotion_event(subject, build, artefact));
    }
  }
  HALLMARK_CHECK(each_package(
      subject, [&](const PromotedPackage& package) { return add_package(subject, package); }));
  for (const PromotedSource& source : subject.sources) {
    HALLMARK_CHECK(add_source(subject, source));
  }
  std::set<std::string> packages;
  for (const PromotedPackage& package : subject.packages) packages.insert(package.stanza.package);
  HALLMARK_CHECK(retire_old_versions(context.state, subject.to, packages));
  return commit_request(context, std::move(transaction), subject.untrusted_request.body,
                        subject.policy.sha256, std::move(events));
}

Result<Response> promotion_answer(const PromoteCase& subject) {
  Json promoted = Json::array();
  for (const AcceptedBuild& build : subject.promoted) {
    for (const AcceptedArtefact& artefact : build.artefacts) {
      promoted.push_back({{"name", artefact.name},
                          {"sha256", artefact.sha256.hex()},
                          {"component", build.target.component}});
    }
  }
  return Response{Json{{"promoted", std::move(promoted)}}, {}};
}

}  // namespace hallmark
