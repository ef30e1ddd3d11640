// A secret in n parts, of which any k give it back and fewer say nothing: Shamir's scheme, by ssss.
//
// A part is kept as a text file, for paper or a medium of its own:
//
//   a few lines for people
//   backup: HEX     SHA-256 of the file that the secret opens
//   needed: K       how many shares give the secret back; no other number does
//   share: N-HEX    as ssss-split writes it
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "process/identity.hpp"

namespace hallmark {

struct KeyShare {
  Sha256Digest backup;
  std::size_t needed = 0;
  std::string text;  // "2-bf50…"
};

struct ShareCount {
  std::size_t all = 0;     // 2 to 16
  std::size_t needed = 0;  // 2 to `all`
};

std::string render_share(const KeyShare& share, const ShareCount& count, std::size_t number,
                         const std::string& terminal);
// Reads what people copy by hand, too: blanks around a line and capitals do not matter.
Result<KeyShare> parse_share(std::string_view untrusted_text, const std::string& subject);

// `secret`: 32 bytes in hexadecimal. The program runs as `user`.
Result<std::vector<std::string>> split_secret(const std::string& secret, const ShareCount& count,
                                              const std::optional<Identity>& user);
// Of one backup, and as many as are needed at least. Every share takes part: those that disagree
// are kVerification. A changed share among no more than are needed cannot be told: it gives
// another secret.
Result<std::string> combine_shares(const std::vector<KeyShare>& shares,
                                   const std::optional<Identity>& user);

}  // namespace hallmark
