// adopt: what a sibling terminal's signer answered is judged again, here, by the same rules, and
// then counts here too. From its log come only the time, the policy that was in force, and the
// build record, which that terminal had from its own builder.
//
// Request: {"terminal", "sequence": of the first line that the request led to, "policy"?: true};
// descriptors: the text of the request, which the line names by digest; with "policy" the text of
// that policy; then the artefacts that sibling-work lists, in its order: those that no log calls
// back.
// Answer: {"terminal", "sequence", "lines", "kind", "already", "answer": what the request answers}.
// `already`: it was done here before, too.
#pragma once

#include "core/wire.hpp"
#include "signer/context.hpp"
#include "signer/sibling_work.hpp"

namespace hallmark {

struct AdoptCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};  // in force here
  std::string terminal{};
  SiblingWork work{};
  Json body{};  // of the request
  Adoption adoption{};
};

Status policy_for_the_adoption(AdoptCase& subject);
Status adopted_sibling_is_in_the_policy(AdoptCase& subject);
Status adopted_sibling_did_not_contradict_itself(AdoptCase& subject);
Status line_is_known_and_next(AdoptCase& subject);
Status request_is_the_lines(AdoptCase& subject);
Status policy_is_the_lines(AdoptCase& subject);

// How the request itself is judged: the rules that it has on every terminal.
using JudgeAgain = Result<Response> (*)(const SignerContext& context, const Message& request);
Result<Response> judge_again(const AdoptCase& subject, JudgeAgain judge);

}  // namespace hallmark
