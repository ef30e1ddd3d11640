#include "core/model/evidence.hpp"

namespace hallmark {

std::string evidence_name(Evidence level) {
  switch (level) {
    case Evidence::kPrebuilt:
      return "prebuilt";
    case Evidence::kBuilt:
      return "built";
    case Evidence::kReproduced:
      return "reproduced";
    case Evidence::kRebuilt:
      return "rebuilt";
  }
  return "unknown";
}

std::optional<Evidence> evidence_from_name(std::string_view name) {
  for (const Evidence level :
       {Evidence::kPrebuilt, Evidence::kBuilt, Evidence::kReproduced, Evidence::kRebuilt}) {
    if (evidence_name(level) == name) return level;
  }
  return std::nullopt;
}

std::optional<Evidence> builders_evidence_from_name(std::string_view name) {
  const std::optional<Evidence> level = evidence_from_name(name);
  return level == Evidence::kRebuilt ? std::nullopt : level;
}

}  // namespace hallmark
