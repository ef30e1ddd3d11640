// With a real gpg-agent in supervised mode: two throwaway keys, and the signer's way to them.
#include "signer/gpg_keys.hpp"

#include <gpg-error.h>
#include <openssl/ec.h>
#include <openssl/x509.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <sstream>

#include "core/digest.hpp"
#include "signer/agent_signature.hpp"
#include "signer/keygrip.hpp"
#include "tests/unit/tools.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {
namespace {

using test::run_tool;
using test::TestFolder;

UniqueFd listening_socket(const std::string& path) {
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof(address.sun_path));
  std::memcpy(address.sun_path, path.c_str(), path.size());
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  REQUIRE(::listen(socket.get(), 8) == 0);
  return socket;
}

// An X.509 certificate for a public key (SubjectPublicKeyInfo), signed by no matter whom.
std::string certificate_for(const std::string& spki) {
  const auto* cursor = as_bytes(spki).data();
  EVP_PKEY* key = d2i_PUBKEY(nullptr, &cursor, static_cast<long>(spki.size()));
  EVP_PKEY* issuer = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  REQUIRE(X509_set_version(certificate, X509_VERSION_3) == 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  REQUIRE(X509_set_pubkey(certificate, key) == 1);
  REQUIRE(X509_sign(certificate, issuer, EVP_sha256()) > 0);
  uint8_t* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  REQUIRE(size > 0);
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  X509_free(certificate);
  EVP_PKEY_free(issuer);
  EVP_PKEY_free(key);
  return out;
}

// gpg-agent --supervised with a main and a restricted socket, for as long as the object lives.
class TestAgent {
 public:
  TestAgent() {
    REQUIRE(make_dirs(home(), 0700).ok());
    folder.write("agent/gpg-agent.conf", "disable-scdaemon\n");
    folder.write("agent/gpg.conf", "no-autostart\n");
    const UniqueFd main = listening_socket(home() + "/S.gpg-agent");
    const UniqueFd extra = listening_socket(extra_socket());
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) become_agent(main.get(), extra.get());
  }
  TestAgent(const TestAgent&) = delete;
  TestAgent& operator=(const TestAgent&) = delete;
  ~TestAgent() {
    ::kill(child_, SIGTERM);
    ::waitpid(child_, nullptr, 0);
  }

  std::string home() const { return folder.path("agent"); }
  std::string extra_socket() const { return folder.path("signing.sock"); }
  std::string signer_home() const { return folder.path("gnupg"); }

  std::string new_openpgp_key(const std::string& user = "Test <test@example.org>",
                              const std::string& algorithm = "ed25519") const {
    const std::string out =
        run_tool("/usr/bin/gpg", {"--homedir", home(), "--batch", "--quiet", "--no-autostart",
                                  "--pinentry-mode", "loopback", "--passphrase", "", "--status-fd",
                                  "1", "--quick-gen-key", user, algorithm, "sign", "never"});
    const std::size_t at = out.find("KEY_CREATED P ");
    REQUIRE(at != std::string::npos);
    return out.substr(at + 14, 40);
  }
  std::string exported(const std::string& fingerprint) const {
    return run_tool("/usr/bin/gpg",
                    {"--homedir", home(), "--batch", "--armor", "--export", fingerprint});
  }

  struct X509Key {
    std::string grip;
    std::string certificate;
  };
  X509Key new_rsa_key() const {
    X509Key key;
    key.grip = new_grip("(genkey(rsa(nbits 4:3072)))");
    run_tool("/usr/bin/gpgsm",
             {"--homedir", home(), "--batch", "--no-autostart", "--disable-dirmngr",
              "--generate-key", "-o", folder.path("cert.der")},
             "Key-Type: RSA\nKey-Grip: " + key.grip +
                 "\nKey-Usage: sign\nSerial: random\nName-DN: CN=Test\n"
                 "Creation-Date: 20200101T000000\nExpire-Date: 20500101T000000\n"
                 "Hash-Algo: SHA256\n");
    key.certificate = folder.read("cert.der");
    return key;
  }
  // gpgsm 2.2 makes no certificates for EC keys: one that names the public key will do. `spki` is
  // what comes before the point, which has `size` bytes.
  X509Key new_ec_key(const std::string& curve, const std::string& spki, std::size_t size) const {
    X509Key key;
    key.grip = new_grip("(genkey(ecc(curve \"" + curve + "\")))");
    const std::string answer = unescaped(connect({"READKEY " + key.grip}));
    const std::string mark = "(1:q" + std::to_string(size) + ":";
    const std::size_t at = answer.find(mark);
    REQUIRE(at != std::string::npos);
    const auto prefix = hex_decode(spki);
    REQUIRE(prefix.ok());
    key.certificate =
        certificate_for(std::string(as_text(*prefix)) + answer.substr(at + mark.size(), size));
    return key;
  }
  X509Key new_p256_key() const {
    return new_ec_key("NIST P-256", "3059301306072a8648ce3d020106082a8648ce3d030107034200", 65);
  }
  X509Key new_p384_key() const {
    return new_ec_key("NIST P-384", "3076301006072a8648ce3d020106052b81040022036200", 97);
  }
  X509Key new_p521_key() const {
    return new_ec_key("NIST P-521", "30819b301006072a8648ce3d020106052b8104002303818600", 133);
  }

  TestFolder folder;

 private:
  [[noreturn]] void become_agent(int main, int extra) const {
    // The agent finds its sockets on descriptors 3 and 4, which may be taken by the originals.
    const int high_main = ::fcntl(main, F_DUPFD, 100);
    const int high_extra = ::fcntl(extra, F_DUPFD, 100);
    ::dup2(high_main, 3);
    ::dup2(high_extra, 4);
    ::close(high_main);
    ::close(high_extra);
    // As `hallmark` starts it: in supervised mode gpg-agent does not ignore SIGPIPE itself, and a
    // client that is gone too early would end it.
    ::signal(SIGPIPE, SIG_IGN);
    const int quiet = ::open("/dev/null", O_RDWR);
    ::dup2(quiet, 2);
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::setenv("LISTEN_FDS", "2", 1);
    ::setenv("LISTEN_FDNAMES", "std:extra", 1);
    ::execl("/usr/bin/gpg-agent", "gpg-agent", "--homedir", home().c_str(), "--supervised",
            nullptr);
    ::_exit(127);
  }

  std::string new_grip(const std::string& parameters) const {
    const std::string file = folder.write("genkey.sexp", parameters);
    const std::vector<std::string> before = grips();
    connect({"/definqfile KEYPARAM " + file, "GENKEY --no-protection"});
    for (const std::string& grip : grips()) {
      if (std::find(before.begin(), before.end(), grip) == before.end()) return grip;
    }
    FAIL("no key was made");
    return "";
  }

  // Assuan data lines escape '%', CR and LF.
  static std::string unescaped(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto byte = hex_decode(text[i] == '%' ? text.substr(i + 1, 2) : "-");
      out += byte.ok() ? static_cast<char>(byte->at(0)) : text[i];
      if (byte.ok()) i += 2;
    }
    return out;
  }

  std::string connect(const std::vector<std::string>& commands) const {
    std::vector<std::string> arguments = {"--homedir", home(), "--no-autostart"};
    arguments.insert(arguments.end(), commands.begin(), commands.end());
    arguments.emplace_back("/bye");
    return run_tool("/usr/bin/gpg-connect-agent", arguments);
  }
  std::vector<std::string> grips() const {
    std::vector<std::string> out;
    std::istringstream lines(connect({"KEYINFO --list"}));
    std::string line;
    while (std::getline(lines, line)) {
      if (line.starts_with("S KEYINFO ")) out.push_back(line.substr(10, 40));
    }
    return out;
  }

  pid_t child_ = -1;
};

