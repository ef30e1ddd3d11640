#include "cli/key_ceremony.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <sstream>

#include "process/run.hpp"

namespace hallmark {
namespace {

constexpr std::chrono::seconds kKeyPatience(300);  // a slow machine makes RSA-4096 in a minute

// A file of an agent's home, owned by the agent's user.
Status write_home_file(const std::string& home, const AgentUsers& users, const std::string& name,
                       const std::string& text) {
  HALLMARK_TRY(const UniqueFd folder, open_dir(home));
  HALLMARK_CHECK(write_file_atomic(folder.get(), name, text, 0600));
  if (!users.owner) return ok_status();
  if (::fchownat(folder.get(), name.c_str(), users.owner->uid, users.owner->gid,
                 AT_SYMLINK_NOFOLLOW) != 0) {
    return errno_error(home + "/" + name, "cannot set the owner");
  }
  return ok_status();
}

Command as_keeper(const char* program, const std::string& home, const AgentUsers& users,
                  std::vector<std::string> arguments) {
  Command command;
  command.program = program;
  command.arguments = {"--homedir", home};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.environment = {"HOME=" + home, "GNUPGHOME=" + home};
  command.working_directory = home;
  command.timeout = kKeyPatience;
  command.run_as = users.owner;
  return command;
}

// The text after `mark` on the line that starts with it.
std::vector<std::string> lines_after(const std::string& text, const std::string& mark) {
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(mark)) out.push_back(line.substr(mark.size()));
  }
  return out;
}

bool is_hex40(const std::string& text) {
  return text.size() == 40 && text.find_first_not_of("0123456789ABCDEF") == std::string::npos;
}

Result<std::set<std::string>> keygrips(const std::string& home, const AgentUsers& users) {
  HALLMARK_TRY(const std::string listed,
               run_checked(as_keeper("/usr/bin/gpg-connect-agent", home, users,
                                     {"--no-autostart", "KEYINFO --list", "/bye"}),
                           "key agent"));
  std::set<std::string> out;
  for (const std::string& rest : lines_after(listed, "S KEYINFO ")) {
    const std::string grip = rest.substr(0, 40);
    if (is_hex40(grip)) out.insert(grip);
  }
  return out;
}

// Has the agent make a key of the kind that `parameters` (an S-expression) describes; the new key
// is the one that was not there before.
Result<std::string> generate_key(const std::string& home, const AgentUsers& users,
                                 const std::string& parameters) {
  HALLMARK_TRY(const std::set<std::string> before, keygrips(home, users));
  HALLMARK_CHECK(write_home_file(home, users, "genkey.sexp", parameters));
  const std::string define = "/definqfile KEYPARAM " + home + "/genkey.sexp";
  HALLMARK_TRY(const std::string said,
               run_checked(as_keeper("/usr/bin/gpg-connect-agent", home, users,
                                     {"--no-autostart", define, "GENKEY --no-protection", "/bye"}),
                           "key agent"));
  ::unlink((home + "/genkey.sexp").c_str());
  HALLMARK_TRY(const std::set<std::string> after, keygrips(home, users));
  for (const std::string& grip : after) {
    if (!before.contains(grip)) return grip;
  }
  return failed("key agent", "made no key: " + last_lines(said, 1));
}

Result<std::string> make_openpgp_key(const std::string& home, const AgentUsers& users,
                                     const std::string& user_id) {
  HALLMARK_TRY(const std::string said,
               run_checked(as_keeper("/usr/bin/gpg", home, users,
                                     {"--batch", "--no-autostart", "--pinentry-mode", "loopback",
                                      "--passphrase", "", "--status-fd", "1", "--quick-gen-key",
                                      user_id, "ed25519", "sign", "never"}),
                           "OpenPGP key"));
  for (const std::string& rest : lines_after(said, "[GNUPG:] KEY_CREATED P ")) {
    const std::string fingerprint = rest.substr(0, 40);
    if (is_hex40(fingerprint)) return fingerprint;
  }
  return failed("OpenPGP key", "was not made");
}

Result<std::string> make_certificate(const std::string& home, const AgentUsers& users,
                                     const std::string& keygrip, const std::string& name) {
  Command command =
      as_keeper("/usr/bin/gpgsm", home, users, {"--batch", "--no-autostart", "--generate-key"});
  // Android never checks the dates of an APK certificate; a key that an app lives with must not
  // seem to run out either.
  command.stdin_text = "Key-Type: RSA\nKey-Grip: " + keygrip +
                       "\nKey-Usage: sign\nSerial: random\nName-DN: " + name +
                       "\nCreation-Date: 20200101T000000\nExpire-Date: 20560101T000000\n"
                       "Hash-Algo: SHA256\n";
  return run_checked(command, "APK certificate");
}

}  // namespace

Status prepare_agent_home(AgentKind kind, const Layout& layout, const AgentUsers& users) {
  const bool signing = kind == AgentKind::kSigning;
  const std::string home = signing ? layout.signing_keys() : layout.publishing_keys();
  const std::string agent =
      signing ? "disable-scdaemon\n" : "enable-ssh-support\ndisable-scdaemon\n";
  HALLMARK_CHECK(write_home_file(home, users, "gpg-agent.conf", agent));
  HALLMARK_CHECK(write_home_file(home, users, "gpg.conf", "no-autostart\n"));
  HALLMARK_CHECK(write_home_file(home, users, "common.conf", "no-autostart\n"));
  return write_home_file(home, users, "gpgsm.conf", "no-autostart\ndisable-dirmngr\n");
}

Result<SigningKeys> make_signing_keys(const Layout& layout, const AgentUsers& users,
                                      const KeyNames& names) {
  const std::string home = layout.signing_keys();
  SigningKeys keys;
  HALLMARK_TRY(keys.openpgp_fingerprint, make_openpgp_key(home, users, names.openpgp_user_id));
  HALLMARK_TRY(keys.openpgp_public_key,
               run_checked(as_keeper("/usr/bin/gpg", home, users,
                                     {"--batch", "--no-autostart", "--armor", "--export-options",
                                      "export-minimal", "--export", keys.openpgp_fingerprint}),
                           "OpenPGP key"));
  HALLMARK_TRY(keys.apk_keygrip, generate_key(home, users, "(genkey(rsa(nbits 4:4096)))"));
  HALLMARK_TRY(keys.apk_certificate,
               make_certificate(home, users, keys.apk_keygrip, names.certificate_name));
  return keys;
}

Result<std::string> make_publishing_key(const Layout& layout, const AgentUsers& users) {
  const std::string home = layout.publishing_keys();
  // "comp" gives the point its 0x40 prefix, whose place gpg-agent's SSH side takes for granted.
  HALLMARK_TRY(const std::string grip,
               generate_key(home, users, "(genkey(ecc(curve Ed25519)(flags eddsa comp)))"));
  // gpg-agent offers over its SSH socket the keys that are listed here; 0: for ever.
  HALLMARK_CHECK(write_home_file(home, users, "sshcontrol", grip + " 0\n"));
  Command list;
  list.program = "/usr/bin/ssh-add";
  list.arguments = {"-L"};
  list.environment = {"SSH_AUTH_SOCK=" + layout.publishing_socket().string()};
  list.run_as = users.client;
  HALLMARK_TRY(const std::string listed, run_checked(list, "publishing key"));
  std::istringstream words(listed);
  std::string type;
  std::string blob;
  if (!(words >> type >> blob) || type != "ssh-ed25519") {
    return failed("publishing key", "is not offered by its agent");
  }
  return type + " " + blob;
}

}  // namespace hallmark
