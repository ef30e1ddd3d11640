#include <fcntl.h>

#include <memory>

#include "cli/imported_words.hpp"
#include "cli/key_import.hpp"
#include "cli/keys_list.hpp"
#include "cli/own_log.hpp"
#include "cli/publishing_keys.hpp"
#include "cli/releases_folder.hpp"
#include "cli/terminal_root.hpp"
#include "cli/verbs.hpp"
#include "core/safe_path.hpp"
#include "verify/checksums.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxKeyFile = uint64_t{1} << 20U;

struct ExportOptions {
  bool archive = false;
  bool publishing = false;
  bool log = false;
  bool checksums = false;
  std::string apk;
};

Status export_log_key(CommandLine& line, const TerminalRoot& root) {
  HALLMARK_TRY(const NoteKey key, own_log_key(root));
  line.screen.answer(Json{{"key", key.vkey()}}, key.vkey() + "\n");
  return ok_status();
}

Status export_checksums_keys(CommandLine& line, const TerminalRoot& root) {
  HALLMARK_TRY(const Policy policy, root.policy());
  const std::string text = checksums_allowed_signers(policy);
  line.screen.answer(Json{{"key", text}}, text);
  return ok_status();
}

Status run_export(CommandLine& line, const ExportOptions& options) {
  HALLMARK_TRY(const TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  const Layout& layout = root.layout();
  const int asked = int{options.archive} + int{options.publishing} + int{options.log} +
                    int{options.checksums} + int{!options.apk.empty()};
  if (asked != 1) {
    return usage_error(
        "keys export",
        "takes exactly one of --archive, --publishing, --log, --checksums and --apk");
  }
  if (options.log) return export_log_key(line, root);
  if (options.checksums) return export_checksums_keys(line, root);
  // public/ is the signer's folder: read only what is its own.
  std::string name = "public/archive-keyring.asc";
  if (!options.apk.empty()) name = "public/apk-" + options.apk + ".der";
  Result<UniqueFd> file = options.publishing
                              ? open_at(AT_FDCWD, layout.root / "keys/publishing.pub", O_RDONLY)
                              : root.open_of("hallmark-sign", name);
  if (!file.ok()) return file.error();
  if (options.publishing) name = "keys/publishing.pub";
  HALLMARK_TRY(const std::string key, read_all(file->get(), kMaxKeyFile, name));
  // A certificate is binary: base64 goes through any terminal.
  const std::string text = options.apk.empty() ? key : base64_encode(as_bytes(key));
  line.screen.answer(Json{{"file", (layout.root / name).string()}, {"key", text}}, text);
  return ok_status();
}

Status run_list(CommandLine& line) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const Json keys, list_keys(root));
  line.screen.answer(keys, describe_keys(keys));
  return ok_status();
}

void add_list(CLI::App& keys, CommandLine& line) {
  CLI::App* verb = keys.add_subcommand(
      "list", "Every key that can be used: what for, where it is, when it ends, what it signed");
  verb->footer("Example:\n  hallmark keys list --json");
  verb->callback([&line] { line.run = [&line] { return run_list(line); }; });
}

void add_export(CLI::App& keys, CommandLine& line) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* verb = keys.add_subcommand("export", "Print a public key");
  verb->add_flag("--archive", options->archive,
                 "the OpenPGP key that signs the repository, armored");
  verb->add_flag("--publishing", options->publishing,
                 "the SSH key that uploads, for authorized_keys");
  verb->add_flag("--log", options->log,
                 "the key that signs the release log, as 'hallmark log check --key' takes it");
  verb->add_flag(
      "--checksums", options->checksums,
      "the keys that sign SHA256SUMS of releases, as 'ssh-keygen -Y verify -f' takes them");
  verb->add_option("--apk", options->apk, "the certificate of this APK key, DER in base64");
  verb->footer("Example:\n  hallmark keys export --archive > example-archive-keyring.asc");
  verb->callback(
      [&line, options] { line.run = [&line, options] { return run_export(line, *options); }; });
}

struct ImportArguments {
  std::string openpgp;
  std::string pkcs12;
  std::string ssh;
  std::string name;
  int passphrase_fd = -1;
};

Result<Passphrase> passphrase_for(const ImportArguments& arguments, const std::string& file) {
  if (arguments.passphrase_fd >= 0) return Passphrase::read(arguments.passphrase_fd);
  return Passphrase::ask("Passphrase of " + file + ": ");
}

std::filesystem::path imported_folder(const TerminalRoot& root) {
  return root.layout().releases() / "imported";
}

// What was imported, as files for `policy propose`.
Status write_imported(const TerminalRoot& root, const std::string& name, const std::string& text) {
  HALLMARK_TRY(const UniqueFd fd, make_release_folder(root.layout(), imported_folder(root)));
  return write_file_atomic(fd.get(), name, text, 0644);
}

Status import_openpgp(CommandLine& line, const TerminalRoot& root, const KeyKeeper& keeper,
                      const ImportArguments& arguments) {
  HALLMARK_TRY(const UniqueFd file, open_at(AT_FDCWD, arguments.openpgp, O_RDONLY));
  HALLMARK_TRY(const Passphrase passphrase, passphrase_for(arguments, arguments.openpgp));
  HALLMARK_TRY(const ImportedOpenPgpKey key, import_openpgp_key(keeper, file, passphrase));
  const std::string name = key.fingerprint + ".asc";
  HALLMARK_CHECK(write_imported(root, name, key.public_key));
  const std::string path = imported_folder(root) / name;
  line.screen.answer(Json{{"fingerprint", key.fingerprint}, {"public_key", path}},
                     describe_imported_openpgp(key.fingerprint, path));
  return ok_status();
}

