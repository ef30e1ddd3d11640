#include "core/parallel.hpp"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <tuple>
#include <vector>

namespace hallmark {
namespace {

TEST_CASE("parallel: every index once") {
  for (const uint64_t count : {uint64_t{0}, uint64_t{1}, uint64_t{3}, uint64_t{5000}}) {
    std::vector<std::atomic<int>> seen(count);
    std::atomic<int> makers = 0;
    const auto make_work = [&]() -> IndexedWork {
      ++makers;
      return [&seen](uint64_t index) {
        ++seen[index];
        return ok_status();
      };
    };
    REQUIRE(for_each_in_parallel(count, make_work).ok());
    for (const std::atomic<int>& times : seen) CHECK(times == 1);
    CHECK(makers >= 1);
    CHECK(makers <= 4);
  }
}

TEST_CASE("parallel: a failure ends the work and is the result") {
  std::atomic<uint64_t> done = 0;
  const Status status = for_each_in_parallel(1000000, [&done]() -> IndexedWork {
    return [&done](uint64_t index) -> Status {
      ++done;
      if (index >= 7) return failed("index", std::to_string(index));
      return ok_status();
    };
  });
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().subject == "index");
  CHECK(done < 1000);
}

TEST_CASE("parallel: both are done, and the first one's failure is the result") {
  for (const auto& [first, second, expected] : {std::tuple{true, true, ""},
                                                {false, true, "first"},
                                                {true, false, "second"},
                                                {false, false, "first"}}) {
    std::atomic<int> done = 0;
    const auto work = [&done](bool good, const char* name) {
      return [&done, good, name]() -> Status {
        ++done;
        return good ? ok_status() : Status(failed(name, "failed"));
      };
    };
    const Status status = do_both(work(first, "first"), work(second, "second"));
    CHECK(done == 2);
    CHECK((status.ok() ? "" : status.error().subject) == expected);
  }
}

}  // namespace
}  // namespace hallmark
