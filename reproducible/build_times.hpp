// How long each step of a target's last build took, for telling people what to expect of the next.
// Nothing else depends on it: what cannot be read is not known, what cannot be kept is not missed.
//
//   build/times/PRODUCT/TARGET.json   {"build 1/2": MILLISECONDS, ...}
#pragma once

#include <string>

#include "core/layout.hpp"
#include "core/model/target.hpp"
#include "reproducible/build_board.hpp"

namespace hallmark {

StepTimes read_build_times(const Layout& layout, const std::string& product, const Target& target);
void keep_build_times(const Layout& layout, const std::string& product, const Target& target,
                      const StepTimes& times);

}  // namespace hallmark
