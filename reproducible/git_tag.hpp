// Annotated git tags: reading one, and deciding whether the right people signed it.
//
// Source: git's Documentation/signature-format, ssh-keygen's PROTOCOL.sshsig, RFC 4880. The
// signatures, SSH or OpenPGP, stand at the end of the object, each over all bytes before it: a
// second person signs a signed tag. One OpenPGP block may hold signatures by several keys.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {

struct GitTag {
  std::string commit;     // the id of what it names
  std::string name;       // the name inside the object
  int64_t tagged_at = 0;  // seconds since 1970, as the tagger says
};

// The headers of a tag object, which must be exactly object, type commit, tag and tagger.
Result<GitTag> parse_git_tag(std::string_view untrusted_object);

struct TagRule {
  std::string name;
  std::vector<SshPublicKey> signers;
  std::vector<std::string> openpgp_signers;  // fingerprints of primary keys
  std::string keyring;                       // that has those keys
  uint64_t threshold = 1;                    // how many keys of either kind
};

struct VerifiedTag {
  GitTag tag;
  std::vector<std::string> signers;  // as in LockedSource
};

// kVerification unless the tag's own name is the rule's and at least `threshold` of its signers
// have signed it; a signature by anyone else is refused too. Of an OpenPGP block only signatures by
// keys that the keyring lacks say nothing, as long as one does.
Result<VerifiedTag> verify_git_tag(std::string_view untrusted_object, const TagRule& rule);

}  // namespace hallmark
