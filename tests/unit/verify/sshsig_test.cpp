#include "verify/sshsig.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "tests/unit/tools.hpp"
#include "tests/unit/verify/ssh_fixtures.hpp"

namespace {

using namespace hallmark;
using namespace hallmark::ssh_test;
using hallmark::test::run_tool;
using hallmark::test::TestFolder;

const std::string kMessage = "message\n";
const std::string kNamespace = "test@v1";

// The key types that ssh-keygen makes without hardware.
const std::vector<std::vector<std::string>> kKeyTypes = {
    {"-t", "ed25519"},
    {"-t", "ecdsa", "-b", "256"},
    {"-t", "ecdsa", "-b", "384"},
    {"-t", "ecdsa", "-b", "521"},
    {"-t", "rsa", "-b", "3072"},
};

struct Signed {
  std::string armor;
  std::string public_line;
};

Signed sign_with_ssh_keygen(const std::vector<std::string>& type, const std::string& hash) {
  const TestFolder folder;
  std::vector<std::string> arguments = {
      "-q", "-N", "", "-C", "a comment", "-f", folder.path("key")};
  arguments.insert(arguments.end(), type.begin(), type.end());
  run_tool("/usr/bin/ssh-keygen", arguments);
  const std::string armor = run_tool(
      "/usr/bin/ssh-keygen",
      {"-q", "-Y", "sign", "-n", kNamespace, "-O", "hashalg=" + hash, "-f", folder.path("key")},
      kMessage);
  return {armor, folder.read("key.pub")};
}

bool accepted(const std::string& untrusted_armor) {
  return verify_sshsig(untrusted_armor, kMessage, kNamespace).ok();
}
bool accepted_blob(const std::string& blob) { return accepted(armor(blob)); }

std::string cause(const std::string& blob) {
  const auto result = verify_sshsig(armor(blob), kMessage, kNamespace);
  if (result.ok()) return "accepted";
  CHECK(result.error().kind == ErrorKind::kVerification);
  return result.error().cause;
}

}  // namespace

TEST_CASE("sshsig: signatures of ssh-keygen, each key type and hash") {
  for (const auto& type : kKeyTypes) {
    for (const char* hash : {"sha256", "sha512"}) {
      const Signed by_keygen = sign_with_ssh_keygen(type, hash);
      INFO(by_keygen.public_line << hash);
      const auto key = verify_sshsig(by_keygen.armor, kMessage, kNamespace);
      REQUIRE(key.ok());
      const auto listed = SshPublicKey::parse(by_keygen.public_line);
      REQUIRE(listed.ok());
      CHECK(*key == *listed);
      CHECK_FALSE(verify_sshsig(by_keygen.armor, "message", kNamespace).ok());
      CHECK_FALSE(verify_sshsig(by_keygen.armor, "", kNamespace).ok());
      CHECK_FALSE(verify_sshsig(by_keygen.armor, kMessage, "test@v2").ok());
    }
  }
}

TEST_CASE("sshsig: any one bit changed is refused") {
  for (const auto& type : kKeyTypes) {
    const std::string blob = dearmor(sign_with_ssh_keygen(type, "sha512").armor);
    REQUIRE(accepted_blob(blob));
    std::size_t let_through = 0;
    for (std::size_t bit = 0; bit < blob.size() * 8; ++bit) {
      std::string changed = blob;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
      if (accepted_blob(changed)) ++let_through;
    }
    CHECK(let_through == 0);
  }
}

TEST_CASE("sshsig: cut at each length is refused") {
  for (const auto& type : kKeyTypes) {
    const std::string text = sign_with_ssh_keygen(type, "sha256").armor;
    const std::string blob = dearmor(text);
    std::size_t let_through = 0;
    for (std::size_t size = 0; size < blob.size(); ++size) {
      if (accepted_blob(blob.substr(0, size))) ++let_through;
    }
    for (std::size_t size = 0; size + 1 < text.size(); ++size) {  // the last byte is a newline
      if (accepted(text.substr(0, size))) ++let_through;
    }
    CHECK(let_through == 0);
    CHECK(accepted(text.substr(0, text.size() - 1)));
  }
}

