#include "cli/terminal_root.hpp"

#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "cli/releases_folder.hpp"
#include "core/owned_file.hpp"
#include "core/utf8.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxText = uint64_t{8} << 20U;
constexpr uint64_t kMaxGroup = 200;

bool is_there(const std::filesystem::path& path) { return ::access(path.c_str(), F_OK) == 0; }

// Two commands must not start the same agent: the second waits for the first to end.
Result<UniqueFd> lock_agents(const Layout& layout, const Screen& screen) {
  HALLMARK_TRY(UniqueFd lock,
               open_at(AT_FDCWD, layout.run() / "agents.lock", O_RDWR | O_CREAT, 0600));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  screen.note("waiting for another hallmark command on this terminal to end");
  while (::flock(lock.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return errno_error("run/agents.lock", "cannot lock");
  }
  return lock;
}

Error needs_terminal(const Layout& layout) {
  return failed(layout.root, "is a clone of the releases repository, and this needs a terminal",
                "run it on a terminal of the group");
}

}  // namespace

Result<TerminalRoot> TerminalRoot::open(const std::string& root, Screen& screen) {
  HALLMARK_TRY(TerminalRoot out, open_or_clone(root, screen));
  if (out.layout().is_clone) return needs_terminal(out.layout());
  return out;
}

Result<TerminalRoot> TerminalRoot::open_or_clone(const std::string& root, Screen& screen) {
  std::error_code failure;
  const std::filesystem::path absolute = std::filesystem::absolute(root, failure);
  if (failure) return failed(root, "is no usable path");
  const Layout layout{absolute.lexically_normal()};
  const Layout clone{layout.root, true};
  // Git tracks no .git: what a clone was given cannot pass it off as a terminal, whose files and
  // log would be believed.
  // Nor what it holds where that was lost on the way, in an archive say.
  if (is_there(clone.shared_group())) return TerminalRoot(clone, screen);
  if (is_there(layout.root / ".git")) {
    return failed(root, "is a git repository without the file terminal-group",
                  "on a terminal of the group, 'hallmark pin' writes it: commit it there");
  }
  if (is_there(layout.root / kInitMarker)) {
    return failed(root, "was never finished: 'hallmark init' was interrupted",
                  "run 'hallmark init' again: it starts over");
  }
  if (is_there(layout.terminal())) return TerminalRoot(layout, screen);
  return failed(root, "is no terminal's state folder",
                "make one with 'hallmark init --root " + root + "'");
}

Result<std::string> TerminalRoot::group() const {
  if (!layout_.is_clone) {
    HALLMARK_TRY(const Terminal own, terminal());
    return own.group;
  }
  HALLMARK_TRY(std::string name, read_release_file(layout_, layout_.shared_group(), kMaxGroup));
  if (name.ends_with('\n')) name.pop_back();
  if (is_plain_name(name)) return name;
  return failed(layout_.shared_group(), "is not the name of a group of terminals");
}

Result<Terminal> TerminalRoot::terminal() const {
  HALLMARK_TRY(const std::string text, read_file(layout_.terminal(), kMaxText));
  return parse_terminal(text, layout_.terminal());
}

Result<std::string> TerminalRoot::policy_text() const {
  if (layout_.is_clone && !is_there(layout_.policy())) {
    return failed(layout_.policy(), "is not there", "hallmark pin, on a terminal, and commit it");
  }
  if (!is_there(layout_.policy())) {
    return failed(layout_.policy(), "is not there: this terminal has joined no group yet",
                  "hallmark terminal enrol");
  }
  // In a clone it is a file like the others there.
  return layout_.is_clone ? read_release_file(layout_, layout_.policy(), kMaxText)
                          : read_file(layout_.policy(), kMaxText);
}

Result<Policy> TerminalRoot::policy() const {
  HALLMARK_TRY(const std::string text, policy_text());
  return parse_policy(text, layout_.policy());
}

Result<std::string> TerminalRoot::product_text(const std::string& name) const {
  if (!is_plain_name(name)) return usage_error("'" + name + "'", "is not a product's name");
  const std::filesystem::path path = layout_.product(name);
  if (!is_there(path)) {
    return failed("product " + name, "has no file " + path.string(),
                  "write it (docs/formats.md says how), then pin a version");
  }
  return read_release_file(layout_, path, kMaxText);
}

Result<std::string> TerminalRoot::keyring_text(const Product& product) const {
  if (product.origin.openpgp_signers.empty()) return std::string();
  const std::filesystem::path path = layout_.keyring(product.origin.keyring);
  const std::string make = "gpg --armor --export FINGERPRINT... > " + path.string();
  if (!is_there(path)) return failed("keyring " + path.string(), "is not there", make);
  HALLMARK_TRY(std::string text, read_release_file(layout_, path, kMaxText));
  if (is_utf8(text)) return text;
  return failed("keyring " + path.string(), "is not armoured", make);
}

Result<std::string> TerminalRoot::lock_text(const std::string& product,
                                            const std::string& version) const {
  if (!is_plain_name(product) || !is_version_name(version)) {
    return usage_error("'" + product + " " + version + "'", "is not a product and a version");
  }
  const std::filesystem::path path = layout_.lock(product, version);
  if (!is_there(path)) {
    return failed(product + " " + version, "is not pinned",
                  "hallmark pin " + product + " " + version);
  }
  return read_release_file(layout_, path, kMaxText);
}

Result<UniqueFd> TerminalRoot::open_of(const std::string& program,
                                       const std::filesystem::path& below) const {
  HALLMARK_TRY(const SafePath path, SafePath::parse(below.string()));
  uid_t owner = ::geteuid();
  if (owner == 0) {
    HALLMARK_TRY(const std::optional<Identity> identity, find_identity(program));
    if (!identity) return failed("user " + program, "does not exist", "run 'hallmark init' first");
    owner = identity->uid;
  }
  return open_owned(layout_.root, path, owner);
}

Status TerminalRoot::need_agent(AgentKind kind, KeyFiles files) {
  if (agents_.contains(kind)) return ok_status();
  if (!agent_lock_) {
    HALLMARK_TRY(agent_lock_, lock_agents(layout_, screen_));
  }
  HALLMARK_TRY(std::optional<Agent> agent, ensure_agent(kind, files, layout_));
  agents_.emplace(kind, std::move(agent));
  return ok_status();
}

Result<Message> TerminalRoot::request(const std::string& program, const Json& body,
                                      std::span<const int> fds) {
  auto& server = servers_[program];
  if (!server) {
    HALLMARK_TRY(ServerConnection connection, ServerConnection::open(program, layout_));
    server = std::make_unique<ServerConnection>(std::move(connection));
  }
  return server->request(body, fds, [this](const Json& event) { screen_.progress(event); });
}

}  // namespace hallmark
