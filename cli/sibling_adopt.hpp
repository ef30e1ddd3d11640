// What the group's other terminals did, judged again by this terminal's signer.
#pragma once

#include <string>
#include <vector>

#include "cli/files_at_hand.hpp"
#include "cli/terminal_root.hpp"

namespace hallmark {

// An item of the signer's sibling-work, in words: "t1: figlet 2.2.5-3 for stable (approved by
// alice, bob)".
std::string sibling_work_in_words(const Json& untrusted_item);

// Of files to fetch, as many from number `from` on as one request asks for: no path twice, though
// an import may have brought one file into several suites.
Json served_files_at_once(const Json& files, std::size_t from);

struct AdoptReport {
  std::vector<std::string> adopted;  // in words, in order
  bool policy_changed = false;
};

// Everything that is left to adopt, in order: the request that the sibling's log keeps and the
// bytes that it was about come from the hosts, by their digests; bytes that are at hand from there.
// Ends at the first refusal.
Result<AdoptReport> adopt_sibling_work(TerminalRoot& root, const FilesAtHand& at_hand);

}  // namespace hallmark
