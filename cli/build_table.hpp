// A build of several targets as a person sees it: a table of target and step on a terminal, a line
// for each step that ended elsewhere.
//
// hallmark-build tells how far it is by events with "targets" (docs/formats.md). What they hold is
// not trusted: whatever is missing or of another shape is left out.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "core/json.hpp"

namespace hallmark {

bool is_build_table(const Json& untrusted_event);
// Nothing of it is waiting or being built any more.
bool is_finished_table(const Json& untrusted_event);

// A heading and a line for each target, those at work first where there are more than fit:
//
//   target                      state   build 1/2   build 2/2        compare
//   stable_main_amd64_bookworm  builds  12.3 s      4.0 s of 11.8 s
//
// At most `most` lines of at most `width` characters.
std::vector<std::string> table_lines(const Json& untrusted_event, std::size_t width,
                                     std::size_t most);

struct EndedStep {
  std::string name;  // of the step, or "failed"
  std::string target;
  std::chrono::milliseconds took{0};
};
// What ended between two events. `before`: null at first.
std::vector<EndedStep> steps_ended(const Json& untrusted_before, const Json& untrusted_now);

}  // namespace hallmark
