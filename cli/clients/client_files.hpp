// What users of the apt repository are given, as files at the root of what hosts serve:
//
//   NAME.sources               apt's source of the policy's first suite, with the keys in it
//   NAME-SUITE.sources         the same for each other suite
//   NAME-archive-keyring.asc   the keys alone
//   NAME.allowed_signers       the terminals' keys of checksums, for ssh-keygen -Y verify
//   index.html                 who signs, with which keys, and what to type
//
// They follow from the policy and its keys alone, whether a suite has a Release yet or not.
// Source of the format: sources.list(5), "DEB822-STYLE FORMAT" and "Signed-By".
#pragma once

#include <string>
#include <vector>

#include "core/model/policy.hpp"

namespace hallmark {

struct ClientFile {
  std::string name;
  std::string text;
};

// None where the policy has no "clients". `keyring`: the armoured OpenPGP keys of the policy.
std::vector<ClientFile> client_files(const Policy& policy, const std::string& keyring);

// With spaces between them.
std::string in_one_line(const std::vector<std::string>& words);

}  // namespace hallmark
