#include "signer/refusal_meter.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/signer/signer_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

using Verdict = RefusalMeter::Verdict;

void use_up(const RefusalMeter& meter, uid_t user, int64_t now) {
  for (uint32_t i = 0; i < RefusalMeter::kLogged; ++i) {
    REQUIRE(meter.count(user, now) == Verdict::kLog);
  }
}

TEST_CASE("refusals: so many of one user are logged, then one line, then none") {
  const RefusalMeter meter = *RefusalMeter::make();
  use_up(meter, 7, kNow);
  CHECK(meter.count(7, kNow) == Verdict::kLogThatItWasTheLast);
  for (int i = 0; i < 1000; ++i) REQUIRE(meter.count(7, kNow) == Verdict::kLeaveOut);
  CHECK(meter.count(8, kNow) == Verdict::kLog);
  CHECK(meter.count(7, RefusalMeter::window_end(kNow) - 1) == Verdict::kLeaveOut);
  CHECK(meter.count(7, RefusalMeter::window_end(kNow)) == Verdict::kLog);
}

TEST_CASE("refusals: what a forked worker counts, the others know") {
  const RefusalMeter meter = *RefusalMeter::make();
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    for (uint32_t i = 0; i <= RefusalMeter::kLogged; ++i) static_cast<void>(meter.count(7, kNow));
    ::_exit(0);
  }
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  CHECK(meter.count(7, kNow) == Verdict::kLeaveOut);
}

TEST_CASE("refusals: of more users than it knows, the one who was quiet longest is forgotten") {
  const RefusalMeter meter = *RefusalMeter::make();
  use_up(meter, 1, kNow);
  for (uid_t user = 100; user < 200; ++user) {
    REQUIRE(meter.count(user, kNow + RefusalMeter::kWindow) == Verdict::kLog);
  }
  CHECK(meter.count(1, kNow) == Verdict::kLog);
}

TEST_CASE_METHOD(TestTerminal, "refusals: the log names the user, and does not grow for ever") {
  client = 4711;
  for (int i = 0; i < 200; ++i) REQUIRE_FALSE(ask({{"type", "sign"}}).ok());
  const std::string lines = log_text();
  CHECK(std::count(lines.begin(), lines.end(), '\n') == RefusalMeter::kLogged + 1);
  CHECK(lines.find("\"uid\":4711") != std::string::npos);
  CHECK(lines.find("is not logged") != std::string::npos);
  CHECK(lines.find("(rule: request-is-permitted)") != std::string::npos);
}

}  // namespace
}  // namespace hallmark::signer_test
