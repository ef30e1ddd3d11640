#include "verify/openpgp_status.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace hallmark {
namespace {

constexpr std::string_view kPrefix = "[GNUPG:] ";
constexpr std::size_t kStatusLimit = std::size_t{1} << 20U;  // bytes
constexpr std::size_t kFingerprintSize = 40;                 // version 4 keys

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

std::optional<int64_t> seconds_of(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && value >= 0 ? std::optional<int64_t>(value) : std::nullopt;
}

bool is_fingerprint(std::string_view text) {
  return text.size() == kFingerprintSize &&
         text.find_first_not_of("0123456789ABCDEF") == std::string_view::npos;
}

// VALIDSIG FINGERPRINT DATE CREATED EXPIRES VERSION RESERVED KEY-ALGORITHM HASH CLASS PRIMARY
std::optional<OpenPgpSignature> read_validsig(const std::vector<std::string_view>& words) {
  if (words.size() != 11) return std::nullopt;
  const auto created = seconds_of(words[3]);
  const std::string_view hash = words[8];  // RFC 4880 section 9.4: 8, 9, 10 are SHA-256, -384, -512
  const bool strong = hash == "8" || hash == "9" || hash == "10";
  if (!created || !strong) return std::nullopt;
  if (!is_fingerprint(words[10])) return std::nullopt;
  return OpenPgpSignature{std::string(words[10]), *created};
}

// By its class. One of a wrong shape is read_validsig's to refuse.
bool is_over(SignedForm form, const std::vector<std::string_view>& words) {
  const std::string_view kind = words.size() == 11 ? words[9] : std::string_view("00");
  return kind == "00" || (kind == "01" && form == SignedForm::kText);
}

// Reads the lines of one signature after the other.
class StatusReader {
 public:
  StatusReader(std::string subject, SignedForm form, ExpiredKeys expired_keys)
      : subject_(std::move(subject)), form_(form), expired_keys_(expired_keys) {}

  Status add_line(std::string_view line) {
    if (!line.starts_with(kPrefix)) return malformed();
    const std::vector<std::string_view> words = words_of(line.substr(kPrefix.size()));
    const std::string_view keyword = words.empty() ? std::string_view() : words[0];
    if (keyword == "PLAINTEXT" && ++texts_ > 1) {
      return verification_error(subject_, "holds more than one signed text");
    }
    if (keyword == "NEWSIG") current_ = {};
    if (keyword == "BADSIG") return verification_error(subject_, "has a bad signature");
    if (keyword == "GOODSIG") current_.good = true;
    if (keyword == "EXPKEYSIG") current_.expired_key = true;
    if (keyword == "EXPSIG") note_ = "its signature has expired";
    if (keyword == "REVKEYSIG") note_ = "it is signed by a key that was revoked";
    if (keyword == "NO_PUBKEY") note_ = "it is signed by a key that is not in the keyring";
    if (keyword == "KEYEXPIRED" && words.size() == 2) note_expiry(words[1]);
    if (keyword == "VALIDSIG") add_validsig(words);
    return ok_status();
  }

  Result<std::vector<OpenPgpSignature>> finish() {
    if (!good_.empty()) return std::move(good_);
    return verification_error(
        subject_, "has no good signature" + (note_.empty() ? std::string() : ": " + note_));
  }

  Error malformed() const {
    return verification_error(subject_, "gpgv reports on it in an unknown form");
  }

 private:
  struct Signature {
    bool good = false;
    bool expired_key = false;
    std::optional<int64_t> key_expired;  // the earliest that was reported
  };

  void note_expiry(std::string_view text) {
    const int64_t at = seconds_of(text).value_or(0);
    current_.key_expired = std::min(current_.key_expired.value_or(at), at);
  }

  void add_validsig(const std::vector<std::string_view>& words) {
    const std::optional<OpenPgpSignature> signature = read_validsig(words);
    if (!is_over(form_, words)) {
      note_ = "its signature is not over the bytes themselves (class 00)";
    } else if (!signature) {
      note_ = "its signature uses an algorithm that is not accepted";
    } else if (current_.good) {
      good_.push_back(*signature);
    } else if (current_.expired_key) {
      const bool in_time = current_.key_expired && signature->created < *current_.key_expired;
      if (in_time && expired_keys_ == ExpiredKeys::kAcceptEarlierSignatures) {
        good_.push_back(*signature);
      }
      note_ = "it is signed by a key that has expired";
    }
    current_ = {};
  }

  std::string subject_;
  SignedForm form_;
  ExpiredKeys expired_keys_;
  Signature current_;
  std::size_t texts_ = 0;
  std::string note_;  // why the last signature that did not count did not
  std::vector<OpenPgpSignature> good_;
};

}  // namespace

Result<std::vector<OpenPgpSignature>> parse_gpgv_status(std::string_view untrusted_status,
                                                        const std::string& subject, SignedForm form,
                                                        ExpiredKeys expired_keys) {
  StatusReader reader(subject, form, expired_keys);
  if (untrusted_status.size() > kStatusLimit) return reader.malformed();
  while (!untrusted_status.empty()) {
    const std::size_t end = untrusted_status.find('\n');
    if (end == std::string_view::npos) return reader.malformed();
    HALLMARK_CHECK(reader.add_line(untrusted_status.substr(0, end)));
    untrusted_status.remove_prefix(end + 1);
  }
  return reader.finish();
}

}  // namespace hallmark
