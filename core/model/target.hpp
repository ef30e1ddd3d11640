// What one build makes and where it goes: a suite and component of our repository, an architecture,
// and the environment it is built in. Shared by products, locks and build records.
#pragma once

#include <compare>
#include <string>

#include "core/json.hpp"

namespace hallmark {

struct Target {
  std::string suite;
  std::string component;
  std::string architecture;
  std::string environment;

  auto operator<=>(const Target&) const = default;
  // "stable_main_amd64_bookworm": a directory name.
  std::string directory_name() const;
};

Target read_target(ObjectReader& reader);
Json to_json(const Target& target);

// Requires a plain name, or records an error about `key`.
std::string read_plain_name(ObjectReader& reader, const std::string& key);

}  // namespace hallmark
