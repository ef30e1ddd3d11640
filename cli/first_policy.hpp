// What the options of `hallmark init` ask for: the first policy.json and terminal.json.
#pragma once

#include <string>
#include <vector>

#include "cli/init.hpp"
#include "cli/key_ceremony.hpp"
#include "core/model/policy.hpp"
#include "core/model/terminal.hpp"
#include "core/result.hpp"

namespace hallmark {

// The options with all that was left to us filled in; `architecture` is this machine's.
InitOptions with_defaults(InitOptions options, const std::string& architecture);

// These take options with their defaults.
Terminal first_terminal(const InitOptions& options);
Policy first_policy(const InitOptions& options, const SigningKeys& keys,
                    const std::vector<Approver>& approvers);

// Whether the files will be valid, asked before there is a key: kUsage, and what is wrong.
Status check_first_terminal(const InitOptions& options);
Status check_first_files(const InitOptions& options);

}  // namespace hallmark
