// What changes in the files that were built for one target of a release.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "cli/review/change.hpp"
#include "core/fd.hpp"

namespace hallmark {

struct BuiltFile {
  std::string name;
  std::filesystem::path path;  // what `open` below is given
};
// By what is to be compared with what: the package's name and architecture, or the output's name.
using BuiltFiles = std::map<std::string, BuiltFile>;
using OpenBuilt = std::function<Result<UniqueFd>(const std::filesystem::path&)>;

// A part for each file of `after`, compared with the one before it or, where that is missing, with
// nothing; and one for what comes and goes. A file that cannot be compared is a part that says so.
// `place` stands in the titles. Returns how many could not.
std::size_t review_artefacts(const std::string& place, const BuiltFiles& before,
                             const BuiltFiles& after, const OpenBuilt& open,
                             std::vector<ReviewPart>& parts);

}  // namespace hallmark
