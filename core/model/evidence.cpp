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
  }
  return "unknown";
}

std::optional<Evidence> evidence_from_name(std::string_view name) {
  for (const Evidence level : {Evidence::kPrebuilt, Evidence::kBuilt, Evidence::kReproduced}) {
    if (evidence_name(level) == name) return level;
  }
  return std::nullopt;
}

}  // namespace hallmark
