// What two suites of the repository have, held against each other.
#pragma once

#include "core/json.hpp"

namespace hallmark {

// Of two lists as hallmark-push gives them: {"only_from": [{"package","architecture","versions"}],
// "only_to": [...], "other_versions": [{"package","architecture","from": versions, "to":
// versions}]}, each sorted by package and architecture, versions as dpkg orders them.
Json diff_suites(const Json& from, const Json& to);

// The same for people: "- " only in the first, "+ " only in the second, "! " in other versions.
std::string suite_diff_words(const Json& difference);

}  // namespace hallmark