TEST_CASE("sshsig: lengths of 2^32-1, 2^31 and one too many anywhere are refused") {
  const std::string blob = Envelope{}.by(SoftKey(SoftKind::kSkEcdsa));
  REQUIRE(accepted_blob(blob));
  std::size_t let_through = 0;
  for (std::size_t at = 0; at + 4 <= blob.size(); ++at) {
    for (const uint32_t length : {0xffffffffU, 0x80000000U, 0x7fffffffU}) {
      std::string changed = blob;
      changed.replace(at, 4, ssh_u32(length));
      if (accepted_blob(changed)) ++let_through;
    }
    std::string longer = blob;
    ++longer[at + 3];
    if (accepted_blob(longer)) ++let_through;
  }
  CHECK(let_through == 0);
}

TEST_CASE("sshsig: bytes after the end of any part are refused") {
  const SoftKey key(SoftKind::kEd25519);
  const Envelope envelope;
  const std::string signature = key.sign(envelope.signed_bytes());
  REQUIRE(accepted_blob(envelope.blob(key.public_blob(), signature)));
  CHECK_FALSE(accepted_blob(envelope.blob(key.public_blob(), signature) + "x"));
  CHECK_FALSE(accepted_blob(envelope.blob(key.public_blob() + "x", signature)));
  CHECK(cause(envelope.blob(key.public_blob(), signature + "x")) == "has bytes after its end");
  CHECK_FALSE(accepted_blob(envelope.blob(key.public_blob(), signature + ssh_string(""))));
}

TEST_CASE("sshsig: envelopes that are validly signed and still refused") {
  const SoftKey key(SoftKind::kEd25519);
  REQUIRE(accepted_blob(Envelope{}.by(key)));
  Envelope envelope;
  SECTION("a reserved field that is used") {
    envelope.reserved = "x";
    CHECK(cause(envelope.by(key)) == "uses a reserved field");
  }
  SECTION("another version") {
    for (const uint32_t version : {0U, 2U, 0x01000000U}) {
      envelope.version = version;
      CHECK(cause(envelope.by(key)) == "is of a version that is not supported");
    }
  }
  SECTION("another hash") {
    for (const char* hash : {"sha1", "md5", "sha384", "SHA512"}) {
      envelope.hash = hash;
      CHECK(cause(envelope.by(key)) == "uses a hash that is not sha256 or sha512");
    }
  }
  SECTION("another namespace") {
    for (const char* name_space : {"", "file", "test@v", "test@v10", "TEST@v1"}) {
      envelope.name_space = name_space;
      CHECK(cause(envelope.by(key)) == "was not made for the namespace test@v1");
    }
    CHECK_FALSE(verify_sshsig(armor(envelope.by(key)), kMessage, "").ok());
  }
  SECTION("another magic") {
    envelope.magic = "SSHSIH";
    CHECK_FALSE(accepted_blob(envelope.by(key)));
  }
}

TEST_CASE("sshsig: an empty expected namespace accepts nothing") {
  Envelope envelope;
  envelope.name_space = "";
  CHECK_FALSE(verify_sshsig(armor(envelope.by(SoftKey(SoftKind::kEd25519))), kMessage, "").ok());
}

TEST_CASE("sshsig: a signature under another key's name is refused") {
  const SoftKey signer(SoftKind::kEd25519);
  const Envelope envelope;
  const std::string signature = signer.sign(envelope.signed_bytes());
  const SoftKey same_type(SoftKind::kEd25519);
  const SoftKey other_type(SoftKind::kSkEd25519);
  CHECK_FALSE(accepted_blob(envelope.blob(same_type.public_blob(), signature)));
  CHECK_FALSE(accepted_blob(envelope.blob(other_type.public_blob(), signature)));
  // The same Ed25519 key as a security key: its plain signatures do not count as touched.
  const std::string point = signer.public_blob().substr(signer.public_blob().size() - 36);
  const std::string as_security_key =
      ssh_string("sk-ssh-ed25519@openssh.com") + point + ssh_string("ssh:");
  CHECK_FALSE(accepted_blob(envelope.blob(as_security_key, signature)));
}

