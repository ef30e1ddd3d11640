// The package NAME-archive-keyring: what it brings, users' apt trusts from then on. So, unlike of
// any other package, the signer looks at what is in it: nothing but what `hallmark repo keyring`
// writes of the policy and its keys. No script, no other file, no other key.
#pragma once

#include <string>

#include "core/model/policy.hpp"
#include "signer/context.hpp"

namespace hallmark {

// A .deb that may be one, and its control file's Package and Version.
struct KeyringCandidate {
  int untrusted_fd = -1;
  uint64_t size = 0;
  std::string package;
  std::string version;
  std::string subject;  // of errors
};

bool is_keyring_package(const Policy& policy, const std::string& package);

// Any other package is, too; so is one that a sibling accepted, which compared it then, by the
// policy and the keys that were in force there.
Status keyring_is_the_policys(const SignerContext& context, const Policy& policy,
                              const KeyringCandidate& candidate);

}  // namespace hallmark
