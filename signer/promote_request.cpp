// promote: what is asked for, whether the suite takes it, and who allows it.
#include "signer/promote_request.hpp"

#include <algorithm>

#include "core/digest.hpp"
#include "signer/package_rules.hpp"

namespace hallmark {
namespace {

std::string release_name(const PromoteCase& subject) {
  return subject.release.product + " " + subject.release.version;
}

bool same_artefacts(const AcceptedBuild& a, const AcceptedBuild& b) {
  return std::equal(a.artefacts.begin(), a.artefacts.end(), b.artefacts.begin(), b.artefacts.end(),
                    [](const auto& one, const auto& other) {
                      return one.name == other.name && one.sha256 == other.sha256;
                    });
}

// Of a release that a sibling promoted it may not have had every build that this terminal has. The
// statement says which; that nothing is missing is seen when it is compared.
bool statement_names(const std::string& statement, const AcceptedBuild& build) {
  return std::all_of(build.artefacts.begin(), build.artefacts.end(), [&](const auto& artefact) {
    return statement.find("sha256:" + artefact.sha256.hex() + " " + artefact.name + "\n") !=
           std::string::npos;
  });
}

std::vector<Target> targets_of(const std::vector<AcceptedBuild>& builds) {
  std::vector<Target> out;
  for (const AcceptedBuild& build : builds) out.push_back(build.target);
  return out;
}

// Sorted, each once.
std::vector<PromotedFile> files_of(const std::vector<AcceptedBuild>& builds) {
  std::vector<PromotedFile> files;
  for (const AcceptedBuild& build : builds) {
    for (const AcceptedArtefact& artefact : build.artefacts) {
      files.push_back({artefact.name, artefact.sha256});
    }
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

Error no_longer_there(const PromoteCase& subject, const std::string& name) {
  return policy_error(
      name,
      "is not in suite " + subject.release.suite + " any more, so it cannot be promoted from there",
      "release a higher version");
}

// In an adoption, what is known of a file whose release a log called back before its bytes came
// here; the promoted one was called back with it.
Result<std::optional<DerivedStanza>> known_of_unread(const PromoteCase& subject,
                                                     const AcceptedBuild& build,
                                                     const AcceptedArtefact& artefact) {
  if (subject.context.adoption == nullptr || !build.unread) return std::optional<DerivedStanza>();
  const State& state = subject.context.state;
  HALLMARK_TRY(const std::vector<FormerPackage> all,
               artefact.kind == "dsc"
                   ? state.former_sources(artefact.sha256, subject.release.suite)
                   : state.former_packages(artefact.sha256, subject.release.suite));
  for (const FormerPackage& each : all) {
    if (each.component != build.target.component) continue;
    return std::optional<DerivedStanza>(
        {each.package, each.version, each.architecture, artefact.sha256, ""});
  }
  return std::optional<DerivedStanza>();
}

// What the suite has, or what newer versions took the place of: that a sibling may have promoted
// before.
Result<std::optional<DerivedStanza>> known_to_suite(const PromoteCase& subject,
                                                    const AcceptedBuild& build,
                                                    const AcceptedArtefact& artefact) {
  const State& state = subject.context.state;
  const std::string& suite = subject.release.suite;
  const std::string& component = build.target.component;
  HALLMARK_TRY(std::optional<DerivedStanza> stanza,
               artefact.kind == "dsc" ? state.source(suite, component, artefact.sha256)
                                      : state.stanza(suite, component, artefact.sha256));
  if (stanza || subject.context.adoption == nullptr) return stanza;
  return state.retired_stanza(suite, component, artefact.sha256);
}

// Its other files go where the .dsc goes.
Status take_source(PromoteCase& subject, const AcceptedBuild& build,
                   const AcceptedArtefact& artefact) {
  if (artefact.kind != "dsc") return ok_status();
  HALLMARK_TRY(std::optional<DerivedStanza> stanza, known_to_suite(subject, build, artefact));
  const bool called_back = !stanza;
  if (called_back) {
    HALLMARK_TRY(stanza, known_of_unread(subject, build, artefact));
  }
  if (!stanza) return no_longer_there(subject, artefact.name);
  subject.sources.push_back({build.target, std::move(*stanza), called_back});
  return ok_status();
}

Status take_package(PromoteCase& subject, const AcceptedBuild& build,
                    const AcceptedArtefact& artefact) {
  if (artefact.kind != "deb") {
    return policy_error(artefact.name, "is no .deb, and only packages are in suites");
  }
  HALLMARK_TRY(std::optional<DerivedStanza> stanza, known_to_suite(subject, build, artefact));
  const bool called_back = !stanza;
  if (called_back) {
    HALLMARK_TRY(stanza, known_of_unread(subject, build, artefact));
  }
  if (!stanza) return no_longer_there(subject, artefact.name);
  subject.packages.push_back(
      {artefact.name, build.lock, build.target, std::move(*stanza), called_back});
  return ok_status();
}

}  // namespace

Status policy_for_the_promotion(PromoteCase& subject) {
  HALLMARK_TRY(subject.policy, subject.context.policy_to_judge_by());
  return ok_status();
}

Status product_file_can_be_read(PromoteCase& subject) {
  const Json& body = subject.untrusted_request.body;
  HALLMARK_TRY(const std::string product, request_text(body, "product"));
  HALLMARK_TRY(subject.product, untrusted(parse_product(product, "product file")));
  subject.product_sha256 = sha256(product);
  subject.release.product = subject.product.name;
  HALLMARK_TRY(subject.release.version, request_text(body, "version"));
  HALLMARK_TRY(subject.release.suite, request_text(body, "from"));
  HALLMARK_TRY(subject.to, request_text(body, "to"));
  return ok_status();
}

Status release_to_promote_was_accepted(PromoteCase& subject) {
  if (subject.release.suite != kEverySuite) {
    HALLMARK_TRY(subject.builds, subject.context.state.builds_of(subject.release));
  }
  if (subject.context.adoption != nullptr) {
    HALLMARK_TRY(const std::string statement,
                 request_text(subject.untrusted_request.body, "statement"));
    std::erase_if(subject.builds,
                  [&](const AcceptedBuild& build) { return !statement_names(statement, build); });
  }
  if (subject.builds.empty()) {
    return policy_error(release_name(subject) + " in suite " + subject.release.suite,
                        "was never accepted, so nothing can be promoted");
  }
  for (AcceptedBuild build : subject.builds) {
    build.target.suite = subject.to;
    subject.promoted.push_back(std::move(build));
  }
  return ok_status();
}

Status promoted_release_is_not_withdrawn(PromoteCase& subject) {
  for (const std::string& suite : {subject.release.suite, subject.to}) {
    HALLMARK_TRY(const bool withdrawn,
                 subject.context.state.is_withdrawn(
                     {subject.release.product, subject.release.version, suite}));
    if (!withdrawn) continue;
    return policy_error(release_name(subject), "was withdrawn from suite " + suite,
                        "release a higher version");
  }
  return ok_status();
}

Result<bool> is_promoted_already(const PromoteCase& subject) {
  for (const AcceptedBuild& build : subject.promoted) {
    HALLMARK_TRY(const std::optional<AcceptedBuild> there,
                 subject.context.state.build(build.lock, build.target));
    if (!there || !same_artefacts(*there, build)) return false;
  }
  return true;
}

Status suite_takes_the_release(PromoteCase& subject) {
  for (const AcceptedBuild& build : subject.promoted) {
    HALLMARK_CHECK(place_is_in_the_policy(subject.policy.policy, build.target));
    HALLMARK_CHECK(architecture_is_in_the_policy(subject.policy.policy, build.target));
  }
  return ok_status();
}

Status suite_has_no_other_build(PromoteCase& subject) {
  for (const AcceptedBuild& build : subject.promoted) {
    HALLMARK_TRY(const std::optional<AcceptedBuild> there,
                 subject.context.state.build(build.lock, build.target));
    if (!there || same_artefacts(*there, build)) continue;
    return policy_error(release_name(subject),
                        "was built for suite " + subject.to + " itself, with other artefacts",
                        "nothing is left to promote");
  }
  return ok_status();
}

// An application is bound to no suite.
Status release_is_of_packages(PromoteCase& subject) {
  for (const AcceptedBuild& build : subject.promoted) {
    for (const AcceptedArtefact& artefact : build.artefacts) {
      HALLMARK_CHECK(is_source(artefact.kind) ? take_source(subject, build, artefact)
                                              : take_package(subject, build, artefact));
    }
  }
  return ok_status();
}

Status approval_names_this_promotion(PromoteCase& subject) {
  PromoteStatement expected;
  expected.product = subject.product.name;
  expected.product_sha256 = subject.product_sha256;
  expected.policy_sha256 = subject.policy.sha256;
  expected.version = subject.release.version;
  expected.files = files_of(subject.builds);
  expected.from = subject.release.suite;
  expected.to = subject.to;
  expected.terminal_group = subject.context.terminal_group;
  HALLMARK_TRY(subject.approval, read_approval(subject.untrusted_request.body, expected));
  return ok_status();
}

Status approval_of_the_promotion_is_in_force(PromoteCase& subject) {
  return check_expiry(subject.approval.expires, subject.context.now());
}

Status promotion_is_approved_by_enough_people(PromoteCase& subject) {
  const Policy& policy = subject.policy.policy;
  return count_approvers(
      {policy, people_needed(policy, subject.product, targets_of(subject.promoted))},
      subject.untrusted_request.body, subject.approval);
}

}  // namespace hallmark
