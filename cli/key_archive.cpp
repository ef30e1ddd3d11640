#include "cli/key_archive.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "core/bytes.hpp"

namespace hallmark {
namespace {

// What a home needs for its keys to work; sockets, locks and configuration are not among it.
constexpr const char* kParts[] = {"private-keys-v1.d", "openpgp-revocs.d", "pubring.kbx",
                                  "sshcontrol"};
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
Command gpg(const KeyKeeper& keeper, const Secret& secret, std::vector<std::string> what,
            const UniqueFd& input, const UniqueFd& output) {
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
  arguments.insert(arguments.end(), {"--", "-&" + std::to_string(input.get())});
  Command command = keeper.command("/usr/bin/gpg", arguments);
  command.stdin_text = secret.hex + "\n";
  command.inherit_fds = {input.get()};
  command.stdout_fd = output.get();
  return command;
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
  const rlimit no_core{0, 0};  // the passphrase will be in this process
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0) return errno_error("core dumps", "cannot forbid");
  HALLMARK_TRY(AgentUsers users, agent_users(AgentKind::kSigning));
  return KeyArchive(layout, std::move(users));
}

Command KeyArchive::tar(std::vector<std::string> arguments) const {
  Command command;
  command.program = "/usr/bin/tar";
  command.arguments = std::move(arguments);
  command.working_directory = keeper_.home();
  command.run_as = users_.owner;
  return command;
}

Result<std::string> KeyArchive::on_archive(std::vector<std::string> arguments,
                                           const UniqueFd& archive,
                                           const std::string& subject) const {
  arguments.insert(arguments.end(), {"--file", "-"});
  Command command = tar(std::move(arguments));
  command.stdin_fd = archive.get();
  return run_checked(command, subject);
}

Status KeyArchive::encrypt(const Secret& secret, const UniqueFd& file) const {
  HALLMARK_TRY(Pipe pipe, make_pipe());
  std::vector<std::string> arguments = {"--create", "--file", "-"};
  for (const char* part : kParts) {
    if (::access((keeper_.home() + "/" + part).c_str(), F_OK) == 0) arguments.emplace_back(part);
  }
  Command archive = tar(arguments);
  archive.stdout_fd = pipe.write.get();
  HALLMARK_TRY(const Outcome archived, run(archive));
  // 1: a file changed while it was read. The comparison with the finished backup judges that.
  if (archived.exit_code > 1) return failed("keys", "tar: " + last_lines(archived.err, 3));
  pipe.write.reset();
  const Command encryption =
      gpg(keeper_, secret, {"--symmetric", "--cipher-algo", "AES256", "--compress-algo", "none"},
          pipe.read, file);
  return run_to_end(encryption, "key backup");
}

Result<UniqueFd> KeyArchive::decrypt(const Secret& secret, const UniqueFd& file) const {
  HALLMARK_TRY(Pipe pipe, make_pipe());
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return errno_error("key backup", "cannot seek");
  const Status opened =
      run_to_end(gpg(keeper_, secret, {"--decrypt"}, file, pipe.write), "key backup");
  if (opened.ok()) return std::move(pipe.read);
  return verification_error("key backup",
                            "cannot be opened with these shares: " + opened.error().cause,
                            "as many shares as are needed, all of this backup, unchanged");
}

Result<std::size_t> KeyArchive::compare(const UniqueFd& archive) const {
  HALLMARK_TRY(const std::string listed,
               on_archive({"--compare", "--verbose"}, archive, "keys, compared with their backup"));
  HALLMARK_TRY(const std::set<std::string> names, private_keys());
  for (const std::string& name : names) {
    if (listed.find("private-keys-v1.d/" + name + "\n") != std::string::npos) continue;
    return verification_error("key " + name, "is not in the backup", "back the keys up anew");
  }
  return names.size();
}

Status KeyArchive::extract(const UniqueFd& archive) const {
  const auto said =
      on_archive({"--extract", "--skip-old-files", "--no-same-owner"}, archive, "keys");
  return said.ok() ? ok_status() : Status(said.error());
}

Result<std::set<std::string>> KeyArchive::private_keys() const {
  std::set<std::string> names;
  std::error_code failure;
  const std::filesystem::path folder = keeper_.home() + "/private-keys-v1.d";
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
    if (entry.path().extension() == ".key") names.insert(entry.path().filename());
  }
  if (failure) return failed(folder, "cannot be read: " + failure.message());
  return names;
}

}  // namespace hallmark
