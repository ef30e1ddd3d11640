// The requests that read what the terminal's own package hosts serve: logs, files, Releases. What
// they answer with comes from the network, and is for the signer to judge.
#pragma once

#include "publisher/request_context.hpp"

namespace hallmark {

// What every public address serves as the checkpoint of a terminal's log. An address that cannot be
// asked does not keep the others from being asked.
Result<Response> published_checkpoints(const Context& context);

// Lines of a terminal's log, from one address, as a file.
Result<Response> served_lines(const Context& context);

// Files by their digests, from whichever address has them.
Result<Response> served_files(const Context& context);

// What every public address serves as the InRelease of these suites.
Result<Response> served_releases(const Context& context);

}  // namespace hallmark
