// The signing block's pairs for a plan: v2, v3 and v3.1 over the content digests.
#pragma once

#include <set>
#include <vector>

#include "core/result.hpp"
#include "signer/apk/signing_block_writer.hpp"
#include "signer/apk/signing_plan.hpp"
#include "verify/apk/content_digest.hpp"

namespace hallmark {

// What the plan's signers need; empty if it makes no signing block (v1 alone).
std::set<ContentDigestKind> needed_digests(const SigningPlan& plan);

Result<std::vector<NewPair>> sign_pairs(const SigningPlan& plan, const ContentDigests& digests);

}  // namespace hallmark
