// The part of the signing state that saves decoding what was decoded before.
#include "signer/state.hpp"

namespace hallmark {

Result<std::vector<KnownForm>> State::known_forms(const IndexPlace& place,
                                                  const std::string& compression) const {
  std::vector<KnownForm> out;
  HALLMARK_CHECK(database_->each(
      "SELECT shard, sha256, size, unpadded_size FROM known_form WHERE suite = ? AND component = ? "
      "AND architecture = ? AND compression = ? ORDER BY rowid",
      {place.suite, place.component, place.architecture, compression},
      [&](const SqlRow& row) -> Status {
        KnownForm form;
        HALLMARK_TRY(form.shard, Sha256Digest::from_hex(row.text(0)));
        HALLMARK_TRY(form.sha256, Sha256Digest::from_hex(row.text(1)));
        form.size = static_cast<uint64_t>(row.integer(2));
        form.unpadded_size = static_cast<uint64_t>(row.integer(3));
        out.push_back(form);
        return ok_status();
      }));
  return out;
}

Status State::set_known_forms(const IndexPlace& place, const std::string& compression,
                              const std::vector<KnownForm>& forms) const {
  HALLMARK_TRY(Transaction transaction, begin());
  HALLMARK_CHECK(database_->execute(
      "DELETE FROM known_form WHERE suite = ? AND component = ? AND architecture = ? AND "
      "compression = ?",
      {place.suite, place.component, place.architecture, compression}));
  for (const KnownForm& form : forms) {
    HALLMARK_CHECK(database_->execute(
        // Two shards of one index may have the same text only if both are empty.
        "INSERT OR IGNORE INTO known_form VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        {place.suite, place.component, place.architecture, compression, form.shard.hex(),
         form.sha256.hex(), static_cast<int64_t>(form.size),
         static_cast<int64_t>(form.unpadded_size)}));
  }
  return transaction.commit();
}

}  // namespace hallmark
