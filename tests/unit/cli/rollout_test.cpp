// What people may write for a share of the machines.
#include "cli/rollout.hpp"

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

TEST_CASE("rollout: shares") {
  CHECK(share_from_text("25%") == 25U);
  CHECK(share_from_text("25") == 25U);
  CHECK(share_from_text("100%") == 100U);
  CHECK(share_from_text("halt") == 0U);
  for (const char* wrong :
       {"", "%", "101%", "-1", "25%%", "2 5", "0x10", "halted", "99999999999999999999"}) {
    INFO(wrong);
    CHECK_FALSE(share_from_text(wrong));
  }
}

}  // namespace
}  // namespace hallmark