Status import_apk_key(CommandLine& line, const TerminalRoot& root, const KeyKeeper& keeper,
                      const ImportArguments& arguments) {
  if (!is_plain_name(arguments.name)) {
    return usage_error("--name", "must say what the policy is to call the key", "--name app");
  }
  HALLMARK_TRY(const Passphrase passphrase, passphrase_for(arguments, arguments.pkcs12));
  HALLMARK_TRY(const ImportedCertificate key, import_pkcs12(keeper, arguments.pkcs12, passphrase));
  const std::string file = "apk-" + arguments.name + ".der";
  HALLMARK_CHECK(write_imported(root, file, key.der));
  const std::string path = imported_folder(root) / file;
  const Json entry = {{"name", arguments.name},
                      {"keygrip", key.keygrip},
                      {"certificate_sha256", key.sha256.hex()},
                      {"packages", Json::array()}};
  line.screen.answer(Json{{"apk_key", entry}, {"certificate", path}},
                     describe_imported_apk_key(entry, path));
  return ok_status();
}

Status import_publishing_key(CommandLine& line, const TerminalRoot& root, const KeyKeeper& keeper,
                             const ImportArguments& arguments) {
  HALLMARK_TRY(const Passphrase passphrase, passphrase_for(arguments, arguments.ssh));
  HALLMARK_TRY(const std::string key, import_ssh_key(keeper, arguments.ssh, passphrase));
  // Before hosts are offered it: a key that is offered and not listed as exposed would be a trap.
  HALLMARK_CHECK(note_publishing_key(root, kImportedPublishingKeys, key));
  HALLMARK_CHECK(offer_ssh_key(keeper, key));
  line.screen.answer(Json{{"publishing_key", key}}, describe_imported_publishing_key(key));
  return ok_status();
}

using Import = Status (*)(CommandLine&, const TerminalRoot&, const KeyKeeper&,
                          const ImportArguments&);

// `files`: whether the agent itself writes the key.
Status import_into(AgentKind kind, KeyFiles files, CommandLine& line,
                   const ImportArguments& arguments, Import import) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_CHECK(root.need_agent(kind, files));
  HALLMARK_TRY(const AgentUsers users, agent_users(kind));
  const Layout& layout = root.layout();
  const bool signing = kind == AgentKind::kSigning;
  return import(line, root,
                KeyKeeper(signing ? layout.signing_keys() : layout.publishing_keys(), users),
                arguments);
}

Status run_import(CommandLine& line, const ImportArguments& arguments) {
  const int given = int{!arguments.openpgp.empty()} + int{!arguments.pkcs12.empty()} +
                    int{!arguments.ssh.empty()};
  if (given != 1) {
    return usage_error("keys import", "takes exactly one of --openpgp, --pkcs12 and --ssh");
  }
  if (!arguments.ssh.empty()) {
    return import_into(AgentKind::kPublishing, KeyFiles::kStay, line, arguments,
                       import_publishing_key);
  }
  if (!arguments.pkcs12.empty()) {
    return import_into(AgentKind::kSigning, KeyFiles::kStay, line, arguments, import_apk_key);
  }
  return import_into(AgentKind::kSigning, KeyFiles::kChange, line, arguments, import_openpgp);
}

void add_import(CLI::App& keys, CommandLine& line) {
  auto arguments = std::make_shared<ImportArguments>();
  CLI::App* verb = keys.add_subcommand("import", "Take a key in that was made elsewhere");
  verb->add_option("--openpgp", arguments->openpgp,
                   "a secret key, as gpg --export-secret-keys writes it");
  verb->add_option("--pkcs12", arguments->pkcs12, "an APK key with its certificate");
  verb->add_option("--ssh", arguments->ssh, "an OpenSSH private key, to publish with");
  verb->add_option("--name", arguments->name, "what the policy is to call the APK key");
  verb->add_option("--passphrase-fd", arguments->passphrase_fd,
                   "a descriptor to read the passphrase from (default: ask for it)")
      ->check(CLI::NonNegativeNumber);
  verb->footer(
      "Examples:\n  hallmark keys import --pkcs12 release.p12 --name app\n"
      "  hallmark keys import --ssh id_ed25519\n\n"
      "Nothing is signed with it before a policy that names it is approved. An SSH key is what "
      "the\n"
      "package hosts are offered from then on, beside the one that was there.");
  verb->callback([&line, arguments] {
    line.run = [&line, arguments] { return run_import(line, *arguments); };
  });
}

}  // namespace

void add_key_verbs(CLI::App& app, CommandLine& line) {
  CLI::App* keys = app.add_subcommand("keys", "The terminal's keys");
  keys->require_subcommand(1);
  add_list(*keys, line);
  add_keys_backup(*keys, line);
  add_keys_make(*keys, line);
  add_keys_revoke(*keys, line);
  add_import(*keys, line);
  add_export(*keys, line);
}

}  // namespace hallmark
