#include "signer/agent_signature.hpp"

#include <gpgme.h>

#include <array>

namespace hallmark {
namespace {

constexpr std::size_t kLine = 72;     // characters: what a pinentry on a console has room for
constexpr std::size_t kAction = 144;  // two of them
constexpr std::size_t kDigestLine = 64;
constexpr const char* kNewLine = "%0A";

struct Meaning {
  unsigned code;
  const char* cause;
  const char* hint;  // after "nothing was signed; "
};
constexpr const char* kLookUp =
    "a card counts wrong PINs and blocks itself: look the PIN up before you run it again";
constexpr const char* kPutIn = "put the card in, then run it again";
constexpr const char* kScreen =
    "name a program that can ask on a screen of the terminal as pinentry-program in the agent's "
    "gpg-agent.conf";
constexpr Meaning kMeanings[] = {
    {GPG_ERR_BAD_PIN, "the PIN is wrong", kLookUp},
    {GPG_ERR_BAD_PASSPHRASE, "the passphrase is wrong", "look it up, then run it again"},
    {GPG_ERR_PIN_BLOCKED, "the card is blocked, because of too many wrong PINs",
     "unblock the card with its PUK or admin PIN and its own tool, then run it again"},
    {GPG_ERR_CARD_NOT_PRESENT, "there is no card", kPutIn},
    {GPG_ERR_CARD_REMOVED, "the card was removed", kPutIn},
    {GPG_ERR_CARD_RESET, "the card was reset", "run it again"},
    {GPG_ERR_CARD, "the card or its reader failed", "take the card out, put it in, and try again"},
    {GPG_ERR_WRONG_CARD, "another card is in the reader", "put the card in that has this key"},
    {GPG_ERR_NO_SCDAEMON, "the agent has no program for cards",
     "check scdaemon-program in the agent's gpg-agent.conf"},
    {GPG_ERR_NOT_SUPPORTED, "the agent does not use cards, or not such keys",
     "if the key is on a card: no disable-scdaemon in the agent's gpg-agent.conf"},
    {GPG_ERR_CANCELED, "the question for the PIN or passphrase was cancelled",
     "if it was asked again and again, the card is away; else run it again and answer"},
    {GPG_ERR_FULLY_CANCELED, "the question for the PIN or passphrase was cancelled",
     "run it again and answer"},
    {GPG_ERR_NOT_CONFIRMED, "the question on the terminal's screen was answered with no",
     "run it again, if it is to be signed after all"},
    {GPG_ERR_TIMEOUT, "nobody answered the question for the PIN or passphrase in time",
     "run it again, with somebody at the terminal's screen"},
    {GPG_ERR_NO_PIN_ENTRY, "the agent has no program to ask for the PIN or passphrase with",
     kScreen},
    {GPG_ERR_UNUSABLE_SECKEY, "the private key cannot be used",
     "'hallmark keys list' says where it is; restore it from the backup"},
    {GPG_ERR_BAD_SECKEY, "the private key is damaged", "restore it from the backup"},
    {GPG_ERR_NO_SECKEY, "the agent does not have the private key",
     "'hallmark keys list' says which keys it has"},
    {GPG_ERR_EOF, "the agent ended meanwhile", "run it again"},
};

std::string printable(const std::string& text) {
  std::string out;
  for (const char c : text.substr(0, kAction)) out += c >= ' ' && c <= '~' && c != '%' ? c : '?';
  return out;
}

// Assuan: '+' for a space; the signs that mean something there, as "%XX".
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '+' || c == '"') {
      out += c == '+' ? "%2B" : "%22";
    } else {
      out += c == ' ' ? '+' : c;
    }
  }
  return out;
}

std::string lines_of(const std::string& text, std::size_t width) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += width) {
    out += escaped(text.substr(at, width)) + kNewLine;
  }
  return out;
}

}  // namespace

std::string key_description(const SigningPurpose& purpose, const AgentSignature& wanted) {
  return lines_of(printable(purpose.action), kLine) + escaped("SHA-256 of the file:") + kNewLine +
         lines_of(purpose.file.hex(), kDigestLine) +
         escaped("What is signed (" + wanted.hash + "):") + kNewLine +
         lines_of(wanted.digest, kDigestLine);
}

Error signing_failure(const std::string& key_name, unsigned code) {
  std::array<char, 256> text{};
  gpgme_strerror_r(code, text.data(), text.size());
  const std::string said = std::string(" (") + text.data() + ")";
  for (const Meaning& known : kMeanings) {
    if (known.code != gpgme_err_code(code)) continue;
    return failed(key_name, "did not sign: " + std::string(known.cause) + said,
                  "nothing was signed; " + std::string(known.hint));
  }
  if (gpgme_err_source(code) == GPG_ERR_SOURCE_PINENTRY) {
    return failed(key_name, "did not sign: the PIN or passphrase could not be asked for" + said,
                  std::string("nothing was signed; ") + kScreen);
  }
  return failed(key_name, "did not sign: the key agent refused" + said, "nothing was signed");
}

Result<AgentSession> restricted_session(const std::string& socket) {
  HALLMARK_TRY(AgentSession agent, AgentSession::open(socket));
  const Result<std::string> restricted = agent.transact("GETINFO restricted");
  if (restricted.ok()) return agent;
  return failed("key agent", restricted.error().cause,
                "the signer uses the agent's restricted (extra) socket only");
}

Result<std::string> ask_for_signature(AgentSession& agent, const AgentSignature& wanted,
                                      const SigningPurpose& purpose) {
  std::string answer;
  for (const std::string& command :
       {"SIGKEY " + wanted.keygrip, "SETKEYDESC " + key_description(purpose, wanted),
        "SETHASH --hash=" + wanted.hash + " " + wanted.digest, std::string("PKSIGN")}) {
    answer.clear();
    const unsigned code = agent.send(command, answer);
    if (code != 0) return signing_failure(purpose.key_name, code);
  }
  return answer;
}

}  // namespace hallmark
