// The verdict on two builds: equal bit for bit, or where they first differ, in words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reproducible/build_collect.hpp"
#include "reproducible/difference_cause.hpp"

namespace hallmark {

struct Difference {
  std::string artefact;
  std::string
      what;  // "data.tar.xz: ./usr/bin/figlet in it differs; the build's path is in it; ..."
};

// nullopt: the same names, sizes and digests. Otherwise the first artefact that differs, or that
// only one build has. Digests decide; opening the archives (archive_walk.hpp) only finds the words.
std::optional<Difference> first_difference(const std::vector<CollectedFile>& first,
                                           const std::vector<CollectedFile>& second,
                                           const std::vector<Telltale>& telltales);

}  // namespace hallmark
