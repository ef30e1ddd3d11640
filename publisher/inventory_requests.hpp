// Requests about what is in the repository's tree.
//
// collect-garbage {"dry_run": bool}: removes what nothing refers to any more, or says what would
// be. Answer: {"files", "bytes", "removed": [{"path", "size"}]}. check-repository {"deep": bool}:
// holds the tree against the state, with `deep` every byte of it. Answer: {"files", "bytes",
// "faulty", "faults": [{"path", "fault": "missing", "extra", "size" or "digest", "words"}]}. Of
// `removed` and `faults` the answer has at most 10,000; `files` and `faulty` count all.
#pragma once

#include "publisher/request_context.hpp"

namespace hallmark {

Result<Response> collect_garbage_request(const Context& context);
Result<Response> check_repository_request(const Context& context);

}  // namespace hallmark
