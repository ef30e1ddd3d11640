#include "signer/checkpoint_request.hpp"

#include "signer/log_files.hpp"
#include "verify/log/checkpoint.hpp"
#include "verify/log/log_key.hpp"
#include "verify/ssh_signature.hpp"
#include "verify/ssh_wire.hpp"

namespace hallmark {
namespace {

constexpr const char* kRestore =
    "restore sign/log/release.log from a copy; nothing is published until then";

// The signature itself, out of the blob that names its algorithm.
Result<std::string> raw_signature(const std::string& blob) {
  SshCursor cursor(blob);
  static_cast<void>(cursor.take_string());
  const auto raw = cursor.take_string();
  if (!raw) return failed("log key agent", "gave no signature");
  return std::string(*raw);
}

Result<SignedCheckpoint> sign_head(const CheckpointCase& subject) {
  SignedCheckpoint checkpoint;
  checkpoint.tree = {subject.head.tree.size(), subject.head.tree.root()};
  const std::string text = render_checkpoint({subject.key->name(), checkpoint.tree});
  HALLMARK_TRY(const std::string blob, subject.context.log_keys.sign_log(subject.ssh_key, text));
  const Status right = verify_ssh_signature(subject.ssh_key, blob, text);
  if (!right.ok()) return failed("log key agent", "made a signature that is not the log key's");
  HALLMARK_TRY(const std::string raw, raw_signature(blob));
  checkpoint.note = make_note(text, subject.key->signature_line(raw));
  return checkpoint;
}

// Recorded before it is handed out: from here on the log must continue it.
Status record(const CheckpointCase& subject, const SignedCheckpoint& checkpoint) {
  const SignerContext& context = subject.context;
  const KeyUse use{"a checkpoint of " + std::to_string(checkpoint.tree.size) + " line(s)",
                   context.now(), std::nullopt};
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.set_key_use(subject.ssh_key.fingerprint(), use));
  HALLMARK_CHECK(context.state.set_checkpoint(checkpoint));
  return transaction.commit();
}

}  // namespace

Status log_key_is_in_the_policy(CheckpointCase& subject) {
  HALLMARK_TRY(const std::optional<InstalledPolicy> policy, subject.context.state.policy());
  if (!policy) return policy_error("policy", "is not installed", "hallmark init");
  const std::string& terminal = subject.context.origin.terminal;
  HALLMARK_TRY(subject.key, log_key_of(policy->policy, terminal));
  HALLMARK_TRY(subject.ssh_key, SshPublicKey::parse(policy->policy.log_key(terminal)->key));
  return ok_status();
}

Status log_file_is_what_was_written(CheckpointCase& subject) {
  HALLMARK_TRY(subject.head, subject.context.state.log_head());
  HALLMARK_TRY(subject.last, subject.context.state.last_checkpoint());
  MerkleFrontier tree;
  bool continues = !subject.last;
  HALLMARK_CHECK(subject.context.log.each_line(subject.head, [&](std::string_view line) {
    tree.append(merkle_leaf(line));
    if (subject.last && tree.size() == subject.last->tree.size) {
      continues = tree.root() == subject.last->tree.root;
    }
    return ok_status();
  }));
  const MerkleFrontier& known = subject.head.tree;
  if (continues && tree.size() == known.size() && tree.root() == known.root()) return ok_status();
  return verification_error("release log", "holds another line than the one that was written",
                            kRestore);
}

Result<Response> sign_checkpoint_of_log(CheckpointCase& subject) {
  const SignerContext& context = subject.context;
  HALLMARK_CHECK(write_log_tiles(context, subject.head));
  HALLMARK_CHECK(write_kept_texts(context));
  SignedCheckpoint checkpoint;
  if (subject.last && subject.last->tree.size == subject.head.tree.size()) {
    checkpoint = *subject.last;
  } else {
    HALLMARK_TRY(checkpoint, sign_head(subject));
    HALLMARK_CHECK(record(subject, checkpoint));
  }
  HALLMARK_CHECK(write_log_checkpoint(context, checkpoint.note));
  return Response{Json{{"size", checkpoint.tree.size},
                       {"root", checkpoint.tree.root.hex()},
                       {"checkpoint", checkpoint.note},
                       {"key", subject.key->vkey()}},
                  {}};
}

}  // namespace hallmark
