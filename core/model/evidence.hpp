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
  kRebuilt,     // as many rebuilders as the policy asks for say that it comes out elsewhere
};

std::string evidence_name(Evidence level);  // "prebuilt", "built", "reproduced", "rebuilt"
std::optional<Evidence> evidence_from_name(std::string_view name);
// What one builder can say of its work, and what the policy's measure can be lowered to: not
// "rebuilt", which only the attestations of others make.
std::optional<Evidence> builders_evidence_from_name(std::string_view name);

}  // namespace hallmark
