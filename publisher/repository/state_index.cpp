// The part of the repository's state that an index is written from.
#include "publisher/repository/state.hpp"
#include "verify/pool_folder.hpp"

namespace hallmark {
namespace {

// Where most of the pool belongs to the index, the pool is walked in its order, and nothing has to
// be sorted or held.
constexpr const char* kWalkThePool =
    "SELECT sha256, stanza FROM pool_package INDEXED BY pool_package_in_order "
    "CROSS JOIN member ON member.suite = ?1 AND member.path = pool_package.path "
    "WHERE component = ?2 AND architecture IN (?3, ?4) "
    "ORDER BY package, version COLLATE debversion, version, architecture";
constexpr const char* kSortTheMembers =
    "SELECT sha256, stanza FROM member CROSS JOIN pool_package USING (path) "
    "WHERE suite = ?1 AND component = ?2 AND architecture IN (?3, ?4) "
    "ORDER BY package, version COLLATE debversion, version, architecture";

Result<int64_t> count_of(Statement rows) {
  HALLMARK_TRY(const bool row, rows.step());
  return row ? rows.integer(0) : 0;
}

}  // namespace

Status RepositoryState::each_index_stanza(const IndexPlace& place, const StanzaVisitor& visit) {
  constexpr int64_t kMany = 8;  // times as many files in the pool: sorting is cheaper
  HALLMARK_TRY(Statement in_pool, database_.query("SELECT count(*) FROM pool_package"));
  HALLMARK_TRY(const int64_t pool, count_of(std::move(in_pool)));
  HALLMARK_TRY(Statement in_suite,
               database_.query("SELECT count(*) FROM member WHERE suite = ?1", place.suite));
  HALLMARK_TRY(const int64_t members, count_of(std::move(in_suite)));
  HALLMARK_TRY(Statement rows,
               database_.query(members * kMany < pool ? kSortTheMembers : kWalkThePool, place.suite,
                               place.component, place.architecture,
                               place.architecture == kSourceIndex ? kSourceIndex : "all"));
  for (;;) {
    HALLMARK_TRY(const bool row, rows.step());
    if (!row) return ok_status();
    HALLMARK_TRY(const Sha256Digest file, Sha256Digest::from_hex(rows.text_view(0)));
    HALLMARK_CHECK(visit(rows.text_view(1), file));
  }
}

}  // namespace hallmark
