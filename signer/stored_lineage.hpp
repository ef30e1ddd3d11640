// The lineage of a rotated key: made once, from the installed policy alone, kept in the signing
// state and logged before it is used or handed out. From then on every APK of the key carries the
// same one.
#pragma once

#include "signer/key_chain.hpp"
#include "verify/apk/lineage.hpp"

namespace hallmark {

// The chain has at least two keys. Making it asks each older key for one signature, over the next
// key's certificate. kPolicy: a lineage is kept that says something else than the policy.
Result<Lineage> stored_lineage(const SignerContext& context, const KeyChain& chain);

}  // namespace hallmark