TEST_CASE("sshsig: security keys, with OpenSSH as the judge of the test's authenticator") {
  for (const SoftKind kind : {SoftKind::kSkEd25519, SoftKind::kSkEcdsa}) {
    SoftKey key(kind);
    const std::string text = armor(Envelope{}.by(key));
    const TestFolder folder;
    run_tool("/usr/bin/ssh-keygen",
             {"-Y", "check-novalidate", "-n", kNamespace, "-s", folder.write("sig", text)},
             kMessage);
    const auto verified = verify_sshsig(text, kMessage, kNamespace);
    REQUIRE(verified.ok());
    CHECK(verified->type == key.type());

    key.flags = 0x05;  // touched, and the person proved who they are
    CHECK(accepted_blob(Envelope{}.by(key)));
    key.flags = 0x00;
    CHECK(cause(Envelope{}.by(key)) == "was made by a security key that nobody touched");
    key.flags = 0x04;
    CHECK_FALSE(accepted_blob(Envelope{}.by(key)));
    key.flags = 0x41;
    CHECK(cause(Envelope{}.by(key)) == "has authenticator extensions that its form does not carry");
    key.flags = 0x81;
    CHECK_FALSE(accepted_blob(Envelope{}.by(key)));
  }
}

TEST_CASE("sshsig: a security key's application is part of what it signs") {
  SoftKey key(SoftKind::kSkEd25519);
  const Envelope envelope;
  key.application = "ssh:other";
  const std::string signature = key.sign(envelope.signed_bytes());
  key.application = "ssh:";
  CHECK_FALSE(accepted_blob(envelope.blob(key.public_blob(), signature)));
}

TEST_CASE("sshsig: RSA signature algorithms") {
  SoftKey key(SoftKind::kRsa);
  CHECK(accepted_blob(Envelope{}.by(key)));
  key.rsa_algorithm = "rsa-sha2-256";
  CHECK(accepted_blob(Envelope{}.by(key)));
  key.rsa_algorithm = "ssh-rsa";  // SHA-1
  CHECK(cause(Envelope{}.by(key)) == "is of an algorithm that is not accepted for RSA");
  key.rsa_algorithm = "ssh-ed25519";
  CHECK_FALSE(accepted_blob(Envelope{}.by(key)));
}

TEST_CASE("sshsig: an RSA signature of another length is refused") {
  const SoftKey key(SoftKind::kRsa);
  const Envelope envelope;
  std::string signature = key.sign(envelope.signed_bytes());
  const std::string number = signature.substr(signature.size() - 384);
  const std::string algorithm = ssh_string("rsa-sha2-512");
  CHECK(accepted_blob(envelope.blob(key.public_blob(), algorithm + ssh_string(number))));
  for (const std::string& other :
       {std::string(1, '\0') + number, number + '\0', number.substr(1), std::string()}) {
    CHECK_FALSE(accepted_blob(envelope.blob(key.public_blob(), algorithm + ssh_string(other))));
  }
}

TEST_CASE("sshsig: an RSA key of 2048 bits is refused") {
  const SoftKey key(SoftKind::kRsa, 2048);
  CHECK(cause(Envelope{}.by(key)).find("RSA key of 2048 bits") != std::string::npos);
}

TEST_CASE("sshsig: ECDSA numbers that are zero, negative or padded are refused") {
  const SoftKey key(SoftKind::kSkEcdsa);
  const Envelope envelope;
  const std::string tail = std::string(1, '\x01') + ssh_u32(7);
  const std::string good(32, '\x11');
  for (const std::string& r : {std::string(), std::string(1, '\0'), "\x80" + good,
                               std::string(1, '\0') + good, std::string(5000, '\x11')}) {
    const std::string field = ssh_string(r) + ssh_string(good);
    const std::string signature = ssh_string(key.type()) + ssh_string(field) + tail;
    CHECK_FALSE(accepted_blob(envelope.blob(key.public_blob(), signature)));
  }
}

TEST_CASE("sshsig: armour") {
  const std::string text = armor(Envelope{}.by(SoftKey(SoftKind::kEd25519)));
  REQUIRE(accepted(text));
  CHECK_FALSE(accepted(""));
  CHECK_FALSE(accepted("\n" + text));
  CHECK_FALSE(accepted(" " + text));
  CHECK_FALSE(accepted(text + "\n"));
  CHECK_FALSE(accepted(text + "x"));
  CHECK_FALSE(accepted(text + text));
  CHECK_FALSE(accepted(text.substr(text.find('\n') + 1)));
  CHECK_FALSE(accepted("-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n"));
  CHECK_FALSE(accepted("-----BEGIN SSH SIGNATURE-----END SSH SIGNATURE-----\n"));
  std::string changed = text;
  changed.insert(changed.find('\n') + 1, "\n");
  CHECK_FALSE(accepted(changed));
  changed = text;
  changed[40] = '!';
  CHECK_FALSE(accepted(changed));
  changed = text;
  changed.insert(changed.find('\n'), "\r");
  CHECK_FALSE(accepted(changed));
  CHECK_FALSE(accepted(armor(std::string(40000, 'x'))));
}

