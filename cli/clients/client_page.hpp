// index.html of the apt repository, for people.
#pragma once

#include <string>

#include "core/model/policy.hpp"

namespace hallmark {

// The suite's file: NAME.sources for the policy's first, NAME-SUITE.sources for others. The policy
// has "clients".
std::string sources_name(const Policy& policy, const SuitePolicy& suite);

// Who signs, with which keys, and what to type. The policy has "clients".
std::string client_page(const Policy& policy);

}  // namespace hallmark
