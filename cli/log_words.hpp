// A line of the release log in plain words, and which lines a person asked for.
#pragma once

#include <string>

#include "core/json.hpp"

namespace hallmark {

// Empty fields: all lines.
struct LogFilter {
  std::string kind;
  std::string key;    // a fingerprint among the line's "keys", in either case
  std::string since;  // "2026-11-21" or "2026-11-21T00:00:00Z": the line's time or later
};

bool wanted(const Json& leaf, const LogFilter& filter);

// "12  2026-11-21T10:00:00Z  release  dists/stable/InRelease: signed, sha256 …"
std::string log_words(const Json& leaf);

}  // namespace hallmark
