// What is told of a build of several targets, and how many are built at a time.
#include "reproducible/build_board.hpp"

#include <catch2/catch_test_macros.hpp>

#include "reproducible/build_jobs.hpp"
#include "reproducible/build_times.hpp"
#include "tests/unit/reproducible/build_fixtures.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kGiB = uint64_t{1} << 30U;

TEST_CASE("build board: steps of two targets, with what they took and are expected to take") {
  BuildBoard board({"a", "b"}, {{{"build 1/2", 900}}, {}});
  board.begin(0);
  board.step(0, "build 1/2", 100);
  CHECK(board.event(600) == Json::parse(R"({"step":"build","targets":[
    {"target":"a","state":"builds","steps":[
      {"step":"build 1/2","ms":500,"running":true,"expected_ms":900},
      {"step":"build 2/2"},{"step":"compare"}]},
    {"target":"b","state":"waits","steps":[
      {"step":"build 1/2"},{"step":"build 2/2"},{"step":"compare"}]}]})"));
  CHECK(board.taken(0).empty());

  board.step(0, "build 2/2", 1100);
  board.begin(1);
  board.step(1, "build 1/2", 1200);
  board.step(0, "compare", 1500);
  board.end(0, true, 1600);
  board.end(1, false, 1700);
  CHECK(board.event(9999) == Json::parse(R"({"step":"build","targets":[
    {"target":"a","state":"built","steps":[
      {"step":"build 1/2","ms":1000,"expected_ms":900},
      {"step":"build 2/2","ms":400},{"step":"compare","ms":100}]},
    {"target":"b","state":"failed","steps":[
      {"step":"build 1/2","ms":500},{"step":"build 2/2"},{"step":"compare"}]}]})"));
  CHECK(board.taken(0) == StepTimes{{"build 1/2", 1000}, {"build 2/2", 400}, {"compare", 100}});
}

TEST_CASE("build board: one that dies before its first step") {
  BuildBoard board({"a"}, {});
  board.begin(0);
  board.end(0, false, 5);
  CHECK(board.event(9)["targets"][0]["state"] == "failed");
  CHECK(board.taken(0).empty());
}

TEST_CASE("build times: kept, and not believed when they are nonsense") {
  const test::TestFolder folder;
  const Layout layout{folder.path()};
  const Target target = build_test::sample_target();
  CHECK(read_build_times(layout, "tool", target).empty());
  const StepTimes times = {{"build 1/2", 1000}, {"compare", 1}};
  keep_build_times(layout, "tool", target, times);
  CHECK(read_build_times(layout, "tool", target) == times);
  const std::string file = "build/times/tool/stable_main_amd64_bookworm.json";
  for (const char* text : {"", "[]", "{", "\"x\"", "[[[[[[[[1]]]]]]]]"}) {
    folder.write(file, text);
    CHECK(read_build_times(layout, "tool", target).empty());
  }
  folder.write(file, R"({"a": -1, "b": "x", "c": 7})");
  CHECK(read_build_times(layout, "tool", target) == StepTimes{{"c", 7}});
  folder.write(file, std::string(5000, ' ') + "{}");
  CHECK(read_build_times(layout, "tool", target).empty());
}

TEST_CASE("how many targets suit a machine") {
  CHECK(suitable_jobs(1, 64 * kGiB) == 1);
  CHECK(suitable_jobs(2, 64 * kGiB) == 1);
  CHECK(suitable_jobs(3, 64 * kGiB) == 2);
  CHECK(suitable_jobs(16, 64 * kGiB) == 8);
  CHECK(suitable_jobs(16, 9 * kGiB) == 2);
  CHECK(suitable_jobs(16, 1 * kGiB) == 1);
  CHECK(suitable_jobs(0, 0) == 1);
  CHECK(suitable_jobs_here() >= 1);
}

TEST_CASE("available memory, as the kernel tells it") {
  CHECK(available_memory("MemTotal:  9 kB\nMemAvailable:    2048 kB\nSwap: 7 kB\n") == 2048 * 1024);
  CHECK(available_memory("") == 0);
  CHECK(available_memory("MemAvailable:") == 0);
  CHECK(available_memory("MemAvailable: x kB") == 0);
  CHECK(available_memory("MemAvailable: 99999999999999999999999 kB") == 0);
  CHECK(available_memory("MemAvailable: 9999999999999999999 kB") == 0);
}

}  // namespace
}  // namespace hallmark
