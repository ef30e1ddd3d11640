#include "cli/key_ceremony.hpp"

#include <sstream>

#include "cli/key_keeper.hpp"
#include "cli/self_signed.hpp"
#include "core/digest.hpp"
#include "core/sexp.hpp"
#include "process/run.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {
namespace {

struct KeyAlgorithm {
  const char* name;
  const char* parameters;  // as gpg-agent's GENKEY takes them
};
constexpr KeyAlgorithm kAlgorithms[] = {
    {"rsa2048", "(genkey(rsa(nbits 4:2048)))"},
    {"rsa3072", "(genkey(rsa(nbits 4:3072)))"},
    {"rsa4096", "(genkey(rsa(nbits 4:4096)))"},
    {"p256", "(genkey(ecc(curve \"NIST P-256\")))"},
    {"p384", "(genkey(ecc(curve \"NIST P-384\")))"},
};

// gpg makes a key without a passphrase, also where there is one of that user id (--yes); `kind` is
// what it calls it then: P, a primary key, S, a subkey. Returns its fingerprint.
Result<std::string> make_with_gpg(const KeyKeeper& keeper, const std::string& kind,
                                  const std::vector<std::string>& what) {
  std::vector<std::string> arguments = {
      "--batch",     "--yes", "--no-autostart", "--pinentry-mode", "loopback", "--passphrase", "",
      "--status-fd", "1"};
  arguments.insert(arguments.end(), what.begin(), what.end());
  HALLMARK_TRY(const std::string said,
               run_checked(keeper.command("/usr/bin/gpg", arguments), "OpenPGP key"));
  for (const std::string& rest : lines_after(said, "[GNUPG:] KEY_CREATED " + kind + " ")) {
    const std::string fingerprint = rest.substr(0, 40);
    if (is_hex40(fingerprint)) return fingerprint;
  }
  return failed("OpenPGP key", "was not made");
}

Result<std::string> make_certificate(const KeyKeeper& keeper, const std::string& keygrip,
                                     const std::string& common_name) {
  HALLMARK_TRY(const std::string sexp, keeper.public_key(keygrip));
  HALLMARK_TRY(const std::vector<uint8_t> spki, spki_from_sexp(sexp));
  HALLMARK_TRY(const PublicKey key, PublicKey::parse(spki));
  const bool rsa = key.kind() == KeyKind::kRsa;
  const bool small = rsa || key.bits() <= 256;
  const Sha256Signer sign = [&](const Sha256Digest& digest) -> Result<std::vector<uint8_t>> {
    // gpg-agent takes no digest that is shorter than the curve's order. ECDSA signs a number, and
    // zeros before it do not change it.
    const std::string hex = (small ? "" : std::string(32, '0')) + digest.hex();
    HALLMARK_TRY(const std::string signature,
                 keeper.sign(keygrip, small ? "sha256" : "sha384", hex));
    return signature_from_sexp(signature, rsa ? (key.bits() + 7) / 8 : 0);
  };
  HALLMARK_TRY(const std::vector<uint8_t> der, self_signed_certificate(spki, common_name, sign));
  return std::string(as_text(der));
}

// "comp" gives the point its 0x40 prefix, whose place gpg-agent's SSH side takes for granted.
constexpr const char* kEd25519 = "(genkey(ecc(curve Ed25519)(flags eddsa comp)))";

// What the agent offers over its SSH socket first.
Result<std::string> first_offered(const std::string& socket, const AgentUsers& users,
                                  const std::string& subject) {
  Command list;
  list.program = "/usr/bin/ssh-add";
  list.arguments = {"-L"};
  list.environment = {"SSH_AUTH_SOCK=" + socket};
  list.run_as = users.client;
  HALLMARK_TRY(const std::string listed, run_checked(list, subject));
  std::istringstream words(listed);
  std::string type;
  std::string blob;
  if (!(words >> type >> blob) || type != "ssh-ed25519") {
    return failed(subject, "is not offered by its agent");
  }
  return type + " " + blob;
}

// Ed25519, the only key that the agent offers over its SSH socket.
Result<std::string> make_ssh_key(const KeyKeeper& keeper, const std::string& socket,
                                 const AgentUsers& users, const std::string& subject) {
  HALLMARK_TRY(const std::string grip, keeper.generate_key(kEd25519));
  // gpg-agent offers over its SSH socket the keys that are listed here; 0: for ever.
  HALLMARK_CHECK(keeper.write_file("sshcontrol", grip + " 0\n"));
  return first_offered(socket, users, subject);
}

Status offer_first(const KeyKeeper& keeper, const std::string& keygrip) {
  Command command = keeper.command("/bin/sh", {});
  command.arguments = {"-c",
                       R"({ printf '%s 0\n' "$1"; cat sshcontrol; } >sshcontrol.new &&)"
                       " mv sshcontrol.new sshcontrol",
                       "sh", keygrip};
  const Result<std::string> said = run_checked(command, "publishing key");
  return said.ok() ? ok_status() : Status(said.error());
}

}  // namespace

