// accepted-release: what is known of one version of a product, for whoever puts it into the
// repository or asks people to promote it.
//
// Request: {"product": name, "version"}. Answer: {"builds": [{"target", "evidence", "withdrawn",
// "artefacts": [{"name", "kind", "size", "sha256", "path"?}]}]}: each suite that it was accepted
// for or promoted to; path is where the suite's index says the .deb is, and absent where none does.
#pragma once

#include "core/wire.hpp"
#include "signer/context.hpp"

namespace hallmark {

Result<Response> accepted_release_answer(const SignerContext& context, const Message& request);

}  // namespace hallmark