GpgKeys signer_keys(const TestAgent& agent) {
  REQUIRE(prepare_gpg_home(agent.signer_home(), agent.extra_socket()).ok());
  return {agent.signer_home(), agent.extra_socket()};
}

std::vector<uint8_t> digest_of(std::string_view text) {
  const Sha256Digest digest = sha256(text);
  return {digest.view().begin(), digest.view().end()};
}

SigningPurpose purpose() { return {"Sign a test", Sha256Digest(), "APK key test"}; }

RawKey raw(const std::string& grip, const std::string& certificate) {
  return {grip, {certificate.begin(), certificate.end()}};
}

// The primary keys.
std::vector<OpenPgpSubkey> signers_of(GpgKeys& keys, const std::vector<std::string>& fingerprints) {
  const auto described = keys.describe_keys(fingerprints);
  REQUIRE(described.ok());
  std::vector<OpenPgpSubkey> out;
  for (const OpenPgpKey& key : *described) out.push_back(key.keys.front());
  return out;
}

TEST_CASE("gpg: OpenPGP signatures through the restricted socket, which gpgv accepts") {
  const TestAgent agent;
  const std::string first = agent.new_openpgp_key();
  const std::string second = agent.new_openpgp_key("Second <second@example.org>");
  GpgKeys keys = signer_keys(agent);
  const auto imported = keys.import_keys(agent.exported(first));
  REQUIRE(imported.ok());
  CHECK(*imported == std::vector{first});
  REQUIRE(keys.import_keys(agent.exported(second)).ok());

  const std::string text = "Origin: Test\n- dash\nSHA256:\n abc\n";
  const auto clear = keys.sign_openpgp(OpenPgpForm::kClearSigned, text,
                                       signers_of(keys, {first, second}), "Sign a test");
  INFO((clear.ok() ? "" : clear.error().message()));
  REQUIRE(clear.ok());
  CHECK(clear->find("Hash: SHA512") != std::string::npos);
  const auto detached =
      keys.sign_openpgp(OpenPgpForm::kDetached, text, signers_of(keys, {first}), "Sign a test");
  REQUIRE(detached.ok());

  const auto exported = keys.export_keys({first, second});
  REQUIRE(exported.ok());
  const std::string armored = agent.folder.write("keys.asc", *exported);
  run_tool("/usr/bin/gpg", {"--homedir", agent.signer_home(), "--batch", "--quiet", "--dearmor",
                            "-o", agent.folder.path("keys.gpg"), armored});
  const std::string keyring = agent.folder.path("keys.gpg");
  const std::string inrelease = agent.folder.write("InRelease", *clear);
  const std::string status = run_tool("/usr/bin/gpgv", {"--status-fd", "1", "--keyring", keyring,
                                                        "-o", agent.folder.path("out"), inrelease});
  CHECK(status.find("VALIDSIG " + first) != std::string::npos);
  CHECK(status.find("VALIDSIG " + second) != std::string::npos);
  CHECK(agent.folder.read("out") == text);
  agent.folder.write("Release", text);
  agent.folder.write("Release.gpg", *detached);
  CHECK(run_tool("/usr/bin/gpgv", {"--status-fd", "1", "--keyring", keyring,
                                   agent.folder.path("Release.gpg"), agent.folder.path("Release")})
            .find("VALIDSIG " + first) != std::string::npos);
}

