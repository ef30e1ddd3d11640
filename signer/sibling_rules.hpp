// Before something is signed, or becomes signable, where the policy names other terminals too: what
// do they know? A terminal that is alone sees none of this.
#pragma once

#include <string>
#include <vector>

#include "signer/context.hpp"

namespace hallmark {

struct SiblingsCase {
  const SignerContext& context;

  InstalledPolicy policy{};
  std::vector<Sibling> siblings{};  // one for each log key of others; without a key: never imported
};

// Fills in the case; no siblings where there is no policy yet.
Result<SiblingsCase> siblings_case(const SignerContext& context);

Status no_sibling_contradiction_stands(SiblingsCase& subject);
Status sibling_logs_are_fresh(SiblingsCase& subject);
Status sibling_lines_are_adopted(SiblingsCase& subject);
Status unread_releases_have_left(SiblingsCase& subject);

// The terminals that a policy has a log key of, without this one.
std::vector<std::string> siblings_of(const Policy& policy, const std::string& terminal);
// What its key has signed and nobody handed in; empty: nothing.
std::string what_is_missing(const Sibling& sibling);

}  // namespace hallmark
