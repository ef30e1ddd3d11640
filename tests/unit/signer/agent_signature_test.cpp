// What a person is shown before a signature, and told when there is none.
#include "signer/agent_signature.hpp"

#include <gpg-error.h>

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

const std::string kKey = "APK key app";

std::string shown(const std::string& action) {
  return key_description({action, Sha256Digest(), kKey},
                         {std::string(40, 'A'), "sha512", std::string(128, 'b')});
}

TEST_CASE("agent: the description says the action, the file's digest and what is signed") {
  CHECK(shown("Sign the Release of suite stable") ==
        "Sign+the+Release+of+suite+stable%0ASHA-256+of+the+file:%0A" + std::string(64, '0') +
            "%0AWhat+is+signed+(sha512):%0A" + std::string(64, 'b') + "%0A" + std::string(64, 'b') +
            "%0A");
}

TEST_CASE("agent: no character of a name gets out of the description") {
  const std::string line = shown("a\nOK\r\x1b[2J%0A\"+\xc3\xa4\x7f" + std::string(1, '\0') + "z");
  CHECK(line.starts_with("a?OK??[2J?0A%22%2B????z%0ASHA-256"));
  CHECK(line.find_first_of("\n\r\x1b\"") == std::string::npos);
}

TEST_CASE("agent: the longest description is one line of the agent's protocol") {
  constexpr std::size_t kAssuanLine = 1000;
  const std::string line = shown(std::string(5000, '+'));
  CHECK(line.size() + std::string("SETKEYDESC ").size() < kAssuanLine);
  CHECK(line.find("sha512") != std::string::npos);
}

TEST_CASE("agent: each way to fail has its cause and what to do about it") {
  const auto words = [](gpg_err_code_t code, gpg_err_source_t source = GPG_ERR_SOURCE_GPGAGENT) {
    const Error error = signing_failure(kKey, gpg_err_make(source, code));
    CHECK(error.subject == kKey);
    CHECK(error.hint.starts_with("nothing was signed"));
    return error.cause + " | " + error.hint;
  };
  struct Case {
    gpg_err_code_t code;
    const char* cause;
    const char* hint;
  };
  for (const Case& one : {
           Case{GPG_ERR_BAD_PIN, "the PIN is wrong", "counts wrong PINs"},
           {GPG_ERR_BAD_PASSPHRASE, "the passphrase is wrong", "look it up"},
           {GPG_ERR_PIN_BLOCKED, "is blocked", "unblock the card"},
           {GPG_ERR_CARD_NOT_PRESENT, "there is no card", "put the card in"},
           {GPG_ERR_CARD_REMOVED, "the card was removed", "put the card in"},
           {GPG_ERR_WRONG_CARD, "another card", "that has this key"},
           {GPG_ERR_NO_SCDAEMON, "no program for cards", "scdaemon-program"},
           {GPG_ERR_NOT_SUPPORTED, "does not use cards", "disable-scdaemon"},
           {GPG_ERR_CANCELED, "was cancelled", "run it again"},
           {GPG_ERR_FULLY_CANCELED, "was cancelled", "run it again"},
           {GPG_ERR_TIMEOUT, "in time", "somebody at the terminal's screen"},
           {GPG_ERR_NO_PIN_ENTRY, "no program to ask", "pinentry-program"},
           {GPG_ERR_UNUSABLE_SECKEY, "cannot be used", "hallmark keys list"},
           {GPG_ERR_NO_SECKEY, "does not have the private key", "hallmark keys list"},
           {GPG_ERR_GENERAL, "the key agent refused (General error)", ""},
       }) {
    const std::string said = words(one.code);
    INFO(said);
    CHECK(said.find(one.cause) < said.find(" | "));
    CHECK(said.find(one.hint, said.find(" | ")) != std::string::npos);
  }
  // A pinentry-curses without a screen says ENOTTY.
  CHECK(words(GPG_ERR_ENOTTY, GPG_ERR_SOURCE_PINENTRY).find("could not be asked for") !=
        std::string::npos);
}

}  // namespace
}  // namespace hallmark
