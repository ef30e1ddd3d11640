// accept-prebuilt: what was handed in, and who allows it.
#include "signer/import_request.hpp"

#include "core/digest.hpp"
#include "signer/package_rules.hpp"

namespace hallmark {
namespace {

Result<std::size_t> request_index(const Json& body, const std::string& key) {
  const auto found = body.find(key);
  if (found == body.end() || !found->is_number_unsigned()) {
    return failed("request", "lacks the number '" + key + "'");
  }
  return found->get<std::size_t>();
}

// PACKAGE_VERSION_ARCHITECTURE.deb, as the name of each file is that was accepted.
std::string architecture_in(const std::string& name) {
  const std::string last = name.substr(name.rfind('_') + 1);
  return last.substr(0, last.rfind('.'));
}

}  // namespace

Status policy_for_the_import(ImportCase& subject) {
  HALLMARK_TRY(subject.policy, subject.context.policy_to_judge_by());
  return ok_status();
}

Status manifest_is_of_this_product(ImportCase& subject) {
  const Json& body = subject.untrusted_request.body;
  HALLMARK_TRY(const std::string product, request_text(body, "product"));
  HALLMARK_TRY(const std::string manifest, request_text(body, "manifest"));
  HALLMARK_TRY(subject.product, untrusted(parse_product(product, "product file")));
  HALLMARK_TRY(subject.manifest, untrusted(parse_import_manifest(manifest, "manifest")));
  subject.product_sha256 = sha256(product);
  subject.manifest_sha256 = sha256(manifest);
  if (subject.manifest.product != subject.product.name) {
    return verification_error("manifest of " + subject.manifest.product,
                              "is not of product " + subject.product.name);
  }
  if (subject.product.recipe.kind == RecipeKind::kDeb) return ok_status();
  return policy_error("product " + subject.product.name,
                      "is an app, and only packages can be imported");
}

Status files_are_a_part_of_the_manifest(ImportCase& subject) {
  const Adoption* adoption = subject.context.adoption;
  std::size_t count = subject.untrusted_request.fds.size();
  if (adoption != nullptr) {
    // The sibling's lines say which; of what is here already, nothing need be handed in.
    subject.first = adoption->number.value_or(0);
    count = adoption->lines;
  } else {
    HALLMARK_TRY(subject.first, request_index(subject.untrusted_request.body, "first"));
  }
  const std::size_t first = subject.first;
  const std::span<const ImportedFile> files(subject.manifest.files);
  if (count == 0 || first >= files.size() || count > files.size() - first) {
    return verification_error("request", "hands in " + std::to_string(count) +
                                             " files from number " + std::to_string(first) +
                                             " on, and the manifest has " +
                                             std::to_string(files.size()));
  }
  subject.part = files.subspan(first, count);
  return ok_status();
}

Status imported_release_is_not_withdrawn(ImportCase& subject) {
  for (const ImportedFile& file : subject.part) {
    HALLMARK_TRY(const bool withdrawn,
                 subject.context.state.is_withdrawn(
                     {subject.manifest.product, subject.manifest.version, file.suite}));
    if (!withdrawn) continue;
    return policy_error(subject.manifest.product + " " + subject.manifest.version,
                        "was withdrawn from suite " + file.suite, "import a higher version");
  }
  return ok_status();
}

Result<bool> is_imported_already(const ImportCase& subject) {
  for (const ImportedFile& file : subject.part) {
    const Target target{file.suite, file.component, architecture_in(file.name), file.name};
    HALLMARK_TRY(const std::optional<AcceptedBuild> there,
                 subject.context.state.build(subject.manifest_sha256, target));
    if (!there) return false;
  }
  return true;
}

Status suites_take_the_import(ImportCase& subject) {
  for (const Target& place : places_of(subject.manifest)) {
    HALLMARK_CHECK(place_is_in_the_policy(subject.policy.policy, place));
  }
  return ok_status();
}

Status approval_names_this_import(ImportCase& subject) {
  ImportStatement expected;
  expected.product = subject.product.name;
  expected.product_sha256 = subject.product_sha256;
  expected.policy_sha256 = subject.policy.sha256;
  expected.version = subject.manifest.version;
  expected.manifest_sha256 = subject.manifest_sha256;
  expected.suites = approval_suites(places_of(subject.manifest));
  expected.terminal_group = subject.context.terminal_group;
  HALLMARK_TRY(subject.approval, read_approval(subject.untrusted_request.body, expected));
  return ok_status();
}

Status approval_of_the_import_is_in_force(ImportCase& subject) {
  return check_expiry(subject.approval.expires, subject.context.now());
}

Status import_is_approved_by_enough_people(ImportCase& subject) {
  const Policy& policy = subject.policy.policy;
  return count_approvers(
      {policy, people_needed(policy, subject.product, places_of(subject.manifest))},
      subject.untrusted_request.body, subject.approval);
}

Status prebuilt_reaches_the_policy(ImportCase& subject) {
  for (const Target& place : places_of(subject.manifest)) {
    HALLMARK_CHECK(evidence_reaches(
        subject.context.state, subject.policy.policy, subject.product, place,
        {subject.manifest.product + " " + subject.manifest.version, Evidence::kPrebuilt},
        subject.context.now()));
  }
  return ok_status();
}

}  // namespace hallmark
