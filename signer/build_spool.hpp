// The one-way spool through which build records come from hallmark-build to the signer.
//
// The builder's word counts because of who could have written the file: folder and file belong to
// the builder's uid and nobody else may write to them. A record that arrives any other way is none.
#pragma once

#include <sys/types.h>

#include <string>

#include "core/bytes.hpp"
#include "core/layout.hpp"
#include "core/result.hpp"

namespace hallmark {

// The text of the record with this digest.
Result<std::string> read_build_record(const Layout& layout, uid_t builder,
                                      const Sha256Digest& sha256);

}  // namespace hallmark
