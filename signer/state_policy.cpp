// The part of the signing state about the policy, and about what a new one must go on serving.
#include "core/digest.hpp"
#include "signer/state.hpp"

namespace hallmark {

Result<std::optional<InstalledPolicy>> State::policy() const {
  std::string text;
  HALLMARK_CHECK(database_->each("SELECT text FROM policy ORDER BY sequence DESC LIMIT 1", {},
                                 [&](const SqlRow& row) {
                                   text = row.text(0);
                                   return ok_status();
                                 }));
  if (text.empty()) return std::optional<InstalledPolicy>();
  HALLMARK_TRY(Policy policy, parse_policy(text, "installed policy"));
  return std::optional<InstalledPolicy>({std::move(policy), sha256(text)});
}

Status State::install_policy(std::string_view text, const std::optional<Sha256Digest>& statement,
                             int64_t now) const {
  return database_->execute(
      "INSERT INTO policy(sha256, text, installed_at, statement) VALUES (?, ?, ?, ?)",
      {sha256(text).hex(), std::string(text), now, statement ? statement->hex() : ""});
}

Result<std::vector<PolicyInForce>> State::policy_history() const {
  std::vector<PolicyInForce> out;
  HALLMARK_CHECK(database_->each(
      "SELECT sha256, text, installed_at, statement FROM policy ORDER BY sequence", {},
      [&](const SqlRow& row) -> Status {
        PolicyInForce entry{{}, std::string(row.text(1)), row.integer(2), std::nullopt};
        HALLMARK_TRY(entry.sha256, Sha256Digest::from_hex(row.text(0)));
        if (!row.text(3).empty()) {
          HALLMARK_TRY(entry.statement, Sha256Digest::from_hex(row.text(3)));
        }
        out.push_back(std::move(entry));
        return ok_status();
      }));
  return out;
}

Result<bool> State::policy_was_in_force(const std::string& sha256_hex) const {
  return is_there("SELECT 1 FROM policy WHERE sha256 = ?", {sha256_hex});
}

Result<std::optional<std::string>> State::certificate(const std::string& key) const {
  std::optional<std::string> der;
  HALLMARK_CHECK(
      database_->each("SELECT der FROM certificate WHERE key = ?", {key}, [&](const SqlRow& row) {
        der = row.text(0);
        return ok_status();
      }));
  return der;
}

Status State::put_certificate(const std::string& key, const std::string& der) const {
  return database_->execute("INSERT OR REPLACE INTO certificate(key, der) VALUES (?, ?)",
                            {key, der});
}

Result<std::vector<IndexPlace>> State::places_with_packages() const {
  std::vector<IndexPlace> out;
  HALLMARK_CHECK(database_->each(
      "SELECT DISTINCT suite, component, architecture FROM stanza", {}, [&](const SqlRow& row) {
        out.push_back(
            {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))});
        return ok_status();
      }));
  return out;
}

Result<InstalledPolicy> State::policy_in_force() const {
  HALLMARK_TRY(std::optional<InstalledPolicy> installed, policy());
  if (!installed) return policy_error("policy", "is not installed", "hallmark init");
  return std::move(*installed);
}

Result<std::vector<std::string>> State::list(const char* sql,
                                             const std::vector<SqlValue>& values) const {
  std::vector<std::string> out;
  HALLMARK_CHECK(database_->each(sql, values, [&](const SqlRow& row) {
    out.emplace_back(row.text(0));
    return ok_status();
  }));
  return out;
}

Result<std::vector<std::string>> State::suites_with_releases() const {
  return list("SELECT DISTINCT suite FROM release ORDER BY suite");
}

Result<std::vector<std::string>> State::application_names() const {
  return list("SELECT DISTINCT application FROM application ORDER BY application");
}

Result<std::vector<std::string>> State::lineage_keys() const {
  return list("SELECT key FROM lineage ORDER BY key");
}

}  // namespace hallmark
