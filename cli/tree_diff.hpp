// Two signed repositories held against each other, field by field: the one that clients have now,
// and ours, before it takes its place.
#pragma once

#include "cli/foreign_tree.hpp"
#include "core/json.hpp"

namespace hallmark {

// {"release": [{"field","there"?,"here"?}], "only_there", "only_here":
// [{"package","architecture","version"}], "other_versions": [{..., "there","here"}],
// "other_fields":
// [{"package","architecture","version","field","there"?,"here"?}]}, each sorted; a side that has no
// such field is left out.
//
// Not compared: when a Release was made and for how long it holds, lists of files, where a package
// is, and digests beside SHA-256.
Json diff_trees(const ForeignSuite& there, const ForeignSuite& here);

// The same for people: "- " only there, "+ " only here, "! " in other versions, "~ " with other
// fields. Empty: there is no difference.
std::string tree_diff_words(const Json& difference);

}  // namespace hallmark
