#include "signer/signer.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <memory>

#include "core/model/terminal.hpp"
#include "process/identity.hpp"
#include "signer/dispatch.hpp"
#include "signer/gpg_keys.hpp"
#include "signer/ssh_agent.hpp"

namespace hallmark {
namespace {

struct Signer {
  State state;
  ReleaseLog log;
  GpgKeys keys;
  SshAgent log_keys;
};

// sign/ is the signer's alone: whoever can write there decides what was accepted.
Status require_private(const std::string& directory) {
  struct stat info {};
  if (::lstat(directory.c_str(), &info) != 0) return errno_error(directory, "cannot look at");
  if (!S_ISDIR(info.st_mode) || info.st_uid != ::geteuid() || (info.st_mode & 077U) != 0) {
    return failed(directory, "is not a folder that the signer alone can use",
                  "its owner must be hallmark-sign and its mode 0700");
  }
  return ok_status();
}

// Records count when hallmark-build wrote them. Where one ordinary user runs everything, in a demo
// root, there is no such uid, and the user's own stands for it.
Result<uid_t> builder_uid(bool demo) {
  HALLMARK_TRY(const std::optional<Identity> signer, find_identity("hallmark-sign"));
  if (signer && signer->uid == ::geteuid()) {
    HALLMARK_TRY(const std::optional<Identity> builder, find_identity("hallmark-build"));
    if (builder) return builder->uid;
    return failed("user hallmark-build", "does not exist", "run 'hallmark init' first");
  }
  if (demo) return ::geteuid();
  return policy_error("hallmark-sign", "does not run as its own user",
                      "only a root made by 'hallmark init --demo' may be used by one user");
}

Result<std::shared_ptr<Signer>> open_signer(const Layout& layout) {
  HALLMARK_CHECK(require_private(layout.sign()));
  const std::string log = layout.sign() / "log";
  const std::string home = layout.sign() / "gnupg";
  HALLMARK_CHECK(make_dirs(log, 0700));
  HALLMARK_CHECK(prepare_gpg_home(home, layout.signing_socket()));
  HALLMARK_TRY(State state, State::open(layout.sign()));
  HALLMARK_TRY(ReleaseLog release_log, ReleaseLog::open(log));
  return std::make_shared<Signer>(Signer{std::move(state), std::move(release_log),
                                         GpgKeys(home, layout.signing_socket()),
                                         SshAgent(layout.log_socket())});
}

}  // namespace

Status prepare_process(const Layout& layout, SignerProcess& process) {
  HALLMARK_TRY(process.refusals, RefusalMeter::make());
  HALLMARK_TRY(process.confinement, confine_signer(layout));
  return ok_status();
}

Result<Handler> start_signer(const Layout& layout, bool demo, const SignerProcess& process) {
  HALLMARK_TRY(const std::string text, read_file(layout.terminal(), uint64_t{1} << 20U));
  HALLMARK_TRY(const Terminal terminal, parse_terminal(text, layout.terminal()));
  HALLMARK_TRY(const uid_t builder, builder_uid(demo));
  HALLMARK_TRY(const std::shared_ptr<Signer> signer, open_signer(layout));
  return Handler([=, &process](const Peer& peer, Message& request,
                               const ProgressSink& /*progress*/) -> Result<Response> {
    const SignerContext context{layout,
                                {terminal.name, demo},
                                terminal.group,
                                builder,
                                [] { return static_cast<int64_t>(std::time(nullptr)); },
                                signer->state,
                                signer->log,
                                signer->keys,
                                signer->keys,
                                signer->log_keys,
                                {peer.uid, *process.refusals},
                                process.confinement};
    return answer_request(context, request);
  });
}

}  // namespace hallmark