TEST_CASE("gpg: OpenPGP keys of each kind sign texts of each shape, and gpgv agrees") {
  const TestAgent agent;
  GpgKeys keys = signer_keys(agent);
  for (const std::string algorithm : {"rsa2048", "nistp256", "nistp384", "nistp521", "ed25519"}) {
    const std::string fingerprint =
        agent.new_openpgp_key(algorithm + " <a@example.org>", algorithm);
    REQUIRE(keys.import_keys(agent.exported(fingerprint)).ok());
    const std::vector<OpenPgpSubkey> signers = signers_of(keys, {fingerprint});
    const std::string keyring = agent.folder.path(algorithm + ".gpg");
    run_tool("/usr/bin/gpg",
             {"--homedir", agent.home(), "--batch", "--export", "--output", keyring, fingerprint});
    for (const std::string text : {"Suite: a\n", "\n\n- a\n--\nFrom me\n\n", "\xc3\xa4\n"}) {
      INFO(algorithm + ": " + text);
      const auto clear = keys.sign_openpgp(OpenPgpForm::kClearSigned, text, signers, "Sign a test");
      INFO((clear.ok() ? "" : clear.error().message()));
      REQUIRE(clear.ok());
      const std::string inrelease = agent.folder.write("InRelease", *clear);
      CHECK(run_tool("/usr/bin/gpgv", {"--status-fd", "1", "--keyring", keyring, inrelease})
                .find("VALIDSIG " + fingerprint) != std::string::npos);
      CHECK(keys.sign_openpgp(OpenPgpForm::kDetached, text, signers, "Sign a test").ok());
    }
  }
}

TEST_CASE("gpg: a text that a clear signature would change is not signed") {
  const TestAgent agent;
  GpgKeys keys = signer_keys(agent);
  const std::string fingerprint = agent.new_openpgp_key();
  REQUIRE(keys.import_keys(agent.exported(fingerprint)).ok());
  const auto made = keys.sign_openpgp(OpenPgpForm::kClearSigned, "no line end",
                                      signers_of(keys, {fingerprint}), "Sign a test");
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().message().find("covers another text") != std::string::npos);
}

TEST_CASE("gpg: raw signatures by RSA and EC keys are what their certificates verify") {
  const TestAgent agent;
  GpgKeys keys = signer_keys(agent);
  const TestAgent::X509Key rsa = agent.new_rsa_key();
  const TestAgent::X509Key ec = agent.new_p256_key();
  for (const auto& [key, id] : {std::pair{rsa, kRsaPkcs1Sha256}, {ec, kEcdsaSha256}}) {
    const auto signature = keys.sign_digest(raw(key.grip, key.certificate), HashAlgorithm::kSha256,
                                            digest_of("text"), purpose());
    INFO((signature.ok() ? "" : signature.error().message()));
    REQUIRE(signature.ok());
    const auto certificate = parse_certificate(as_bytes(key.certificate));
    REQUIRE(certificate.ok());
    const auto public_key = PublicKey::parse(certificate->spki);
    REQUIRE(public_key.ok());
    CHECK(public_key->verify(*find_signature_algorithm(id), as_bytes("text"), *signature));
    // A crash between logging and handing out must not change the bytes.
    const auto again = keys.sign_digest(raw(key.grip, key.certificate), HashAlgorithm::kSha256,
                                        digest_of("text"), purpose());
    REQUIRE(again.ok());
    CHECK(*again == *signature);
  }
  // The grip of one key with the certificate of another.
  const auto mixed = keys.sign_digest(raw(ec.grip, rsa.certificate), HashAlgorithm::kSha256,
                                      digest_of("text"), purpose());
  CHECK_FALSE(mixed.ok());
}

