// How well it is known that an artefact is what its source gives. Ordered: a later level is better.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hallmark {

enum class Evidence {
  kPrebuilt,    // approvals name the artefact digests
  kBuilt,       // this terminal's builder made it
  kReproduced,  // built twice here under varied conditions, bit for bit equal
};

std::string evidence_name(Evidence level);  // "prebuilt", "built", "reproduced"
std::optional<Evidence> evidence_from_name(std::string_view name);

}  // namespace hallmark
