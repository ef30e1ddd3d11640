// Requests about the F-Droid repository (repository/fdroid.hpp).
//
// describe-app {"application", "texts": JSON as verify/fdroid/texts.hpp has it, "icons": [locale]},
// each icon as a descriptor in that order: what people write about an app.
//
// compose-fdroid {"apks": [{"path", "sha256", "added"}], "newest"}: as hallmark-sign gives them.
// Answer: {"index": path below the tree, "changed", "date"}.
//
// attach-fdroid {"entry", "entry_jar": in hex, "page"}: takes over what hallmark-sign signed.
#pragma once

#include "publisher/request_context.hpp"

namespace hallmark {

Result<Response> describe_one_app(const Context& context);
Result<Response> compose_fdroid_index(const Context& context);
Result<Response> attach_fdroid_entry(const Context& context);

}  // namespace hallmark
