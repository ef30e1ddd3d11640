// import-sibling-log: what another terminal of the group has accepted and signed, from its release
// log. Nothing is believed but that it wrote it: what is to count here is judged again, by adopt.
//
// Request: {"terminal", "checkpoint": signed note, "from"?: number}, and one descriptor with the
// lines from that number up to the checkpoint's size, each with its length before it (two bytes,
// big-endian), as entry bundles have them; none where the checkpoint is of no more lines than are
// known. `from` is at most the number of lines that are known; lines that are known already are
// compared. Answer: {"terminal", "size", "new_lines", "fresh"}; `fresh` is false of a checkpoint
// older than the newest that was ever seen.
//
// Two checkpoints that its key signed and that do not continue each other are a contradiction,
// which stands until a policy drops that key.
#pragma once

#include <optional>
#include <vector>

#include "core/mapped_file.hpp"
#include "core/wire.hpp"
#include "signer/context.hpp"
#include "signer/private_copy.hpp"
#include "signer/sibling_line.hpp"
#include "verify/log/checkpoint.hpp"

namespace hallmark {

struct SiblingImportCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  Sibling known{};  // what was imported before
  std::optional<NoteKey> key{};
  Checkpoint checkpoint{};
  uint64_t from = 0;
  PrivateCopy file{};
  std::optional<MappedFile> batch{};
  std::vector<std::string_view> lines{};  // of `batch`, from `from`
  std::vector<ReadLine> read{};           // those that are new
};

Status policy_for_the_sibling(SiblingImportCase& subject);
Status sibling_is_in_the_policy(SiblingImportCase& subject);
Status sibling_keeps_its_log_key(SiblingImportCase& subject);
Status sibling_did_not_contradict_itself(SiblingImportCase& subject);
Status sibling_checkpoint_is_signed_by_its_key(SiblingImportCase& subject);
Status sibling_log_continues_what_was_seen(SiblingImportCase& subject);
Status sibling_lines_can_be_read(SiblingImportCase& subject);
Status sibling_adopted_what_is_there(SiblingImportCase& subject);
Status sibling_is_not_ahead_of_the_clock(SiblingImportCase& subject);

Result<Response> import_sibling_lines(const SiblingImportCase& subject);

}  // namespace hallmark
