#include "signer/context.hpp"

namespace hallmark {

Result<InstalledPolicy> SignerContext::policy_to_judge_by() const {
  if (adoption != nullptr) return adoption->policy;
  return state.policy_in_force();
}

}  // namespace hallmark
