#include "cli/key_loading.hpp"

namespace hallmark {
namespace {

// gpg-agent takes a key of another program only through its SSH socket, where it asks for a new
// passphrase, and offers the key ever after. So another agent takes it, with a home of its own and
// a pinentry that answers with no passphrase, and ends with the script; the key is moved when it
// was judged. $1: that home; $2: the descriptor with the passphrase; $3: what the file is, which is
// standard input. ssh-add asks again after a passphrase that was wrong: it gets an empty one then,
// and ends. (bash, since to dash no descriptor has two digits.)
constexpr const char* kLoadKey = R"sh(
set -e
umask 077
rm -rf "$1"
mkdir "$1"
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
printf '#!/bin/bash\nexec cat <&%s\n' "$2" >"$1/askpass"
chmod 700 "$1/pinentry" "$1/askpass"
printf 'enable-ssh-support\ndisable-scdaemon\npinentry-program %s\n' "$1/pinentry" >"$1/gpg-agent.conf"
exec gpg-agent --homedir "$1" --daemon /bin/sh -c '
  case $3 in
    pkcs12) openssl pkcs12 -nodes -nocerts -passin fd:"$2" ;;
    openssh) cat ;;
  esac | SSH_ASKPASS="$1/askpass" SSH_ASKPASS_REQUIRE=force ssh-add -q - && ssh-add -L
  status=$?
  gpg-connect-agent --homedir "$1" --no-autostart KILLAGENT /bye >/dev/null
  [ $status = 0 ] || rm -rf "$1"
  exit $status' sh "$1" "$2" "$3"
)sh";

// $1 as above.
constexpr const char* kKeepKey =
    R"(mv "$1"/private-keys-v1.d/*.key "$1/../private-keys-v1.d/" && rm -rf "$1")";

std::string import_home(const KeyKeeper& keeper) { return keeper.home() + "/import"; }

Status run_script(const KeyKeeper& keeper, const char* script, const std::string& subject) {
  Command command = keeper.command("/bin/sh", {});
  command.arguments = {"-c", script, "sh", import_home(keeper)};
  const Result<std::string> said = run_checked(command, subject);
  return said.ok() ? ok_status() : Status(said.error());
}

}  // namespace

Status keep_loaded_key(const KeyKeeper& keeper, const std::string& subject) {
  return run_script(keeper, kKeepKey, subject);
}

Status forget_loaded_key(const KeyKeeper& keeper, const std::string& subject) {
  return run_script(keeper, R"(rm -rf "$1")", subject);
}

Result<std::string> load_key(const KeyKeeper& keeper, KeyFile kind, const std::string& file,
                             const Passphrase& passphrase, const std::string& subject) {
  HALLMARK_TRY(const UniqueFd pipe, passphrase.as_pipe());
  Command command = keeper.command("/bin/sh", {});
  command.arguments = {"-c",
                       kLoadKey,
                       "sh",
                       import_home(keeper),
                       std::to_string(pipe.get()),
                       kind == KeyFile::kPkcs12 ? "pkcs12" : "openssh"};
  command.stdin_text = file;
  command.inherit_fds = {pipe.get()};
  return run_checked(command, subject);
}

}  // namespace hallmark
