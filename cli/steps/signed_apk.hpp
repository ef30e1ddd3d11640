// Signed APKs on their way from the signer to the publisher, in the terminal's staging folder.
#pragma once

#include <string>

#include "core/model/record.hpp"

namespace hallmark {

// Named after what was signed: the same unsigned bytes are never signed into two files.
std::string signed_apk_name(const BuiltArtefact& unsigned_apk);

}  // namespace hallmark
