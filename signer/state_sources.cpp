// The part of the signing state about source packages: their entries in Sources.
#include "core/model/approval.hpp"
#include "signer/state.hpp"

namespace hallmark {
namespace {

// A source that no binary package of its own in the same place is left of. Which are its own is
// said by the builds: those that brought the .dsc along.
constexpr const char* kWithoutPackages =
    " AND NOT EXISTS (SELECT 1 FROM artefact AS dsc "
    "JOIN build ON build.id = dsc.build "
    "JOIN artefact AS deb ON deb.build = build.id AND deb.kind = 'deb' "
    "JOIN stanza ON stanza.sha256 = deb.sha256 "
    "WHERE dsc.sha256 = source.sha256 AND dsc.kind = 'dsc' "
    "AND build.suite = source.suite AND build.component = source.component "
    "AND stanza.suite = source.suite AND stanza.component = source.component)";

Result<DerivedStanza> read_source(const SqlRow& row) {
  DerivedStanza source{std::string(row.text(0)),
                       std::string(row.text(1)),
                       kSourceIndex,
                       {},
                       std::string(row.text(3))};
  HALLMARK_TRY(source.sha256, Sha256Digest::from_hex(row.text(2)));
  return source;
}

}  // namespace

// One that had left, with the last of the packages that were known then, may come again with
// another.
Status State::add_source(const std::string& suite, const std::string& component,
                         const DerivedStanza& source) const {
  HALLMARK_CHECK(database_->execute(
      "INSERT OR REPLACE INTO retired SELECT NULL, suite, component, package, version, "
      "package_architecture, sha256, text, 1 FROM retired "
      "WHERE suite = ? AND component = ? AND sha256 = ? AND returned = 0",
      {suite, component, source.sha256.hex()}));
  return database_->execute(
      "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      {suite, component, source.package, source.version, source.sha256.hex(), source.text});
}

Status State::each_source(const IndexPlace& place,
                          const std::function<Status(const DerivedStanza&)>& visit) const {
  return database_->each(
      "SELECT package, version, sha256, text FROM source WHERE suite = ? AND component = ? "
      "ORDER BY package, version COLLATE debversion",
      {place.suite, place.component}, [&](const SqlRow& row) -> Status {
        HALLMARK_TRY(const DerivedStanza source, read_source(row));
        return visit(source);
      });
}

Result<bool> State::has_sources(const std::string& suite, const std::string& component) const {
  return is_there("SELECT 1 FROM source WHERE suite = ? AND component = ? LIMIT 1",
                  {suite, component});
}

Result<std::optional<DerivedStanza>> State::source(const std::string& suite,
                                                   const std::string& component,
                                                   const Sha256Digest& dsc) const {
  std::optional<DerivedStanza> found;
  HALLMARK_CHECK(
      database_->each("SELECT package, version, sha256, text FROM source WHERE suite = ? AND "
                      "component = ? AND sha256 = ?",
                      {suite, component, dsc.hex()}, [&](const SqlRow& row) -> Status {
                        HALLMARK_TRY(found, read_source(row));
                        return ok_status();
                      }));
  return found;
}

Result<std::string> State::product_of_source(const std::string& package) const {
  HALLMARK_TRY(
      const std::vector<std::string> products,
      list("SELECT product FROM (SELECT package, sha256 FROM source UNION ALL "
           "SELECT package, sha256 FROM former_source) AS known "
           "JOIN artefact ON artefact.sha256 = known.sha256 AND artefact.kind = 'dsc' "
           "JOIN build ON artefact.build = build.id WHERE package = ? ORDER BY build.id DESC "
           "LIMIT 1",
           {package}));
  return products.empty() ? std::string() : products.front();
}

Result<std::optional<Sha256Digest>> State::other_source_file(const std::string& name,
                                                             const Sha256Digest& sha256) const {
  std::optional<Sha256Digest> found;
  HALLMARK_CHECK(database_->each(
      "SELECT sha256 FROM artefact WHERE kind IN ('dsc', 'source') AND name = ? AND sha256 <> ? "
      "LIMIT 1",
      {name, sha256.hex()}, [&](const SqlRow& row) -> Status {
        HALLMARK_TRY(found, Sha256Digest::from_hex(row.text(0)));
        return ok_status();
      }));
  return found;
}

Status State::add_former_source(const std::string& suite, const std::string& component,
                                const DerivedStanza& source) const {
  return database_->execute(
      "INSERT INTO former_source VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      {suite, component, source.package, source.version, source.sha256.hex()});
}

Status State::take_out_sources(const std::string& which,
                               const std::vector<SqlValue>& values) const {
  const std::string gone = " FROM source WHERE " + which + kWithoutPackages;
  const std::string insert =
      "INSERT INTO former_source SELECT suite, component, package, version, sha256" + gone +
      " ON CONFLICT DO NOTHING";
  HALLMARK_CHECK(database_->execute(insert.c_str(), values));
  return database_->execute(("DELETE" + gone).c_str(), values);
}

Status State::withdraw_sources(const std::string& suite) const {
  return take_out_sources("(? OR suite = ?)", {int64_t{suite == kEverySuite}, suite});
}

Status State::retire_sources(const std::string& suite,
                             const std::vector<DebInComponent>& debs) const {
  const std::string which =
      "suite = ? AND component = ? AND sha256 IN (SELECT dsc.sha256 FROM artefact AS deb "
      "JOIN artefact AS dsc ON dsc.build = deb.build AND dsc.kind = 'dsc' WHERE deb.sha256 = ?)";
  const std::string told =
      "INSERT OR REPLACE INTO retired SELECT NULL, suite, component, package, version, 'source', "
      "sha256, text, 0 FROM source WHERE " +
      which + kWithoutPackages;
  for (const DebInComponent& deb : debs) {
    const std::vector<SqlValue> values = {suite, deb.component, deb.sha256};
    HALLMARK_CHECK(database_->execute(told.c_str(), values));
    HALLMARK_CHECK(take_out_sources(which, values));
  }
  return ok_status();
}

Result<std::vector<FormerPackage>> State::former_sources(const Sha256Digest& dsc,
                                                         const std::string& suite) const {
  std::vector<FormerPackage> out;
  HALLMARK_CHECK(database_->each(
      "SELECT suite, component, package, version FROM former_source AS gone WHERE sha256 = ? "
      "AND (? OR suite = ?) AND NOT EXISTS (SELECT 1 FROM source WHERE "
      "source.sha256 = gone.sha256 AND source.suite = gone.suite AND "
      "source.component = gone.component) ORDER BY suite, component",
      {dsc.hex(), int64_t{suite == kEverySuite}, suite}, [&](const SqlRow& row) {
        out.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                       std::string(row.text(3)), kSourceIndex});
        return ok_status();
      }));
  return out;
}

}  // namespace hallmark
