// In what the two builds of a target differ. What depends on any of it is not reproducible.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

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

  std::vector<std::string> variables() const;
};

// `cpus`: the processors there are, at least one. The first build gets one of them, the second all.
std::array<BuildConditions, 2> build_conditions(const std::vector<unsigned>& cpus);

// The names, for a build record, of the conditions that do differ: on a machine with one processor
// "CPU count" is not among them.
std::vector<std::string> differing_conditions(const BuildConditions& a, const BuildConditions& b);

}  // namespace hallmark
