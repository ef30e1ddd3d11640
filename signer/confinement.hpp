// What hallmark-sign may do from now on: the system calls that it and gpg make, and the files that
// they use.
#pragma once

#include "core/layout.hpp"
#include "core/result.hpp"

namespace hallmark {

// What the kernel had to offer. `status` tells it.
struct Confinement {
  int landlock = 0;  // its version; 0: none, and files are kept apart by their owners alone
};

Result<Confinement> confine_signer(const Layout& layout);

}  // namespace hallmark
