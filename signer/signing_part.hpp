// Which part of an OpenPGP key signs on this terminal: the subkey that the policy names for it;
// where it names none, the primary key if that may and is here, else its subkey, if it has one
// signing subkey and no more, those that are over or elsewhere counted too. No other part ever
// signs: a spare does not step in because another subkey ended.
#pragma once

#include "signer/context.hpp"

namespace hallmark {

// Of a key as the keyring has it; refused (kPolicy) if it, or each part that could sign, is over.
Status check_not_over(const SignerContext& context, const Policy& policy, const OpenPgpKey& key);
// Refused (kPolicy) if the agent has no part that could sign.
Status check_in_agent(const SignerContext& context, const Policy& policy, const OpenPgpKey& key);
// Refused (kPolicy) if it is not clear which one.
Result<OpenPgpSubkey> part_that_signs(const SignerContext& context, const Policy& policy,
                                      const OpenPgpKey& key);

}  // namespace hallmark
