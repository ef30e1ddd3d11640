// In what the two builds of a target differ. What depends on any of it is not reproducible.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "reproducible/difference_cause.hpp"

namespace hallmark {

struct BuildConditions {
  std::string folder;     // the build's writable folder, inside the sandbox
  std::string time_zone;  // TZ, as POSIX writes it: needs no time zone database
  std::string locale;     // LANG and LC_ALL
  std::string language;   // LANGUAGE
  std::string umask;
  std::string hostname;
  std::string user;
  uint32_t uid = 0;
  std::string home;  // does not exist, as Debian's policy allows
  std::string path;
  std::vector<unsigned> cpus;
  std::size_t jobs = 1;
  bool clock_ahead = false;  // by 400 days and some hours (clock_ahead.cpp)

  std::vector<std::string> variables() const;
};

// Where the sandbox has clock_ahead_library().
constexpr const char* kClockAheadLibrary = "/run/clock-ahead.so";

// `cpus`: the processors there are, at least one. The first build gets one of them, the second all.
// `same_year`: the clock is the same.
std::array<BuildConditions, 2> build_conditions(const std::vector<unsigned>& cpus, bool same_year);

// The names, for a build record, of the conditions that do differ: on a machine with one processor
// "CPU count" is not among them.
std::vector<std::string> differing_conditions(const BuildConditions& a, const BuildConditions& b);

// How each of those that leave a text can be found in what a build made, if it was made at `now`
// (seconds since 1970).
std::vector<Telltale> telltales(const BuildConditions& a, const BuildConditions& b, int64_t now);

}  // namespace hallmark
