// accept-build: what the bytes are.
#include <algorithm>
#include <set>
#include <tuple>

#include "core/debian_version.hpp"
#include "signer/accept_build.hpp"
#include "signer/keyring_package.hpp"
#include "signer/package_rules.hpp"
#include "signer/private_copy.hpp"
#include "signer/rules.hpp"
#include "signer/sibling_apks.hpp"

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

Status read_package(const BuildCase& subject, CandidateArtefact& artefact) {
  const std::string& name = artefact.built.name;
  if (artefact.called_back != nullptr) return take_package_as_told(subject, artefact);
  HALLMARK_TRY(artefact.deb, untrusted(read_deb(artefact.copy.get(), name)));
  const bool adopting = subject.context.adoption != nullptr;
  HALLMARK_TRY(artefact.paths,
               listed_paths(artefact.copy.get(), *artefact.deb,
                            adopting ? DebPaths::kAccepted : DebPaths::kToJudge, name));
  return ok_status();
}

Status read_contents(const BuildCase& subject, CandidateArtefact& artefact) {
  const Recipe& recipe = subject.product.recipe;
  const std::string& name = artefact.built.name;
  if (recipe.kind == RecipeKind::kDeb) {
    if (!name.ends_with(".deb"))
      return verification_error(name, "is not a .deb, as the recipe says");
    return read_package(subject, artefact);
  }
  const RecipeOutput* output = recipe.output(name);
  if (output == nullptr) return verification_error(name, "is not one of the recipe's outputs");
  if (artefact.called_back != nullptr) return take_application_as_told(*output, artefact);
  return read_application(*output, artefact);
}

// Of a sibling's app the signed form is served, and handed in. That it was made from what the
// record names is proved when it is signed here: other bytes than the sibling's are not handed out.
Result<std::optional<SignedApk>> signed_elsewhere(const BuildCase& subject,
                                                  const BuiltArtefact& recorded) {
  // A bundle's signed form is served by nobody.
  if (subject.context.adoption == nullptr || subject.product.recipe.kind != RecipeKind::kApk ||
      recorded.name.ends_with(".aab")) {
    return std::optional<SignedApk>();
  }
  return form_to_adopt(subject.context, subject.context.adoption->terminal, recorded.sha256);
}

bool is_form(const std::optional<SignedApk>& form, const FileDigest& digest) {
  return form && digest.sha256 == form->apk.sha256 &&
         digest.size == static_cast<uint64_t>(form->apk.size);
}

Error other_bytes(const BuiltArtefact& recorded, const std::optional<SignedApk>& form,
                  const FileDigest& digest) {
  return verification_error(
      recorded.name,
      "has SHA-256 " + digest.sha256.hex() + ", and the build record says " +
          recorded.sha256.hex() +
          (form ? ", the sibling that signed it " + form->apk.sha256.hex() : ""),
      "hand in what the builder built, or build again");
}

// What was called back is known by its line alone.
bool take_called_back(BuildCase& subject, std::size_t number) {
  const Adoption* adoption = subject.context.adoption;
  const CalledBackFile* called_back =
      adoption == nullptr ? nullptr : adoption->find_called_back(number);
  if (called_back == nullptr) return false;
  CandidateArtefact& artefact = subject.artefacts.emplace_back();
  artefact.built = subject.record.artefacts[number];
  artefact.called_back = called_back;
  return true;
}

Status take_artefact(BuildCase& subject, const BuiltArtefact& recorded, const UniqueFd& file) {
  HALLMARK_TRY(const std::optional<SignedApk> form, signed_elsewhere(subject, recorded));
  const uint64_t limit =
      std::max(recorded.size, form ? static_cast<uint64_t>(form->apk.size) : uint64_t{0});
  HALLMARK_TRY(PrivateCopy copy,
               private_copy(subject.context.layout, file.get(), limit, recorded.name));
  const bool built = copy.digest.sha256 == recorded.sha256 && copy.digest.size == recorded.size;
  if (!built && !is_form(form, copy.digest)) return other_bytes(recorded, form, copy.digest);
  CandidateArtefact& artefact = subject.artefacts.emplace_back();
  artefact.built = recorded;
  artefact.copy = std::move(copy.fd);
  artefact.signed_elsewhere = !built;
  return ok_status();
}

}  // namespace

Status artefacts_are_those_of_the_record(BuildCase& subject) {
  const auto& recorded = subject.record.artefacts;
  const auto& fds = subject.untrusted_request.fds;
  const std::size_t of_source = source_files(subject).size();
  if (fds.size() != recorded.size() + of_source) {
    return verification_error(
        "request", "hands in " + std::to_string(fds.size()) + " files; the record names " +
                       std::to_string(recorded.size()) + " artefacts, and the lock " +
                       std::to_string(of_source) + " files of a source package");
  }
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    if (!take_called_back(subject, i)) HALLMARK_CHECK(take_artefact(subject, recorded[i], fds[i]));
  }
  return called_back_are_the_records(subject);
}

Status artefacts_fit_the_recipe(BuildCase& subject) {
  for (CandidateArtefact& artefact : subject.artefacts) {
    HALLMARK_CHECK(read_contents(subject, artefact));
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

Status keyring_package_has_the_policys_keys(BuildCase& subject) {
  for (const CandidateArtefact& artefact : subject.artefacts) {
    if (!artefact.deb || artefact.called_back != nullptr) continue;
    HALLMARK_CHECK(
        keyring_is_the_policys(subject.context, subject.policy.policy,
                               {artefact.copy.get(), artefact.deb->size, artefact.deb->package,
                                artefact.deb->version, artefact.built.name}));
  }
  return ok_status();
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
