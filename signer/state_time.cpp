// The part of the signing state about the time.
#include "signer/state.hpp"

namespace hallmark {

Result<std::optional<int64_t>> State::time_floor() const {
  std::optional<int64_t> floor;
  HALLMARK_CHECK(database_->each("SELECT time FROM time_floor", {}, [&](const SqlRow& row) {
    floor = row.integer(0);
    return ok_status();
  }));
  return floor;
}

Status State::set_time_floor(int64_t floor) const {
  return database_->execute("INSERT OR REPLACE INTO time_floor VALUES (1, ?)", {floor});
}

Result<bool> State::time_jump_was_used(const Sha256Digest& statement) const {
  return is_there("SELECT 1 FROM time_jump WHERE statement = ?", {statement.hex()});
}

Status State::add_time_jump(const Sha256Digest& statement, int64_t now) const {
  return database_->execute("INSERT INTO time_jump VALUES (?, ?)", {statement.hex(), now});
}

}  // namespace hallmark
