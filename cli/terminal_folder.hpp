// Making a terminal's state folder and the Unix users that own its parts.
#pragma once

#include "core/layout.hpp"
#include "core/result.hpp"

namespace hallmark {

// As root: makes those of Hallmark's system users that do not exist. Otherwise does nothing.
Status make_users();

// Makes every folder of core/layout.hpp with its owner and mode; docs/trust-boundaries.md says why
// each is as it is.
Status make_folders(const Layout& layout);

}  // namespace hallmark
