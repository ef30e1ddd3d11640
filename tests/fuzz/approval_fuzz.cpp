#include "signer/approval_check.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

namespace {

template <typename Statement>
void check(std::string_view untrusted_statement, Statement expected) {
  expected.terminal_group = "demo";
  const auto expires = hallmark::check_statement(untrusted_statement, expected);
  if (!expires.ok()) return;
  expected.expires = *expires;
  always(hallmark::render_statement(expected) == untrusted_statement,
         "an accepted statement is canonical");
}

// What those of a product and a version have in common.
template <typename Statement>
Statement of_tool() {
  Statement statement;
  statement.product = "tool";
  statement.version = "1.0-1";
  return statement;
}

void check_releases(std::string_view text) {
  auto release = of_tool<hallmark::ApprovalStatement>();
  release.action = "release";
  release.suites = "stable/main";
  check(text, release);
  auto promotion = of_tool<hallmark::PromoteStatement>();
  promotion.files = {{"tool_1.0-1_amd64.deb", {}}};
  promotion.from = "candidates";
  promotion.to = "stable";
  check(text, promotion);
  auto import = of_tool<hallmark::ImportStatement>();
  import.suites = "stable/main";
  check(text, import);
}

void check_stops(std::string_view text) {
  auto withdrawal = of_tool<hallmark::WithdrawStatement>();
  withdrawal.suite = hallmark::kEverySuite;
  check(text, withdrawal);
  auto rollout = of_tool<hallmark::RolloutStatement>();
  rollout.suite = "stable";
  rollout.after = {{}};
  rollout.to = 10;
  check(text, rollout);
}

void check_allowances(std::string_view text) {
  hallmark::LowerVersionStatement version;
  version.product = "tool";
  version.suite = "stable";
  version.packages = {"tool"};
  version.version_now = "2.0-1";
  version.version_wanted = "1.0-1";
  version.reason = "a reason";
  check(text, version);
  hallmark::LowerEvidenceStatement evidence;
  evidence.product = "tool";
  evidence.suites = {"stable"};
  evidence.owner = "alice";
  check(text, evidence);
  auto dissent = of_tool<hallmark::DissentStatement>();
  dissent.owner = "north";
  dissent.attestations = {{}};
  dissent.reason = "a reason";
  check(text, dissent);
}

}  // namespace

// The input is an approval statement, of any action; only the expiry may be its own.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view statement = hallmark::fuzz::text_of(data, size);
  check_releases(statement);
  check_stops(statement);
  check_allowances(statement);
  check(statement, hallmark::PolicyStatement());
  hallmark::TimeStatement time;
  time.terminal = "t1";
  check(statement, time);
  return 0;
}
