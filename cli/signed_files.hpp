// Having hallmark-sign sign an application: what comes back is put in its place whole, or not at
// all.
#pragma once

#include <string>

#include "cli/terminal_root.hpp"
#include "core/json.hpp"
#include "core/result.hpp"

namespace hallmark {

// Where v4's signature of an APK is: beside it, under the name that Android's own tools use.
std::string idsig_name(const std::string& apk_name);

// Whether a new file may take this name in the folder: that of nothing yet, or of a regular file. A
// device, say, would be gone for everybody who counts on it.
Status check_output_name(int folder, const std::string& name);

// `request` is one that writes a signed file ("sign-apk"), `input_fd` what it is to sign. Writes
// `folder`/`name`, and its .idsig if the answer has one; an older .idsig of that name does not
// stay. Needs the signing agent at work. Returns the signer's answer.
Result<Json> sign_into_folder(TerminalRoot& root, const Json& request, int input_fd,
                              const std::string& folder, const std::string& name);

}  // namespace hallmark
