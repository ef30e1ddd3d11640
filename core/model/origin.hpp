// A product's "origin": where its source comes from, and who must have signed it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace hallmark {

enum class OriginKind { kDsc, kGit, kTarball };

struct Origin {
  OriginKind kind = OriginKind::kDsc;
  // kDsc: a Debian source package from the apt sources of the machine that pins.
  std::string package;
  // kDsc: the absolute path of a keyring file; empty: Debian's developers' keyrings.
  // kGit, kTarball: the plain name of an armoured keyring in releases/keyrings that holds the keys
  // of openpgp_signers; empty where there are none.
  std::string keyring;
  // kGit: of the repository. kTarball: of the archive, a pattern: "…/tool-{version}.tar.xz".
  // https://, or an absolute path.
  std::string url;
  std::string tag;            // kGit: a pattern: "v{version}"
  std::string signature_url;  // kTarball: of the archive's detached OpenPGP signature, a pattern
  std::vector<std::string> signers;          // kGit: OpenSSH public key lines
  std::vector<std::string> openpgp_signers;  // fingerprints of primary keys, 40 digits
  uint64_t threshold = 1;                    // how many of all those keys must have signed
};

// Errors are recorded in the reader. Patterns contain {version}; at least one key may sign, and the
// threshold can be reached.
Origin read_origin(ObjectReader& reader);

// The pattern with {version} filled in.
std::string fill_in_version(std::string pattern, const std::string& version);

// "https://…" or an absolute path.
bool is_address(const std::string& url);

// What a file of that address is called: what follows its last slash.
std::string file_name_of_url(const std::string& url);

}  // namespace hallmark
