// accept-build: what the bytes are.
#include <set>
#include <tuple>

#include "core/debian_version.hpp"
#include "signer/accept_build.hpp"
#include "signer/package_rules.hpp"
#include "signer/private_copy.hpp"
#include "signer/rules.hpp"

namespace hallmark {
namespace {

// Without its text, which is derived when it is written down.
DerivedStanza names_of(const DebPackage& deb) {
  return {deb.package, deb.version, deb.architecture, deb.sha256, ""};
}

// Applies `check` to each .deb of the build.
template <typename Check>
Status each_deb(BuildCase& subject, const Check& check) {
  for (const CandidateArtefact& artefact : subject.artefacts) {
    if (artefact.deb) HALLMARK_CHECK(check(*artefact.deb));
  }
  return ok_status();
}

Status read_contents(const Recipe& recipe, CandidateArtefact& artefact) {
  const std::string& name = artefact.built.name;
  if (recipe.kind == RecipeKind::kDeb) {
    if (!name.ends_with(".deb"))
      return verification_error(name, "is not a .deb, as the recipe says");
    HALLMARK_TRY(artefact.deb, untrusted(read_deb(artefact.copy.get(), name)));
    return ok_status();
  }
  const RecipeOutput* output = recipe.output(name);
  if (output == nullptr) return verification_error(name, "is not one of the recipe's outputs");
  return read_application(*output, artefact);
}

// What must be handed in for it.
struct WantedBytes {
  Sha256Digest sha256;
  uint64_t size = 0;
  const char* by = "the build record";
};

// Of a sibling's app only the signed form is served. That it was made from what the record names is
// proved when it is signed here: other bytes than the sibling's are not handed out.
Result<WantedBytes> wanted_bytes(const BuildCase& subject, const BuiltArtefact& recorded) {
  if (subject.context.adoption == nullptr || subject.product.recipe.kind != RecipeKind::kApk) {
    return WantedBytes{recorded.sha256, recorded.size};
  }
  HALLMARK_TRY(const std::optional<SignedApk> apk,
               subject.context.state.sibling_apk(recorded.sha256));
  if (apk) return WantedBytes{apk->apk.sha256, static_cast<uint64_t>(apk->apk.size), "the sibling"};
  return policy_error(
      recorded.name,
      "was accepted elsewhere, and no sibling's log tells of its signed form, which "
      "alone is served",
      "sign and publish it there, or build and accept the same lock here");
}

}  // namespace

Status artefacts_are_those_of_the_record(BuildCase& subject) {
  const auto& recorded = subject.record.artefacts;
  const auto& fds = subject.untrusted_request.fds;
  if (fds.size() != recorded.size()) {
    return verification_error("request", "hands in " + std::to_string(fds.size()) +
                                             " artefacts and the record names " +
                                             std::to_string(recorded.size()));
  }
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    HALLMARK_TRY(const WantedBytes wanted, wanted_bytes(subject, recorded[i]));
    HALLMARK_TRY(PrivateCopy copy,
                 private_copy(subject.context.layout, fds[i].get(), wanted.size, recorded[i].name));
    if (copy.digest.sha256 != wanted.sha256 || copy.digest.size != wanted.size) {
      return verification_error(recorded[i].name,
                                "has SHA-256 " + copy.digest.sha256.hex() + ", and " + wanted.by +
                                    " says " + wanted.sha256.hex(),
                                "hand in what the builder built, or build again");
    }
    subject.artefacts.push_back({recorded[i], std::move(copy.fd), std::nullopt, std::nullopt, {}});
  }
  return ok_status();
}

Status artefacts_fit_the_recipe(BuildCase& subject) {
  for (CandidateArtefact& artefact : subject.artefacts) {
    HALLMARK_CHECK(read_contents(subject.product.recipe, artefact));
  }
  return ok_status();
}

Status packages_fit_the_target(BuildCase& subject) {
  const std::string& wanted = subject.record.target.architecture;
  return each_deb(subject, [&](const DebPackage& deb) -> Status {
    if (deb.architecture == wanted || deb.architecture == "all") return ok_status();
    return verification_error(describe(names_of(deb)),
                              "is not for the target's architecture " + wanted);
  });
}

Status packages_are_the_products_own(BuildCase& subject) {
  return each_deb(subject, [&](const DebPackage& deb) {
    return package_is_the_products_own(subject.context.state, subject.product, names_of(deb));
  });
}

Status versions_are_not_lowered(BuildCase& subject) {
  return each_deb(subject, [&](const DebPackage& deb) {
    return version_is_not_lowered(subject.context.state,
                                  {subject.record.target.suite, subject.lock_sha256,
                                   subject.context.now(), subject.context.adoption != nullptr},
                                  names_of(deb));
  });
}

Status published_packages_keep_their_bytes(BuildCase& subject) {
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  return each_deb(subject, [&](const DebPackage& deb) -> Status {
    const std::string version(without_epoch(deb.version));
    if (!seen.emplace(deb.package, version, deb.architecture).second) {
      return policy_error(describe(names_of(deb)), "is in this build twice");
    }
    return package_keeps_its_bytes(subject.context.state, names_of(deb));
  });
}

}  // namespace hallmark
