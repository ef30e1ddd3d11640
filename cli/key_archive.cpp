#include "cli/key_archive.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>

#include "cli/passphrase.hpp"
#include "core/bytes.hpp"

namespace hallmark {
namespace {

// What a home needs for its keys to work; sockets, locks and configuration are not among it.
constexpr const char* kKeyFolder = "private-keys-v1.d";
constexpr const char* kFolders[] = {kKeyFolder, "openpgp-revocs.d"};
constexpr const char* kFiles[] = {"pubring.kbx", "sshcontrol"};
constexpr const char* kParts[] = {kKeyFolder, "openpgp-revocs.d", "pubring.kbx", "sshcontrol"};
constexpr int kPipeSize = 1 << 20;  // holds the whole archive between two programs

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error("pipe", "cannot make");
  Pipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
  if (::fcntl(pipe.write.get(), F_SETPIPE_SZ, kPipeSize) < 0) {
    return errno_error("pipe", "cannot be made large enough for the keys");
  }
  return pipe;
}

Status run_to_end(const Command& command, const std::string& subject) {
  const auto said = run_checked(command, subject);
  return said.ok() ? ok_status() : Status(said.error());
}

// The passphrase on standard input, the file as a descriptor.
Command gpg(const KeyKeeper& keeper, const Secret& secret, const std::vector<std::string>& what,
            int input, int output) {
  std::vector<std::string> arguments = {"--batch",
                                        "--quiet",
                                        "--no-autostart",
                                        "--pinentry-mode",
                                        "loopback",
                                        "--passphrase-fd",
                                        "0",
                                        "--output",
                                        "-",
                                        "--enable-special-filenames"};
  arguments.insert(arguments.end(), what.begin(), what.end());
  arguments.insert(arguments.end(), {"--", "-&" + std::to_string(input)});
  Command command = keeper.command("/usr/bin/gpg", arguments);
  command.stdin_text = secret.hex + "\n";
  command.inherit_fds = {input};
  command.stdout_fd = output;
  return command;
}

std::vector<std::string> with_parts(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), std::begin(kParts), std::end(kParts));
  return arguments;
}

// Names of the plain files in a folder of the home. They belong to the agent's user: names are all
// that is looked at.
Result<std::vector<std::string>> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  std::filesystem::directory_iterator entries(folder, failure);
  for (; !failure && entries != std::filesystem::directory_iterator(); entries.increment(failure)) {
    names.push_back(entries->path().filename());
  }
  if (failure) return failed(folder, "cannot be read: " + failure.message());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Secret::~Secret() { OPENSSL_cleanse(hex.data(), hex.size()); }

Result<Secret> new_secret() {
  std::array<uint8_t, 32> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return errno_error("random numbers", "cannot be had");
  }
  Secret secret(hex_encode(bytes));
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return secret;
}

Result<KeyArchive> KeyArchive::of(const Layout& layout) {
  HALLMARK_CHECK(forbid_core_dumps());  // the passphrase will be in this process
  HALLMARK_TRY(AgentUsers users, agent_users(AgentKind::kSigning));
  return KeyArchive(layout, std::move(users));
}

Command KeyArchive::tool(const char* program, std::vector<std::string> arguments) const {
  Command command;
  command.program = program;
  command.arguments = std::move(arguments);
  command.working_directory = keeper_.home();
  command.run_as = users_.owner;
  return command;
}

Status KeyArchive::encrypt(const Secret& secret, int file) const {
  HALLMARK_TRY(Pipe pipe, make_pipe());
  Command archive = tool("/usr/bin/tar", with_parts({"--create", "--file", "-"}));
  archive.stdout_fd = pipe.write.get();
  HALLMARK_TRY(const Outcome archived, run(archive));
  // 1: a file changed while it was read. The comparison with the finished backup judges that.
  if (archived.exit_code > 1) return failed("keys", "tar: " + last_lines(archived.err, 3));
  pipe.write.reset();
  const Command encryption =
      gpg(keeper_, secret, {"--symmetric", "--cipher-algo", "AES256", "--compress-algo", "none"},
          pipe.read.get(), file);
  return run_to_end(encryption, "key backup");
}

