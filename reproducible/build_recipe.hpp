// What a build runs inside the sandbox: the product's recipe as a shell script of ours, its
// arguments and its variables.
//
// Inside, /source (read-only) holds the checked source: the files of a .dsc, an archive, or a git
// tree. The build folder (BuildConditions::folder) holds out/, for the artefacts, and evidence/,
// for what is kept beside them. docs/formats.md lists the variables that a recipe's script may use.
#pragma once

#include <string>
#include <vector>

#include "core/model/lock.hpp"
#include "core/model/product.hpp"
#include "reproducible/build_conditions.hpp"

namespace hallmark {

inline constexpr const char* kSourceFolder = "/source";

struct RecipeCommand {
  std::vector<std::string> command;
  std::vector<std::string> variables;
};

RecipeCommand recipe_command(const Lock& lock, const Product& product, const Target& target,
                             const BuildConditions& conditions);

// "2026-11-21", UTC. Out of range: "1970-01-01".
std::string iso_date(int64_t seconds_since_1970);

}  // namespace hallmark
