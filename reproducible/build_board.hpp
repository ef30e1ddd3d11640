// What a build of several targets has come to: which step of which target, for how long by now, and
// how long it took the last time. It is what `hallmark build` shows.
//
// Times are milliseconds since the board was made; the caller has the clock.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"

namespace hallmark {

// Milliseconds by the name of a step.
using StepTimes = std::map<std::string, uint64_t>;

class BuildBoard {
 public:
  // `expected`: of each target, what it took the last time; may be empty.
  BuildBoard(std::vector<std::string> targets, std::vector<StepTimes> expected);

  void begin(std::size_t target);
  // The step before it ends with this.
  void step(std::size_t target, const std::string& name, uint64_t now);
  void end(std::size_t target, bool built, uint64_t now);

  // Of a target, what each step took.
  StepTimes taken(std::size_t target) const;

  // {"step": "build", "targets": [{"target", "state": "waits" | "builds" | "built" | "failed",
  //  "steps": [{"step", "ms"?, "running"?: true, "expected_ms"?}]}]}: ms of a step that was begun.
  Json event(uint64_t now) const;

 private:
  struct Step {
    std::string name;
    uint64_t began = 0;
    std::optional<uint64_t> ended;
  };
  struct Row {
    std::string target;
    StepTimes expected;
    const char* state = "waits";
    std::vector<Step> steps;
  };
  std::vector<Row> rows_;
};

}  // namespace hallmark
