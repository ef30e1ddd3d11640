// One target of a lock, built twice and compared.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/model/lock.hpp"
#include "core/model/product.hpp"
#include "core/wire.hpp"
#include "reproducible/build_collect.hpp"

namespace hallmark {

struct BuildJob {
  const Lock& lock;
  const Product& product;
  Target target;
  std::string environment;   // folder of the unpacked environment
  std::string source;        // folder of the checked source
  std::string dependencies;  // folder of prepare_dependencies
  std::string workspace;
  std::string logs;  // folder, made if need be: 1.log, 2.log and what else tells of the builds
  // Of targets that are built at the same time, each has another one: their first builds get one
  // processor each, and not all the same one.
  std::size_t turn = 0;
};

// What progress names, in this order.
inline constexpr std::array<const char*, 3> kBuildSteps = {"build 1/2", "build 2/2", "compare"};

struct BuildResult {
  std::vector<CollectedFile> artefacts;
  std::vector<std::string> variations;  // in what the two builds differed
};

// kFailed when a build fails, with the last lines of its log; kVerification when the two builds
// differ, naming the first difference, or when an output may not be taken.
Result<BuildResult> build_twice(const BuildJob& job, const ProgressSink& progress);

}  // namespace hallmark
