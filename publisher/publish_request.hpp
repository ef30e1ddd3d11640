// The request "publish" (docs/formats.md, hallmark-push).
#pragma once

#include "publisher/request_context.hpp"

namespace hallmark {

Result<Response> publish_to_all_hosts(const Context& context);

}  // namespace hallmark
