// Signed notes and checkpoints.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/log_fixtures.hpp"

namespace hallmark {
namespace {

using log_test::LogSigner;

// The example of Go's package golang.org/x/mod/sumdb/note.
const std::string kGoKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const std::string kGoText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
const std::string kGoLine =
    "\xe2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

MerkleTree some_tree() { return log_test::tree_of(log_test::numbered_entries(3)); }

std::string refusal(const std::string& note, const NoteKey& key) {
  const auto opened = open_checkpoint(note, key);
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().kind == ErrorKind::kVerification);
  return opened.error().message();
}

bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

TEST_CASE("note: one that Go's implementation signed") {
  const auto key = NoteKey::parse(kGoKey);
  REQUIRE(key.ok());
  CHECK(key->vkey() == kGoKey);
  const auto text = open_note(kGoText + "\n" + kGoLine, *key);
  REQUIRE(text.ok());
  CHECK(*text == kGoText);
  CHECK_FALSE(open_note(kGoText + "more\n\n" + kGoLine, *key).ok());
}

TEST_CASE("note: keys that are none") {
  for (const std::string text :
       {"", "name", "name+c74f20a3", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Alpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc", "PeterNeumann+c74f20a3+?"}) {
    INFO(text);
    CHECK_FALSE(NoteKey::parse(text).ok());
  }
  const ssh_test::SoftKey rsa(ssh_test::SoftKind::kRsa);
  const auto line = SshPublicKey::from_blob(rsa.public_blob());
  REQUIRE(line.ok());
  CHECK_FALSE(NoteKey::from_ssh("name", *line).ok());
}

TEST_CASE("checkpoint: what was signed is read") {
  const LogSigner signer;
  const auto opened = open_checkpoint(signer.checkpoint(some_tree()), signer.note_key());
  REQUIRE(opened.ok());
  CHECK(opened->origin == signer.name);
  CHECK(opened->tree == some_tree());
}

TEST_CASE("checkpoint: lines of other keys are let be, and do not count") {
  const LogSigner signer;
  const std::string note = signer.checkpoint(some_tree());
  CHECK(open_checkpoint(note + kGoLine, signer.note_key()).ok());
  const std::string unsigned_text = note.substr(0, note.find("\n\n") + 2);
  CHECK(says(refusal(unsigned_text + kGoLine, signer.note_key()), "is not signed by"));
}

TEST_CASE("checkpoint: forged, by another key of the same name") {
  const LogSigner signer;
  const LogSigner other;
  CHECK(says(refusal(other.checkpoint(some_tree()), signer.note_key()), "is not signed by"));
}

TEST_CASE("checkpoint: forged, another key's signature under this key's id") {
  const LogSigner signer;
  const std::string text = render_checkpoint({signer.name, some_tree()});
  const std::string line = signer.note_key().signature_line(std::string(64, 'x'));
  CHECK(says(refusal(make_note(text, line), signer.note_key()), "that is not by the key"));
}

TEST_CASE("checkpoint: forged, of another origin with the log's own key") {
  const LogSigner signer;
  const std::string text = render_checkpoint({"example.org/log/t2", some_tree()});
  CHECK(says(refusal(signer.sign(text), signer.note_key()), "is of the log 'example.org/log/t2'"));
}

TEST_CASE("checkpoint: signed, and of another form") {
  const LogSigner signer;
  const std::string root = base64_encode(some_tree().root.view());
  const std::string origin = signer.name + "\n";
  for (const std::string& text :
       {origin, origin + "3\n", origin + "03\n" + root + "\n", origin + "+3\n" + root + "\n",
        origin + "0\n" + root + "\n", origin + "-1\n" + root + "\n",
        origin + "18446744073709551616\n" + root + "\n", origin + "3\n" + root + "\nmore\n",
        origin + "3\n" + root.substr(4) + "\n", origin + "3\n" + root + "=\n"}) {
    INFO(text);
    CHECK_FALSE(open_checkpoint(signer.sign(text), signer.note_key()).ok());
  }
}

TEST_CASE("note: forms that no note has") {
  const LogSigner signer;
  const std::string note = signer.checkpoint(some_tree());
  const NoteKey key = signer.note_key();
  for (const std::string& forged :
       {std::string(), std::string("\n\n"), note.substr(0, note.size() - 1), note + "x\n",
        note + "\n", "\r" + note, note + "\xe2\x80\x94 x y\n", note + "\xff\n",
        note + std::string(70000, 'x') + "\n"}) {
    CHECK_FALSE(open_note(forged, key).ok());
  }
  std::string many = note;
  for (int i = 0; i < 101; ++i) many += kGoLine;
  CHECK(says(open_note(many, key).error().message(), "too many signatures"));
}

}  // namespace
}  // namespace hallmark