TEST_CASE("gpg: a digest that is shorter than an EC key's order") {
  const TestAgent agent;
  GpgKeys keys = signer_keys(agent);
  for (const TestAgent::X509Key& key : {agent.new_p384_key(), agent.new_p521_key()}) {
    const auto certificate = parse_certificate(as_bytes(key.certificate));
    REQUIRE(certificate.ok());
    const auto public_key = PublicKey::parse(certificate->spki);
    REQUIRE(public_key.ok());
    for (const auto& [hash, id] : {std::pair{HashAlgorithm::kSha256, kEcdsaSha256},
                                   {HashAlgorithm::kSha512, kEcdsaSha512}}) {
      const auto signature = keys.sign_digest(raw(key.grip, key.certificate), hash,
                                              hash_bytes(hash, as_bytes("text")), purpose());
      INFO((signature.ok() ? "" : signature.error().message()));
      REQUIRE(signature.ok());
      CHECK(public_key->verify(*find_signature_algorithm(id), as_bytes("text"), *signature));
    }
  }
}

TEST_CASE("gpg: the agent's main socket, an unknown key and an absent agent are refused") {
  const TestAgent agent;
  const TestAgent::X509Key key = agent.new_rsa_key();
  const auto message = [&](const std::string& socket, const std::string& grip) {
    GpgKeys keys(agent.signer_home(), socket);
    const auto signature = keys.sign_digest(raw(grip, key.certificate), HashAlgorithm::kSha256,
                                            digest_of("text"), purpose());
    return signature.ok() ? std::string() : signature.error().message();
  };
  CHECK(message(agent.home() + "/S.gpg-agent", key.grip).find("GETINFO") != std::string::npos);
  CHECK(message(agent.extra_socket(), std::string(40, '0')).find("does not have the private key") !=
        std::string::npos);
  CHECK(message(agent.folder.path("nothing"), key.grip).find("cannot be reached") !=
        std::string::npos);
}

TEST_CASE("gpg: what is said of a key, and whether the agent has it") {
  const TestAgent agent;
  const std::string fingerprint = agent.new_openpgp_key();
  GpgKeys keys = signer_keys(agent);
  REQUIRE(keys.import_keys(agent.exported(fingerprint)).ok());
  const auto described = keys.describe_keys({fingerprint});
  INFO((described.ok() ? "" : described.error().message()));
  REQUIRE(described.ok());
  REQUIRE(described->size() == 1);
  const OpenPgpSubkey& primary = described->front().keys.front();
  CHECK(primary.fingerprint == fingerprint);
  CHECK(primary.algorithm == "ed25519");
  CHECK(primary.can_sign);
  CHECK(primary.created > 0);
  CHECK(primary.expires == 0);
  const auto there = keys.has_key(primary.keygrip);
  CHECK((there.ok() && *there));
  const auto absent = keys.has_key(std::string(40, '0'));
  CHECK((absent.ok() && !*absent));
  CHECK_FALSE(keys.describe_keys({std::string(40, 'A')}).ok());
  CHECK_FALSE(GpgKeys(agent.signer_home(), agent.folder.path("nothing")).has_key("0").ok());
}

TEST_CASE("gpg: the keygrip of a certificate's key is what the agent calls it") {
  const TestAgent agent;
  for (const TestAgent::X509Key& key :
       {agent.new_rsa_key(), agent.new_p256_key(), agent.new_p384_key(), agent.new_p521_key()}) {
    const auto grip = keygrip_of(as_bytes(key.certificate));
    INFO((grip.ok() ? "" : grip.error().message()));
    REQUIRE(grip.ok());
    CHECK(*grip == key.grip);
  }
  CHECK_FALSE(keygrip_of(as_bytes("no certificate")).ok());
}

TEST_CASE("gpg: a private key is not taken in, nor what is no key") {
  const TestAgent agent;
  const std::string fingerprint = agent.new_openpgp_key();
  GpgKeys keys = signer_keys(agent);
  const std::string secret = run_tool(
      "/usr/bin/gpg", {"--homedir", agent.home(), "--batch", "--armor", "--pinentry-mode",
                       "loopback", "--passphrase", "", "--export-secret-keys", fingerprint});
  CHECK_FALSE(keys.import_keys(secret).ok());
  const auto nothing = keys.import_keys("no key");
  CHECK((!nothing.ok() || nothing->empty()));
}

}  // namespace
}  // namespace hallmark
