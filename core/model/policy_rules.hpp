// What the parts of policy.json must be to each other, once each of them reads.
#pragma once

#include "core/model/policy.hpp"

namespace hallmark {

// Tells the reader of every rule that is broken.
void check_policy(ObjectReader& reader, const Policy& policy);

}  // namespace hallmark
