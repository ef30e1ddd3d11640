#include "cli/key_import.hpp"
#include "cli/key_loading.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxFile = uint64_t{64} << 10U;
constexpr const char* kSubject = "SSH key";

// gpg-agent offers over its SSH socket what this file lists; 0: for ever. What it offered before it
// goes on offering: some hosts may know that one only.
Status offer(const KeyKeeper& keeper, const std::string& keygrip) {
  Command command = keeper.command("/bin/sh", {});
  command.arguments = {
      "-c", R"(grep -q "^$1 " sshcontrol 2>/dev/null || printf '%s 0\n' "$1" >>sshcontrol)", "sh",
      keygrip};
  const Result<std::string> said = run_checked(command, kSubject);
  return said.ok() ? ok_status() : Status(said.error());
}

}  // namespace

Result<std::string> import_ssh_key(const KeyKeeper& keeper, const std::string& file,
                                   const Passphrase& passphrase) {
  HALLMARK_TRY(const std::string text, read_file(file, kMaxFile));
  HALLMARK_TRY(const std::string listed,
               load_key(keeper, KeyFile::kOpenSsh, text, passphrase, kSubject));
  const Result<SshPublicKey> key = SshPublicKey::parse(listed.substr(0, listed.find('\n')));
  if (!key.ok()) {
    HALLMARK_CHECK(forget_loaded_key(keeper, kSubject));
    return key.error();
  }
  HALLMARK_CHECK(keep_loaded_key(keeper, kSubject));
  return key->openssh();
}

Status offer_ssh_key(const KeyKeeper& keeper, const std::string& key) {
  HALLMARK_TRY(const SshPublicKey wanted, SshPublicKey::parse(key));
  HALLMARK_TRY(const std::vector<AgentKey> there, keeper.list_keys());
  for (const AgentKey& candidate : there) {
    if (candidate.ssh_fingerprint == wanted.fingerprint()) {
      return offer(keeper, candidate.keygrip);
    }
  }
  return failed(kSubject, "is not in the publishing agent, although it took it");
}

}  // namespace hallmark
