// allow-lower-version: once, packages may come into a suite in a lower version than it has had,
// because enough people approved of it. For the case that a release was withdrawn and the one
// before it, or a repair of that, is to take its place. Apps have no such request: a device refuses
// them.
//
// Request: {"product": name, "suite", "packages": [names], "version_now", "version_wanted",
// "reason", "statement", "signatures"}. Answer: {"allowed": [names], "expires"}. The first release
// (lock) that needs it uses it up. The same again gives the same answer, and allows nothing more.
#pragma once

#include "core/wire.hpp"
#include "signer/approval_check.hpp"
#include "signer/context.hpp"

namespace hallmark {

struct LowerVersionCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  LowerVersionStatement wanted{};
  Approval approval{};
};

Status policy_for_the_lower_version(LowerVersionCase& subject);
Status lower_version_can_be_read(LowerVersionCase& subject);
Status approval_names_this_lower_version(LowerVersionCase& subject);

// By this very statement.
Result<bool> is_lower_version_allowed_already(const LowerVersionCase& subject);

Status suite_of_the_lower_version_is_in_the_policy(LowerVersionCase& subject);
Status packages_are_of_the_product(LowerVersionCase& subject);
Status version_now_is_the_newest(LowerVersionCase& subject);
Status version_wanted_is_lower(LowerVersionCase& subject);
// Or devices would go on installing the higher version.
Status higher_versions_are_withdrawn(LowerVersionCase& subject);
Status approval_of_the_lower_version_is_in_force(LowerVersionCase& subject);
Status lower_version_is_approved_by_enough_people(LowerVersionCase& subject);

Status commit_lower_version(const LowerVersionCase& subject);
Result<Response> lower_version_answer(const LowerVersionCase& subject);

}  // namespace hallmark
