#include "signer/approval_check.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// The input is an approval statement; only the expiry may be its own.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hallmark::ApprovalStatement expected;
  expected.action = "release";
  expected.product = "tool";
  expected.version = "1.0-1";
  expected.suites = "stable/main";
  expected.terminal_group = "demo";
  const std::string_view statement = hallmark::fuzz::text_of(data, size);
  const auto expires = hallmark::check_statement(statement, expected);
  if (!expires.ok()) return 0;
  expected.expires = *expires;
  always(hallmark::render_statement(expected) == statement, "an accepted statement is canonical");
  return 0;
}
