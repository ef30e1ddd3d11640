// The part of the repository's state that an index is written from.
#include <algorithm>

#include "publisher/repository/state.hpp"
#include "verify/pool_folder.hpp"

namespace hallmark {
namespace {

// Where most of the pool belongs to the index, the pool is walked in its order, and nothing has to
// be sorted or held.
constexpr const char* kWalkThePool =
    "SELECT pool_package.sha256, stanza, percentage "
    "FROM pool_package INDEXED BY pool_package_in_order "
    "CROSS JOIN member ON member.suite = ?1 AND member.path = pool_package.path "
    "LEFT JOIN phased ON phased.suite = ?1 AND phased.sha256 = pool_package.sha256 "
    "WHERE component = ?2 AND architecture IN (?3, ?4) "
    "ORDER BY package, version COLLATE debversion, version, architecture";
constexpr const char* kSortTheMembers =
    "SELECT pool_package.sha256, stanza, percentage "
    "FROM member CROSS JOIN pool_package USING (path) "
    "LEFT JOIN phased ON phased.suite = ?1 AND phased.sha256 = pool_package.sha256 "
    "WHERE member.suite = ?1 AND component = ?2 AND architecture IN (?3, ?4) "
    "ORDER BY package, version COLLATE debversion, version, architecture";

std::string phased_stanza(std::string_view stanza, int64_t percentage) {
  return std::string(stanza) + "Phased-Update-Percentage: " + std::to_string(percentage) + "\n";
}

Result<int64_t> count_of(Statement rows) {
  HALLMARK_TRY(const bool row, rows.step());
  return row ? rows.integer(0) : 0;
}

}  // namespace

Status RepositoryState::set_phased(const std::string& suite, std::vector<PhasedPackage> packages) {
  std::sort(packages.begin(), packages.end());
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT sha256, percentage FROM phased WHERE suite = ?1 "
                               "ORDER BY sha256",
                               suite));
  std::vector<PhasedPackage> before;
  for (;;) {
    HALLMARK_TRY(const bool row, rows.step());
    if (!row) break;
    HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(rows.text_view(0)));
    before.push_back({sha256, static_cast<uint64_t>(rows.integer(1))});
  }
  if (before == packages) return ok_status();
  HALLMARK_TRY(Transaction all, transaction());
  HALLMARK_CHECK(database_.run("DELETE FROM phased WHERE suite = ?1", suite));
  for (const PhasedPackage& package : packages) {
    HALLMARK_CHECK(database_.run("INSERT INTO phased VALUES (?1, ?2, ?3)", suite,
                                 package.sha256.hex(), package.percentage));
  }
  HALLMARK_CHECK(forget_composed(suite));
  // A share that fell may be the way to stop a release: what was signed before goes out no more.
  HALLMARK_CHECK(database_.run("UPDATE release SET up_to = -1 WHERE suite = ?1", suite));
  return all.commit();
}

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
    const std::string_view stanza = rows.text_view(1);
    if (rows.text_view(2).empty()) {
      HALLMARK_CHECK(visit(stanza, file));
    } else {
      HALLMARK_CHECK(visit(phased_stanza(stanza, rows.integer(2)), file));
    }
  }
}

}  // namespace hallmark
