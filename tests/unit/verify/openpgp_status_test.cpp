#include "verify/openpgp_status.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace hallmark;

namespace {

const std::string kKey = "0123456789ABCDEF0123456789ABCDEF01234567";

std::string line(const std::string& text) { return "[GNUPG:] " + text + "\n"; }
std::string valid(const std::string& hash = "8", const std::string& kind = "01") {
  return line("VALIDSIG " + kKey + " 2020-01-01 1577836800 0 4 0 22 " + hash + " " + kind + " " +
              kKey);
}
bool accepted(const std::string& status, ExpiredKeys keys = ExpiredKeys::kRefuse,
              SignedForm form = SignedForm::kText) {
  return parse_gpgv_status(status, "message", form, keys).ok();
}

}  // namespace

TEST_CASE("only GOODSIG then VALIDSIG of one signature is good") {
  const std::string good = line("GOODSIG 01234567 alice");
  CHECK(accepted(line("NEWSIG") + good + valid()));
  CHECK(!accepted(line("NEWSIG") + valid()));
  CHECK(!accepted(line("NEWSIG") + good));
  CHECK(!accepted(line("NEWSIG") + good + line("NEWSIG") + valid()));
  CHECK(!accepted(line("NEWSIG") + line("REVKEYSIG 01234567 alice") + valid()));
  CHECK(!accepted(line("NEWSIG") + line("EXPSIG 01234567 alice") + valid()));
  CHECK(!accepted(line("NEWSIG") + line("EXPKEYSIG 01234567 alice") + valid()));
  CHECK(!accepted(""));
}

TEST_CASE("a bad signature beside a good one refuses everything") {
  const std::string good = line("NEWSIG") + line("GOODSIG 01234567 alice") + valid();
  CHECK(!accepted(good + line("NEWSIG") + line("BADSIG 01234567 bob")));
  CHECK(accepted(good + line("NEWSIG") + line("ERRSIG 01234567 22 8 01 1577836800 9 -") +
                 line("NO_PUBKEY 01234567")));
}

TEST_CASE("weak hashes, odd classes and malformed lines are not good signatures") {
  const std::string good = line("NEWSIG") + line("GOODSIG 01234567 alice");
  CHECK(!accepted(good + valid("2")));
  CHECK(!accepted(good + valid("1")));
  CHECK(!accepted(good + valid("8", "10")));
  CHECK(!accepted(good + line("VALIDSIG " + kKey)));
  CHECK(!accepted(good + "no prefix\n" + valid()));
  CHECK(!accepted(good + "[GNUPG:] VALIDSIG"));
}

TEST_CASE("a signature over text is none over bytes") {
  const std::string good = line("NEWSIG") + line("GOODSIG 01234567 alice");
  const auto over_bytes = [](const std::string& status) {
    return accepted(status, ExpiredKeys::kRefuse, SignedForm::kBytes);
  };
  CHECK(over_bytes(good + valid("8", "00")));
  CHECK(!over_bytes(good + valid("8", "01")));
  CHECK(!over_bytes(good + valid("8", "10")));
  CHECK(accepted(good + valid("8", "00")));
}

TEST_CASE("a name in a status line cannot pass for another line") {
  CHECK(!accepted(line("NEWSIG") + line("ERRSIG x [GNUPG:] GOODSIG 01234567 alice") + valid()));
}

TEST_CASE("an expired key counts only for what it signed before") {
  const auto status = [](const std::string& expired) {
    return line("NEWSIG") + line("KEYEXPIRED " + expired) + line("EXPKEYSIG 01234567 alice") +
           valid();
  };
  CHECK(accepted(status("1577836801"), ExpiredKeys::kAcceptEarlierSignatures));
  CHECK(!accepted(status("1577836800"), ExpiredKeys::kAcceptEarlierSignatures));
  CHECK(!accepted(status("nonsense"), ExpiredKeys::kAcceptEarlierSignatures));
  CHECK(!accepted(line("NEWSIG") + line("EXPKEYSIG 01234567 alice") + valid(),
                  ExpiredKeys::kAcceptEarlierSignatures));
  CHECK(!accepted(status("1577836801")));
}
