// The part of the signing state about the release log.
#include "signer/state.hpp"

namespace hallmark {

Result<LogHead> State::log_head() const {
  LogHead head;
  HALLMARK_CHECK(database_->each(
      "SELECT size, peaks, offset, pending FROM log_head", {}, [&](const SqlRow& row) -> Status {
        HALLMARK_TRY(head.tree,
                     MerkleFrontier::restore(static_cast<uint64_t>(row.integer(0)), row.text(1)));
        head.offset = row.integer(2);
        head.pending = row.text(3);
        return ok_status();
      }));
  return head;
}

Status State::set_log_head(const LogHead& head) const {
  return database_->execute(
      "UPDATE log_head SET size = ?, peaks = ?, offset = ?, pending = ?",
      {static_cast<int64_t>(head.tree.size()), head.tree.peaks_hex(), head.offset, head.pending});
}

Result<std::optional<SignedCheckpoint>> State::last_checkpoint() const {
  std::optional<SignedCheckpoint> found;
  HALLMARK_CHECK(database_->each(
      "SELECT size, root, note FROM checkpoint", {}, [&](const SqlRow& row) -> Status {
        SignedCheckpoint checkpoint;
        checkpoint.tree.size = static_cast<uint64_t>(row.integer(0));
        HALLMARK_TRY(checkpoint.tree.root, Sha256Digest::from_hex(row.text(1)));
        checkpoint.note = row.text(2);
        found = std::move(checkpoint);
        return ok_status();
      }));
  return found;
}

Status State::set_checkpoint(const SignedCheckpoint& checkpoint) const {
  return database_->execute(
      "INSERT OR REPLACE INTO checkpoint VALUES (1, ?, ?, ?)",
      {static_cast<int64_t>(checkpoint.tree.size), checkpoint.tree.root.hex(), checkpoint.note});
}

Result<std::string> State::contradiction() const {
  std::string cause;
  HALLMARK_CHECK(database_->each("SELECT cause FROM contradiction", {}, [&](const SqlRow& row) {
    cause = row.text(0);
    return ok_status();
  }));
  return cause;
}

Status State::set_contradiction(const std::string& cause) const {
  return database_->execute("INSERT OR REPLACE INTO contradiction VALUES (1, ?)", {cause});
}

}  // namespace hallmark