Status KeyArchive::unpack(const Secret& secret, int file) const {
  HALLMARK_CHECK(clear());
  HALLMARK_TRY(Pipe pipe, make_pipe());
  if (::lseek(file, 0, SEEK_SET) != 0) return errno_error("key backup", "cannot seek");
  // To its end, and found authentic there, before tar sees any of it.
  const Status opened =
      run_to_end(gpg(keeper_, secret, {"--decrypt"}, file, pipe.write.get()), "key backup");
  if (!opened.ok()) {
    return verification_error("key backup",
                              "cannot be opened with these shares: " + opened.error().cause,
                              "as many shares as are needed, all of this backup, unchanged");
  }
  pipe.write.reset();
  HALLMARK_CHECK(run_to_end(tool("/usr/bin/mkdir", {"--mode=0700", unpacked()}), "keys"));
  Command extract =
      tool("/usr/bin/tar",
           with_parts({"--extract", "--no-same-owner", "--directory", unpacked(), "--file", "-"}));
  extract.stdin_fd = pipe.read.get();
  const Status extracted = run_to_end(extract, "key backup");
  if (extracted.ok()) return extracted;
  return verification_error(
      "key backup", "does not hold what a backup of keys holds: " + extracted.error().cause);
}

Result<std::size_t> KeyArchive::compare() const {
  for (const char* part : kParts) {
    HALLMARK_TRY(
        const Outcome outcome,
        run(tool("/usr/bin/diff", {"--recursive", "--brief", "--no-dereference",
                                   keeper_.home() + "/" + part, unpacked() + "/" + part})));
    if (outcome.exit_code == 0) continue;
    return verification_error(
        "keys", "are not those of the backup: " + last_lines(outcome.out + outcome.err, 1),
        "back the keys up anew, or restore them");
  }
  HALLMARK_TRY(const std::vector<std::string> keys, names_in(unpacked() + "/" + kKeyFolder));
  return keys.size();
}

Result<std::size_t> KeyArchive::take_over() const {
  HALLMARK_TRY(const std::string another_log_key, log_key_of_another_terminal());
  std::size_t taken = 0;
  std::vector<std::string> missing;
  for (const char* folder : kFolders) {
    HALLMARK_TRY(const std::vector<std::string> names, names_in(unpacked() + "/" + folder));
    for (const std::string& name : names) {
      if (name == another_log_key) continue;
      const std::string path = std::string(folder) + "/" + name;
      if (::access((keeper_.home() + "/" + path).c_str(), F_OK) != 0) {
        missing.push_back(path);
        taken += folder == std::string(kKeyFolder) ? 1 : 0;
        continue;
      }
      const Status same = run_to_end(
          tool("/usr/bin/cmp", {"--", keeper_.home() + "/" + path, unpacked() + "/" + path}), path);
      if (!same.ok()) {
        return verification_error(path, "is there with other bytes than in the backup",
                                  "move it away if it is damaged, and restore again");
      }
    }
  }
  for (const char* file : kFiles) {
    if (::access((keeper_.home() + "/" + file).c_str(), F_OK) != 0) missing.emplace_back(file);
  }
  for (const std::string& path : missing) {
    HALLMARK_CHECK(
        run_to_end(tool("/usr/bin/mkdir", {"--parents", "--mode=0700", "--",
                                           std::filesystem::path(path).has_parent_path()
                                               ? std::filesystem::path(path).parent_path()
                                               : "."}),
                   path));
    HALLMARK_CHECK(
        run_to_end(tool("/usr/bin/mv", {"--no-clobber", "--no-target-directory", "--",
                                        unpacked() + "/" + path, keeper_.home() + "/" + path}),
                   path));
  }
  return taken;
}

// sshcontrol names the one key that is offered over the SSH socket: that of the release log.
Result<std::string> KeyArchive::log_key_of_another_terminal() const {
  if (::access((keeper_.home() + "/sshcontrol").c_str(), F_OK) != 0) return std::string();
  std::vector<std::string> grips;
  for (const std::string& home : {keeper_.home(), unpacked()}) {
    HALLMARK_TRY(const std::string listed,
                 run_checked(tool("/usr/bin/cat", {"--", home + "/sshcontrol"}), "sshcontrol"));
    grips.push_back(listed.substr(0, listed.find(' ')));
  }
  return grips[0] == grips[1] ? std::string() : grips[1] + ".key";
}

Status KeyArchive::clear() const {
  return run_to_end(
      tool("/usr/bin/rm", {"--recursive", "--force", "--one-file-system", "--", unpacked()}),
      "keys");
}

}  // namespace hallmark
