// install-policy for a terminal that goes on where every terminal of its group was lost: there is
// no signer left that could put a policy in force which names the new terminal's log key.
//
// The request has in addition {"replaces": text, "statement", "signatures"}: the policy that was in
// force when the last terminal was lost, and the approval of the change to the one that is
// installed, by that policy's people. Both come into force here, one after the other, so that the
// lost terminals' logs can be judged again from the first line on (signer/sibling_bounds.hpp).
#pragma once

#include "signer/install_policy.hpp"

namespace hallmark {

bool takes_over(const PolicyCase& subject);

Status replaced_policy_can_be_read(PolicyCase& subject);
Status ceremony_is_of_the_first_policy(PolicyCase& subject);
// It is the same policy but for what this terminal brings: its log key, and which subkeys sign on
// it. Whoever vouches for one by its digest so vouches for the people of both.
Status replaced_policy_lacks_this_terminal_alone(PolicyCase& subject);

// Puts both in force, with a line of the log for each. The answer has "replaces" too.
Result<Response> take_over_and_keys(const PolicyCase& subject);

}  // namespace hallmark
