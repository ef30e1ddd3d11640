// Requests for something that is done once: the same again gets the same answer, and needs no
// approval.
#pragma once

#include <span>

#include "core/wire.hpp"
#include "signer/context.hpp"
#include "signer/rules.hpp"

namespace hallmark {

template <typename Case>
struct OnceOnly {
  std::span<const Rule<Case>> inputs;
  Result<bool> (*is_done)(const Case& subject);
  std::span<const Rule<Case>> rules;
  Status (*commit)(const Case& subject);
  Result<Response> (*answer)(const Case& subject);
};

template <typename Case, const OnceOnly<Case>& steps>
Result<Response> once_only(const SignerContext& context, const Message& request) {
  Case subject{context, request};
  HALLMARK_CHECK(check_rules<Case>(steps.inputs, subject));
  HALLMARK_TRY(const bool done, steps.is_done(subject));
  if (!done) {
    HALLMARK_CHECK(check_rules<Case>(steps.rules, subject));
    HALLMARK_CHECK(steps.commit(subject));
  }
  return steps.answer(subject);
}

}  // namespace hallmark
