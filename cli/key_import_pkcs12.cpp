#include "cli/key_import.hpp"
#include "cli/self_signed.hpp"
#include "core/digest.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxFile = uint64_t{1} << 20U;
constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----\n";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";

// gpg-agent takes a key of another program only through its SSH socket, where it asks for a new
// passphrase, and offers the key ever after. So another agent takes it, which has the keys' folder
// in common with the real one and nothing else: no list of keys to offer, and a pinentry that
// answers with no passphrase. It ends with the script. $1: its home; $2: the descriptor with the
// passphrase; the file is standard input.
constexpr const char* kLoadKey = R"sh(
set -e
umask 077
rm -rf "$1"
mkdir "$1"
ln -s ../private-keys-v1.d "$1/private-keys-v1.d"
cat >"$1/pinentry" <<'END'
#!/bin/sh
echo OK
while read -r line; do
  case $line in
    GETPIN*) printf 'D \nOK\n' ;;
    BYE*) echo OK; exit ;;
    *) echo OK ;;
  esac
done
END
chmod 700 "$1/pinentry"
printf 'enable-ssh-support\ndisable-scdaemon\npinentry-program %s\n' "$1/pinentry" >"$1/gpg-agent.conf"
exec gpg-agent --homedir "$1" --daemon /bin/sh -c '
  openssl pkcs12 -nodes -nocerts -passin fd:"$2" | ssh-add -q -
  status=$?
  gpg-connect-agent --homedir "$1" --no-autostart KILLAGENT /bye >/dev/null
  rm -rf "$1"
  exit $status' sh "$1" "$2"
)sh";

Command at_work(const KeyKeeper& keeper, const std::string& text, const UniqueFd& passphrase,
                const std::vector<std::string>& words) {
  Command command = keeper.command(words.front().c_str(), {});
  command.arguments.assign(words.begin() + 1, words.end());
  command.stdin_text = text;
  command.inherit_fds = {passphrase.get()};
  return command;
}

Result<std::string> certificate_in(const KeyKeeper& keeper, const std::string& file,
                                   const Passphrase& passphrase) {
  HALLMARK_TRY(const UniqueFd pipe, passphrase.as_pipe());
  const Command command = at_work(keeper, file, pipe,
                                  {"/usr/bin/openssl", "pkcs12", "-nokeys", "-clcerts", "-passin",
                                   "fd:" + std::to_string(pipe.get())});
  HALLMARK_TRY(const std::string pem, run_checked(command, "PKCS#12 file"));
  const std::size_t begin = pem.find(kBegin);
  const std::size_t end = pem.find(kEnd, begin == std::string::npos ? 0 : begin);
  if (begin == std::string::npos || end == std::string::npos) {
    return failed("PKCS#12 file", "has no certificate of its key");
  }
  // Only the first would come, and nobody would have said that it is the right one.
  if (pem.find(kBegin, end) != std::string::npos) {
    return failed("PKCS#12 file", "is not exactly one key with its certificate",
                  "keytool -importkeystore -srcalias ALIAS ... writes one of them");
  }
  std::string base64 = pem.substr(begin + kBegin.size(), end - begin - kBegin.size());
  std::erase(base64, '\n');
  HALLMARK_TRY(const std::vector<uint8_t> der, base64_decode(base64));
  return std::string(as_text(der));
}

Status load_key(const KeyKeeper& keeper, const std::string& file, const Passphrase& passphrase) {
  HALLMARK_TRY(const UniqueFd pipe, passphrase.as_pipe());
  const Command command = at_work(
      keeper, file, pipe,
      {"/bin/sh", "-c", kLoadKey, "sh", keeper.home() + "/import", std::to_string(pipe.get())});
  const Result<std::string> said = run_checked(command, "PKCS#12 file");
  return said.ok() ? ok_status() : Status(said.error());
}

// The key of the agent that the certificate is for.
Result<std::string> keygrip_for(const KeyKeeper& keeper, const Certificate& certificate) {
  HALLMARK_TRY(const std::vector<AgentKey> keys, keeper.list_keys());
  for (const AgentKey& key : keys) {
    HALLMARK_TRY(const std::string sexp, keeper.public_key(key.keygrip));
    const Result<std::vector<uint8_t>> spki = spki_from_sexp(sexp);
    if (spki.ok() && *spki == certificate.spki) return key.keygrip;
  }
  return failed("PKCS#12 file", "has a key that is not its certificate's, or of an unknown kind",
                "RSA keys, and EC keys on NIST curves, can be imported");
}

}  // namespace

Result<ImportedCertificate> import_pkcs12(const KeyKeeper& keeper, const std::string& file,
                                          const Passphrase& passphrase) {
  HALLMARK_TRY(const std::string text, read_file(file, kMaxFile));
  ImportedCertificate out;
  HALLMARK_TRY(out.der, certificate_in(keeper, text, passphrase));
  HALLMARK_TRY(const Certificate certificate, parse_certificate(as_bytes(out.der)));
  out.sha256 = certificate.sha256;
  HALLMARK_CHECK(load_key(keeper, text, passphrase));
  HALLMARK_TRY(out.keygrip, keygrip_for(keeper, certificate));
  return out;
}

}  // namespace hallmark
