#include "cli/build_table.hpp"

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

using Lines = std::vector<std::string>;

Json table(const std::string& first, const std::string& second = "") {
  return Json::parse(R"({"step":"build","targets":[)" + first + (second.empty() ? "" : ",") +
                     second + "]}");
}

const char* const kWaits =
    R"({"target":"b","state":"waits","steps":[{"step":"build 1/2"},{"step":"build 2/2"}]})";
const char* const kBuilds = R"({"target":"a","state":"builds","steps":[
    {"step":"build 1/2","ms":12300},
    {"step":"build 2/2","ms":4000,"running":true,"expected_ms":61000}]})";
const char* const kBuilt = R"({"target":"a","state":"built","steps":[
    {"step":"build 1/2","ms":12300},{"step":"build 2/2","ms":60000}]})";
const char* const kFailed = R"({"target":"a","state":"failed","steps":[
    {"step":"build 1/2","ms":12300},{"step":"build 2/2","ms":5000}]})";

Lines told(const Json& before, const Json& now) {
  Lines out;
  for (const EndedStep& step : steps_ended(before, now)) {
    out.push_back(step.name + " " + step.target + " " + std::to_string(step.took.count()));
  }
  return out;
}

TEST_CASE("build table: target by step, elapsed and expected") {
  const Json event = table(kBuilds, kWaits);
  REQUIRE(is_build_table(event));
  CHECK(!is_finished_table(event));
  CHECK(table_lines(event, 80, 24) == Lines{"target  state   build 1/2  build 2/2",
                                            "a       builds  12.3 s     4.0 s of 1 min 1 s",
                                            "b       waits"});
  CHECK(is_finished_table(table(kBuilt)));
  CHECK(is_finished_table(table(kFailed)));
  CHECK(!is_build_table(Json{{"step", "download"}}));
}

TEST_CASE(
    "build table: what is expected of a step that was not begun, and nothing of one that is") {
  CHECK(table_lines(table(R"({"target":"a","state":"builds","steps":[
            {"step":"one","ms":1000,"running":true},{"step":"two","expected_ms":2000}]})"),
                    80, 24)[1] == "a       builds  1.0 s …  (2.0 s)");
}

TEST_CASE("build table: a small terminal gets what is at work") {
  const Json event = table(kWaits, kBuilds);
  CHECK(table_lines(event, 80, 2) == Lines{"target  state   build 1/2  build 2/2",
                                           "a       builds  12.3 s     4.0 s of 1 min 1 s"});
  CHECK(table_lines(event, 80, 0).size() == 2);
  CHECK(table_lines(event, 12, 2) == Lines{"target  stat", "a       buil"});
}

TEST_CASE("build table: a line for each step that ended") {
  CHECK(told(Json(), table(kBuilds)) == Lines{"build 1/2 a 12300"});
  CHECK(told(table(kBuilds), table(kBuilds)).empty());
  CHECK(told(table(kBuilds), table(kBuilt)) == Lines{"build 2/2 a 60000"});
  CHECK(told(table(kBuilt), table(kBuilt)).empty());
  CHECK(told(table(kBuilds), table(kFailed)) == Lines{"failed a 17300"});
  CHECK(told(Json(), table(R"({"target":"a","state":"failed","steps":[]})")) ==
        Lines{"failed a 0"});
}

TEST_CASE("build table: an event of any shape") {
  for (const char* text :
       {"null", "7", "[]", "{}", R"({"targets":7})", R"({"targets":[]})", R"({"targets":[1,null]})",
        R"({"targets":[{}]})", R"({"targets":[{"target":1,"state":[],"steps":"x"}]})",
        R"({"targets":[{"target":"a","steps":[1,{},{"step":"s","ms":-1,"running":"yes"}]}]})",
        R"({"targets":[{"target":"a","steps":[{"step":"s","ms":18446744073709551615}]},
                       {"target":"b","steps":[{},{},{}]}]})"}) {
    const Json event = Json::parse(text);
    INFO(text);
    if (is_build_table(event)) CHECK(!table_lines(event, 40, 10).empty());
    static_cast<void>(is_finished_table(event));
    CHECK(steps_ended(event, event).empty());
  }
  const Json hostile = table(R"({"target":"\u001b[2J\n","state":"builds","steps":[]})");
  for (const std::string& line : table_lines(hostile, 80, 24)) {
    CHECK(line.find_first_of("\x1b\n") == std::string::npos);
  }
}

}  // namespace
}  // namespace hallmark
