// How many of the machines that have a package take a new version of it: statements and signatures
// are in releases/rollouts.
#pragma once

#include <optional>
#include <string>

#include "cli/approval_options.hpp"

namespace hallmark {

struct RolloutOptions {
  std::string product;
  std::string share;    // "25%", or "halt", which is 0%
  std::string version;  // empty: the highest that the suite has
  std::string suite;    // empty: the only one that has the product
  ApprovalOptions approval;
};

// "25%" and "25" give 25, "halt" gives 0; nullopt: neither, or more than 100.
std::optional<uint64_t> share_from_text(const std::string& text);

// Signs, if there is a key; has the signer change it; has the suite signed anew, also where nothing
// was to be changed.
Result<StepReport> roll_out(TerminalRoot& root, const RolloutOptions& options);

// What compose is to mark: [{"suite", "percentage", "packages": [SHA-256]}], as the signer has it.
Result<Json> phased_packages(TerminalRoot& root, const std::string& suite);

}  // namespace hallmark
