// The rules about keys: those of the installed policy sign, while they are valid, and no others.
#pragma once

#include "signer/install_policy.hpp"
#include "signer/sign_apt_release.hpp"

namespace hallmark {

// Of sign-apt-release and refresh-apt-release: every key of the suite has a part that signs, is
// neither revoked nor past its expiry, and whose private half the agent has.
Status suite_keys_are_not_over(ReleaseCase& subject);
Status suite_keys_are_in_the_agent(ReleaseCase& subject);
// Which is clear for each (signer/signing_part.hpp).
Status one_part_of_each_key_signs(ReleaseCase& subject);

// The same of these keys, whatever they are to sign; and of each, in their order, the part that
// signs here.
Status openpgp_keys_are_not_over(const SignerContext& context, const Policy& policy,
                                 const std::vector<std::string>& fingerprints);
Status openpgp_keys_are_in_the_agent(const SignerContext& context, const Policy& policy,
                                     const std::vector<std::string>& fingerprints);
Result<std::vector<OpenPgpSubkey>> parts_that_sign(const SignerContext& context,
                                                   const Policy& policy,
                                                   const std::vector<std::string>& fingerprints);

// Of install-policy and change-policy. The agent knows keys by keygrip alone, people by
// certificate: the two must be one key.
Status keygrips_are_those_of_the_certificates(PolicyCase& subject);
// The same as of suites, of the keys that the policy in force does not name or lets sign here by
// another part; and the agent has the
// APK keys that are new.
Status new_keys_are_not_over(PolicyCase& subject);
Status new_keys_are_in_the_agent(PolicyCase& subject);
Status one_part_of_each_new_key_signs(PolicyCase& subject);
// Of every terminal's.
Status subkeys_are_parts_of_their_keys(PolicyCase& subject);

}  // namespace hallmark