Result<std::string> apk_key_parameters(const std::string& algorithm) {
  for (const KeyAlgorithm& known : kAlgorithms) {
    if (algorithm == known.name) return std::string(known.parameters);
  }
  return usage_error("algorithm '" + algorithm + "'",
                     "is not one of rsa2048, rsa3072, rsa4096, p256, p384");
}

Result<MadeOpenPgpKey> make_openpgp_key(const KeyKeeper& keeper, const std::string& user_id,
                                        uint64_t spare_subkeys) {
  MadeOpenPgpKey key;
  HALLMARK_TRY(
      key.fingerprint,
      make_with_gpg(keeper, "P", {"--quick-gen-key", "--", user_id, "ed25519", "sign", "never"}));
  while (key.spare_subkeys.size() < spare_subkeys) {
    HALLMARK_TRY(key.spare_subkeys.emplace_back(),
                 make_with_gpg(keeper, "S",
                               {"--quick-add-key", key.fingerprint, "ed25519", "sign", "never"}));
  }
  HALLMARK_TRY(key.public_key,
               run_checked(keeper.command("/usr/bin/gpg", {"--batch", "--no-autostart", "--armor",
                                                           "--export-options", "export-minimal",
                                                           "--export", key.fingerprint}),
                           "OpenPGP key"));
  return key;
}

Result<ApkKey> make_apk_key(const KeyKeeper& keeper, const ApkKeyPlan& plan,
                            const std::string& common_name) {
  HALLMARK_TRY(const std::string parameters, apk_key_parameters(plan.algorithm));
  ApkKey key{plan.policy, ""};
  HALLMARK_TRY(key.policy.keygrip, keeper.generate_key(parameters));
  HALLMARK_TRY(key.certificate, make_certificate(keeper, key.policy.keygrip, common_name));
  key.policy.certificate_sha256 = sha256(key.certificate);
  return key;
}

Status prepare_agent_home(AgentKind kind, const Layout& layout, const AgentUsers& users) {
  const bool signing = kind == AgentKind::kSigning;
  const KeyKeeper keeper(signing ? layout.signing_keys() : layout.publishing_keys(), users);
  HALLMARK_CHECK(keeper.write_file("gpg-agent.conf", "enable-ssh-support\ndisable-scdaemon\n"));
  HALLMARK_CHECK(keeper.write_file("gpg.conf", "no-autostart\n"));
  return keeper.write_file("common.conf", "no-autostart\n");
}

Result<SigningKeys> make_signing_keys(const Layout& layout, const AgentUsers& users,
                                      const std::string& owner, uint64_t spare_subkeys,
                                      const std::vector<ApkKeyPlan>& apk_keys) {
  const KeyKeeper keeper(layout.signing_keys(), users);
  SigningKeys keys;
  HALLMARK_TRY(keys.openpgp, make_openpgp_key(keeper, owner + " archive", spare_subkeys));
  for (const ApkKeyPlan& plan : apk_keys) {
    // Several certificates of one owner are told apart by the keys' names.
    const std::string name = apk_keys.size() == 1 ? owner : owner + " " + plan.policy.name;
    HALLMARK_TRY(ApkKey key, make_apk_key(keeper, plan, name));
    keys.apk.push_back(std::move(key));
  }
  HALLMARK_TRY(keys.log, make_log_key(layout, users));
  return keys;
}

Result<std::string> make_log_key(const Layout& layout, const AgentUsers& users) {
  const KeyKeeper keeper(layout.signing_keys(), users);
  return make_ssh_key(keeper, layout.log_socket(), users, "log key");
}

Result<std::string> make_publishing_key(const Layout& layout, const AgentUsers& users) {
  const KeyKeeper keeper(layout.publishing_keys(), users);
  return make_ssh_key(keeper, layout.publishing_socket(), users, "publishing key");
}

Result<std::string> make_next_publishing_key(const Layout& layout, const AgentUsers& users) {
  const KeyKeeper keeper(layout.publishing_keys(), users);
  HALLMARK_TRY(const std::string grip, keeper.generate_key(kEd25519));
  HALLMARK_CHECK(offer_first(keeper, grip));
  return first_offered(layout.publishing_socket(), users, "publishing key");
}

}  // namespace hallmark
