#include "signer/approval_check.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

namespace {

template <typename Statement>
void check(std::string_view untrusted_statement, Statement expected) {
  const auto expires = hallmark::check_statement(untrusted_statement, expected);
  if (!expires.ok()) return;
  expected.expires = *expires;
  always(hallmark::render_statement(expected) == untrusted_statement,
         "an accepted statement is canonical");
}

}  // namespace

// The input is an approval statement, of any action; only the expiry may be its own.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view statement = hallmark::fuzz::text_of(data, size);
  hallmark::ApprovalStatement release;
  release.action = "release";
  release.product = "tool";
  release.version = "1.0-1";
  release.suites = "stable/main";
  release.terminal_group = "demo";
  check(statement, release);
  hallmark::PolicyStatement policy;
  policy.terminal_group = "demo";
  check(statement, policy);
  hallmark::WithdrawStatement withdrawal;
  withdrawal.product = "tool";
  withdrawal.version = "1.0-1";
  withdrawal.suite = hallmark::kEverySuite;
  withdrawal.terminal_group = "demo";
  check(statement, withdrawal);
  return 0;
}
