// The part of the signing state about keys: what each signed last.
#include "signer/state.hpp"

namespace hallmark {

Result<std::optional<KeyUse>> State::last_key_use(const std::string& key) const {
  std::optional<KeyUse> found;
  HALLMARK_CHECK(
      database_->each("SELECT what, at, sequence IS NOT NULL, sequence FROM key_use "
                      "WHERE key = ?",
                      {key}, [&](const SqlRow& row) {
                        KeyUse use{std::string(row.text(0)), row.integer(1), {}};
                        if (row.integer(2) != 0) {
                          use.sequence = static_cast<uint64_t>(row.integer(3));
                        }
                        found = std::move(use);
                        return ok_status();
                      }));
  return found;
}

Status State::set_key_use(const std::string& key, const KeyUse& use) const {
  HALLMARK_CHECK(database_->execute(
      "INSERT OR REPLACE INTO key_use(key, what, at) VALUES (?, ?, ?)", {key, use.what, use.at}));
  if (!use.sequence) return ok_status();
  return database_->execute("UPDATE key_use SET sequence = ? WHERE key = ?",
                            {static_cast<int64_t>(*use.sequence), key});
}

}  // namespace hallmark
