#include "cli/rebuild/links.hpp"

#include <cstdlib>
#include <utility>

#include "core/safe_path.hpp"
#include "process/run.hpp"
#include "verify/deb_package.hpp"
#include "verify/intoto_link.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kFingerprint = 20;  // bytes

// By package and version: that is all that the transport asks by.
using Links = std::map<std::pair<std::string, std::string>, LinkProducts>;

// As apt names what it downloads.
std::string name_of_download(const DebPackage& deb) {
  std::string version;
  for (const char c : deb.version) version += c == ':' ? std::string("%3a") : std::string(1, c);
  return deb.package + "_" + version + "_" + deb.architecture + ".deb";
}

Status add_target(const TerminalRoot& root, const BuildRecord& record, Links& links) {
  for (const BuiltArtefact& artefact : record.artefacts) {
    if (!artefact.name.ends_with(".deb")) continue;
    HALLMARK_TRY(const UniqueFd file, open_built(root, record, artefact));
    HALLMARK_TRY(const DebPackage deb, read_deb(file.get(), artefact.name));
    if (deb.sha256 != artefact.sha256) {
      return verification_error(artefact.name, "is not what its build record says");
    }
    LinkProducts& products = links[{deb.package, deb.version}];
    const auto [entry, is_new] = products.emplace(name_of_download(deb), deb.sha256);
    if (!is_new && entry->second != deb.sha256) {
      return failed(artefact.name,
                    "comes of two targets with two contents, and a link has room for one",
                    "rebuild them one by one, with --only and an --output of its own for each");
    }
  }
  return ok_status();
}

Result<std::string> sign_with_gpg(const std::string& fingerprint, const std::string& link) {
  Command command;
  command.program = "/usr/bin/gpg";
  command.arguments = {"--quiet",       "--no-armor", "--detach-sign",
                       "--digest-algo", "SHA256",     "--local-user",
                       fingerprint,     "--output",   "-"};
  command.stdin_text = link;
  command.timeout = std::chrono::seconds(300);  // a person looks for a passphrase or a card
  command.interactive = true;
  for (const char* name : {"HOME", "GNUPGHOME", "GPG_TTY", "TERM", "DISPLAY", "XDG_RUNTIME_DIR"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) command.environment.push_back(std::string(name) + "=" + value);
  }
  return run_checked(command, "link");
}

}  // namespace

Result<std::size_t> write_links(const TerminalRoot& root, const Rebuild& rebuild,
                                const std::string& fingerprint, const std::string& out) {
  const Result<std::vector<uint8_t>> digits = hex_decode(fingerprint);
  if (!digits.ok() || digits->size() != kFingerprint) {
    return usage_error(fingerprint, "is not an OpenPGP fingerprint of 40 hexadecimal digits",
                       "gpg --list-secret-keys --with-colons");
  }
  Links links;
  for (const RebuiltTarget& target : rebuild.targets) {
    HALLMARK_CHECK(add_target(root, target.record, links));
  }
  for (const auto& [package, products] : links) {
    const std::string link = rebuild_link(rebuild.lock_sha256, products);
    HALLMARK_TRY(const std::string signature, sign_with_gpg(fingerprint, link));
    HALLMARK_TRY(const std::string metadata, signed_link(link, signature));
    // Both are the package's own words.
    HALLMARK_TRY(const SafePath below,
                 SafePath::parse("sources/" + package.first + "/" + package.second));
    const std::string folder = out + "/" + below.str();
    HALLMARK_CHECK(make_dirs(folder, 0755));
    HALLMARK_TRY(const UniqueFd opened, open_dir(folder));
    HALLMARK_CHECK(write_file_atomic(opened.get(), "metadata", metadata, 0644));
  }
  return links.size();
}

}  // namespace hallmark
