// The release log as files for everybody: public/log/TERMINAL/, tiles and entries as
// verify/log/tiles.hpp describes them, and the checkpoint.
#pragma once

#include <string>

#include "signer/context.hpp"

namespace hallmark {

// Writes the files that are not there with the bytes that they should have, each by rename; on
// return all of them are on disk.
Status write_log_tiles(const SignerContext& context, const LogHead& head);

// What the lines name by digest: texts/SHA256.
Status write_kept_texts(const SignerContext& context);

// The file that commits to the others: only after write_log_tiles.
Status write_log_checkpoint(const SignerContext& context, const std::string& note);

}  // namespace hallmark
