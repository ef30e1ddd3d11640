// The part of the repository's state about packages whose place newer versions have taken.
#include "publisher/repository/state.hpp"

namespace hallmark {

Status RepositoryState::set_retired(const std::string& suite, const std::string& component,
                                    const Sha256Digest& sha256, const Retired& retired) {
  return database_.run("INSERT OR REPLACE INTO retired VALUES (?1, ?2, ?3, ?4, ?5)", suite,
                       component, sha256.hex(), retired.number, int64_t{retired.returned});
}

Result<bool> RepositoryState::is_retired(const std::string& suite, const std::string& component,
                                         const Sha256Digest& sha256) {
  HALLMARK_TRY(Statement row, database_.query("SELECT 1 FROM retired WHERE suite = ?1 AND "
                                              "component = ?2 AND sha256 = ?3 AND returned = 0",
                                              suite, component, sha256.hex()));
  return row.step();
}

Result<int64_t> RepositoryState::last_retired() {
  HALLMARK_TRY(Statement row, database_.query("SELECT IFNULL(MAX(number), 0) FROM retired"));
  HALLMARK_TRY(const bool found, row.step());
  return found ? row.integer(0) : 0;
}

}  // namespace hallmark
