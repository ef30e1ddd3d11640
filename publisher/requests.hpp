// The requests that hallmark-push answers; docs/formats.md describes them.
#pragma once

#include "core/layout.hpp"
#include "core/wire.hpp"

namespace hallmark {

// Serves the repository and the hosts of one terminal. Policy and terminal file are read anew for
// every request.
Handler make_push_handler(const Layout& layout);

}  // namespace hallmark
