// Shares of a key backup, as text that people keep.
#include "cli/key_shares.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cctype>

#include "core/digest.hpp"

namespace hallmark {
namespace {

const std::string kDigits(64, 'a');
const KeyShare kShare{sha256("backup"), 2, "2-" + kDigits};

TEST_CASE("key share: what is written is read, whatever a person adds around it") {
  const std::string text = render_share(kShare, {3, 2}, 2, "terminal-1");
  std::string typed = text;
  std::transform(typed.begin(), typed.end(), typed.begin(), ::toupper);
  for (std::size_t at = 0; (at = typed.find('\n', at)) != std::string::npos; at += 3) {
    typed.replace(at, 1, " \r\n");
  }
  for (const std::string& kept : {text, "copied by hand\n\n" + text + "in the safe\n", typed}) {
    const auto share = parse_share(kept, "share");
    REQUIRE(share.ok());
    CHECK(share->backup == kShare.backup);
    CHECK(share->needed == 2);
    CHECK(share->text == kShare.text);
  }
  CHECK(text.find("share 2 of 3") != std::string::npos);
}

TEST_CASE("key share: what is none") {
  const std::string digest = "backup: " + kShare.backup.hex() + "\n";
  const std::string backup = digest + "needed: 2\n";
  for (const std::string& text :
       {std::string(), backup, "share: 1-" + kDigits + "\n", backup + "share: " + kDigits + "\n",
        backup + "share: 0-" + kDigits, backup + "share: 123-" + kDigits,
        backup + "share: x-" + kDigits, backup + "share: 1-" + kDigits + "a",
        backup + "share: 1-" + kDigits.substr(1) + "G", backup + "share: -" + kDigits,
        "backup: 12\nneeded: 2\nshare: 1-" + kDigits, digest + "share: 1-" + kDigits,
        digest + "needed: 1\nshare: 1-" + kDigits, digest + "needed: 17\nshare: 1-" + kDigits,
        digest + "needed: x\nshare: 1-" + kDigits}) {
    INFO(text);
    CHECK_FALSE(parse_share(text, "share").ok());
  }
}

}  // namespace
}  // namespace hallmark
