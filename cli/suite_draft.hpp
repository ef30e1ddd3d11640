// A suite like another, written into the files that people write: theirs stay as they are, with
// their comments and order, and get entries behind those of the other suite.
#pragma once

#include <optional>
#include <string>

#include "core/result.hpp"

namespace hallmark {

struct SuiteDraft {
  std::string name;
  std::string like;      // a suite of the policy
  std::string codename;  // of the new suite
  // The Debian suite that products are built for there; empty: the same environments.
  std::string environment;
};

// The policy with the new suite, and with what it says of `like` alone (thresholds, evidence
// levels) said of the new one, too. kPolicy: there is no `like`, or there is the new one.
Result<std::string> policy_with_suite(const std::string& policy_text, const SuiteDraft& draft);

// The product file with targets in the new suite for those that it has in `like`. nullopt: it has
// none there, or all of them already.
struct ProductDraft {
  std::string text;
  // Its packages would have in both suites the same version, and other bytes.
  bool needs_version_suffix = false;
};
Result<std::optional<ProductDraft>> product_with_suite(const std::string& product_text,
                                                       const std::string& subject,
                                                       const SuiteDraft& draft);

}  // namespace hallmark
