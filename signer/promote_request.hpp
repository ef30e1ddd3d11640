// promote: the bytes that one suite has of a release come into another suite too, because enough
// people approved of it; nothing is built, and nothing is handed in. Each package keeps its
// component.
//
// Request: {"product": text, "version", "from", "to": suites, "statement", "signatures":
// [{"approver", "signature"}]}. Answer: {"promoted": [{"name", "sha256", "component"}]}. The same
// again gives the same answer, and needs no approval.
#pragma once

#include "core/model/product.hpp"
#include "core/wire.hpp"
#include "signer/approval_check.hpp"
#include "signer/context.hpp"

namespace hallmark {

struct PromotedPackage {
  std::string name;  // of the file, as it was accepted
  Sha256Digest lock;
  Target target;  // in the suite that it goes to
  DerivedStanza stanza;
  bool called_back = false;  // in an adoption, of an unread build: comes into no index
};

struct PromotedSource {
  Target target;  // in the suite that it goes to
  DerivedStanza stanza;
  bool called_back = false;  // as above
};

struct PromoteCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  Product product{};
  Sha256Digest product_sha256{};
  ReleaseInSuite release{};  // in the suite that it comes from
  std::string to{};
  std::vector<AcceptedBuild> builds{};    // as that suite has them
  std::vector<AcceptedBuild> promoted{};  // as the other is to have them
  std::vector<PromotedPackage> packages{};
  std::vector<PromotedSource> sources{};
  Approval approval{};
};

// What is asked for.
Status policy_for_the_promotion(PromoteCase& subject);
Status product_file_can_be_read(PromoteCase& subject);
Status release_to_promote_was_accepted(PromoteCase& subject);
Status promoted_release_is_not_withdrawn(PromoteCase& subject);

// Is it done?
Result<bool> is_promoted_already(const PromoteCase& subject);

// May it be there?
Status suite_takes_the_release(PromoteCase& subject);
Status suite_has_no_other_build(PromoteCase& subject);
Status release_is_of_packages(PromoteCase& subject);

// Who allows it.
Status approval_names_this_promotion(PromoteCase& subject);
Status approval_of_the_promotion_is_in_force(PromoteCase& subject);
Status promotion_is_approved_by_enough_people(PromoteCase& subject);

// What comes.
Status no_rebuilder_dissents_from_it(PromoteCase& subject);
Status promoted_evidence_reaches_the_policy(PromoteCase& subject);
Status promoted_packages_are_the_products_own(PromoteCase& subject);
Status no_keyring_package_is_promoted(PromoteCase& subject);
Status promoted_bytes_were_not_withdrawn(PromoteCase& subject);
Status promoted_versions_are_not_lowered(PromoteCase& subject);
Status promoted_packages_keep_their_bytes(PromoteCase& subject);

Status commit_promotion(const PromoteCase& subject);
Result<Response> promotion_answer(const PromoteCase& subject);

}  // namespace hallmark
