// sign-checkpoint: makes what the release log holds public. Writes public/log/TERMINAL/, signs the
// log's root, and puts the checkpoint there last.
//
// Request: nothing but its type (and "published_checkpoints", as every request that uses a key).
// Answer: {"size", "root", "checkpoint": the signed note, "key": the log's public key as notes'
// verifiers are written}. A log that did not grow keeps its checkpoint. No leaf tells of it: the
// checkpoint would never be of the whole log.
#pragma once

#include <optional>

#include "core/wire.hpp"
#include "signer/context.hpp"
#include "verify/log/note.hpp"

namespace hallmark {

struct CheckpointCase {
  const SignerContext& context;

  std::optional<NoteKey> key{};
  SshPublicKey ssh_key{};
  LogHead head{};
  std::optional<SignedCheckpoint> last{};
};

Status log_key_is_in_the_policy(CheckpointCase& subject);
// The whole file, read again, has the root that the state holds: no line was changed since.
Status log_file_is_what_was_written(CheckpointCase& subject);

Result<Response> sign_checkpoint_of_log(CheckpointCase& subject);

}  // namespace hallmark