TEST_CASE("sshsig: an sk-ecdsa key asked by a browser, with OpenSSH as the judge") {
  SoftKey key(SoftKind::kSkEcdsa);
  key.application = "example.org";
  key.origin = "https://approve.example.org";
  const std::string text = armor(Envelope{}.by(key));
  const TestFolder folder;
  run_tool("/usr/bin/ssh-keygen",
           {"-Y", "check-novalidate", "-n", kNamespace, "-s", folder.write("sig", text)}, kMessage);
  CHECK(accepted(text));
  for (const char* origin : {"https://example.org", "https://example.org:8443"}) {
    key.origin = origin;
    CHECK(accepted_blob(Envelope{}.by(key)));
  }
  key.flags = 0x81;
  key.extensions = "\xa0";
  CHECK(accepted_blob(Envelope{}.by(key)));
}

TEST_CASE("sshsig: what a browser's signature is refused for") {
  SoftKey key(SoftKind::kSkEcdsa);
  key.application = "example.org";
  key.origin = "https://example.org";
  const std::string extensions = "has authenticator extensions that its form does not carry";
  std::string expected;
  SECTION("nobody touched the key") {
    key.flags = 0x04;
    expected = "was made by a security key that nobody touched";
  }
  SECTION("the challenge is another message") {
    key.challenge = "another message";
    expected = "is a web page's over another message";
  }
  SECTION("the origin goes on in what follows") {
    key.client_data_end = "x\"}";
    expected = "is a web page's over another message";
  }
  SECTION("extensions that no flag tells of") {
    key.extensions = "\xa0";
    expected = extensions;
  }
  SECTION("a flag of extensions that are not there") {
    key.flags = 0x81;
    expected = extensions;
  }
  SECTION("attested data") {
    key.flags = 0x41;
    expected = extensions;
  }
  CHECK(cause(Envelope{}.by(key)) == expected);
}

TEST_CASE("sshsig: a browser's signature for a page outside of the key's domain") {
  SoftKey key(SoftKind::kSkEcdsa);
  for (const char* application : {"example.org", "", "ssh:"}) {
    for (const char* origin :
         {"http://example.org", "https://example.com", "https://evilexample.org",
          "https://example.org.evil.com", "https://.example.org", "https://example.org:",
          "https://example.org:80/x", "https://", "https://a\".example.org", "ssh://example.org"}) {
      key.application = application;
      key.origin = origin;
      INFO(application << ' ' << origin);
      CHECK(cause(Envelope{}.by(key)) == "was made for a web page outside of the key's own domain");
    }
  }
}

TEST_CASE("sshsig: a browser's form for a key of another type") {
  SoftKey browser(SoftKind::kSkEcdsa);
  browser.application = "example.org";
  browser.origin = "https://example.org";
  const Envelope envelope;
  const std::string signature = browser.sign(envelope.signed_bytes());
  for (const SoftKind kind : {SoftKind::kEd25519, SoftKind::kSkEd25519}) {
    CHECK_FALSE(accepted_blob(envelope.blob(SoftKey(kind).public_blob(), signature)));
  }
}

TEST_CASE("sshsig: an approval is hashed with SHA-512 and nothing weaker") {
  const SoftKey key(SoftKind::kEd25519);
  Envelope envelope;
  envelope.name_space = "hallmark-approval@v1";
  CHECK(verify_approval_signature(armor(envelope.by(key)), kMessage).ok());
  envelope.hash = "sha256";
  const auto downgraded = verify_approval_signature(armor(envelope.by(key)), kMessage);
  REQUIRE_FALSE(downgraded.ok());
  CHECK(downgraded.error().cause == "uses a hash other than sha512");
  envelope = Envelope{};
  CHECK_FALSE(verify_approval_signature(armor(envelope.by(key)), kMessage).ok());
}
