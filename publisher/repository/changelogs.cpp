#include "publisher/repository/changelogs.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "core/digest.hpp"
#include "core/parallel.hpp"
#include "publisher/repository/include_parts.hpp"
#include "publisher/repository/place_index.hpp"
#include "verify/deb_changelog.hpp"

namespace hallmark {
namespace {

constexpr std::string_view kOurs = "/changelogs/@CHANGEPATH@_changelog";
constexpr std::size_t kReadAtOnce = 32;  // packages whose changelogs are in memory

struct ReadDeb {
  std::string path;  // of its changelog
  std::optional<std::string> text;
};

// "pool/main/f/figlet/figlet_1.0_all.deb" gives "main"
std::string component_of(const std::string& pool_path) {
  const std::size_t begin = pool_path.find('/') + 1;
  return pool_path.substr(begin, pool_path.find('/', begin) - begin);
}

Result<ReadDeb> read_one(const Tree& tree, const ServedFile& deb) {
  HALLMARK_TRY(const UniqueFd file, tree.open_file(deb.path));
  HALLMARK_TRY(const DebPackage package, read_deb(file.get(), deb.path));
  if (package.sha256 != deb.sha256) return failed(deb.path, "is not what was included");
  ReadDeb out;
  out.path = changelog_path(component_of(deb.path), package);
  if (base_name(out.path).size() > kMaxNameLength) return out;
  HALLMARK_TRY(out.text, deb_changelog(file.get(), package, deb.path));
  return out;
}

// By its hash; its name comes when it is known of all .debs.
Status place_text(Tree& tree, const ServedFile& changelog, const std::string& text,
                  std::vector<Placement>& placements) {
  const std::string by_hash = by_hash_path(changelog);
  const bool coming =
      std::any_of(placements.begin(), placements.end(),
                  [&](const Placement& placement) { return placement.path == by_hash; });
  if (coming || tree.holds({by_hash, changelog.size, changelog.sha256})) return ok_status();
  HALLMARK_TRY(StagedFile staged, tree.stage_text(text));
  placements.push_back({std::move(staged), by_hash});
  return ok_status();
}

Status read_some(Repository& repository, std::span<const ServedFile> debs) {
  std::vector<ReadDeb> read(debs.size());
  HALLMARK_CHECK(for_each_in_parallel(read.size(), [&] {
    return [&](uint64_t i) -> Status {
      HALLMARK_TRY(read[i], read_one(repository.tree, debs[i]));
      return ok_status();
    };
  }));
  std::vector<Placement> placements;
  for (std::size_t i = 0; i < read.size(); ++i) {
    std::optional<ServedFile> changelog;
    if (read[i].text) {
      changelog = ServedFile{read[i].path, read[i].text->size(), sha256(*read[i].text)};
      HALLMARK_CHECK(place_text(repository.tree, *changelog, *read[i].text, placements));
    }
    HALLMARK_CHECK(repository.state.add_changelog(debs[i], changelog));
  }
  return repository.tree.place_unrecorded(placements);
}

Status read_missing(Repository& repository, const std::string& suite) {
  HALLMARK_TRY(const std::vector<ServedFile> debs, repository.state.debs_without_changelog(suite));
  const std::span<const ServedFile> all(debs);
  for (std::size_t at = 0; at < all.size(); at += kReadAtOnce) {
    HALLMARK_CHECK(read_some(repository, all.subspan(at, std::min(kReadAtOnce, all.size() - at))));
  }
  return ok_status();
}

Status place_names(Tree& tree, const std::vector<ServedFile>& chosen) {
  std::vector<Placement> placements;
  for (const ServedFile& changelog : chosen) {
    if (is_in_place(tree, changelog)) continue;
    HALLMARK_TRY(StagedFile staged, tree.stage_link(by_hash_path(changelog)));
    placements.push_back({std::move(staged), changelog.path});
    if (placements.size() < kReadAtOnce) continue;
    HALLMARK_CHECK(tree.place_unrecorded(placements));
    placements.clear();
  }
  return tree.place_unrecorded(placements);
}

// What is lost from the tree is read again: of all suites, each when it is composed next.
Status forget_lost(Repository& repository) {
  HALLMARK_TRY(const std::vector<ServedFile> rows, repository.state.changelogs());
  for (const ServedFile& row : rows) {
    if (repository.tree.holds({by_hash_path(row), row.size, row.sha256})) continue;
    HALLMARK_CHECK(repository.state.forget_changelog(row.sha256));
  }
  return ok_status();
}

// Names and by-hash names of `gone` that are none of `rows`.
std::vector<std::string> unused_paths(const std::vector<ServedFile>& gone,
                                      const std::vector<ServedFile>& rows) {
  std::set<std::string> unused;
  for (const ServedFile& file : gone) unused.insert({file.path, by_hash_path(file)});
  for (const ServedFile& file : rows) {
    unused.erase(file.path);
    unused.erase(by_hash_path(file));
  }
  return {unused.begin(), unused.end()};
}

}  // namespace

bool has_changelogs(const SuitePolicy& suite) { return suite.changelogs.ends_with(kOurs); }

Result<bool> changelogs_are_current(RepositoryState& state, const SuitePolicy& suite) {
  HALLMARK_TRY(const std::optional<int64_t> up_to, state.changelogs_up_to(suite.name));
  if (!has_changelogs(suite)) return !up_to.has_value();
  HALLMARK_TRY(const int64_t newest, state.newest_member(suite.name));
  return up_to == newest;
}

Status write_changelogs(Repository& repository, const SuitePolicy& suite) {
  RepositoryState& state = repository.state;
  HALLMARK_TRY(Transaction all, state.transaction());
  HALLMARK_CHECK(forget_lost(repository));
  HALLMARK_TRY(const int64_t newest, state.newest_member(suite.name));
  HALLMARK_CHECK(state.set_changelogs_up_to(
      suite.name, has_changelogs(suite) ? std::optional<int64_t>(newest) : std::nullopt));
  HALLMARK_TRY(const std::vector<ServedFile> gone, state.forget_changelogs());
  if (has_changelogs(suite)) HALLMARK_CHECK(read_missing(repository, suite.name));
  HALLMARK_TRY(const std::vector<ServedFile> rows, state.changelogs());
  HALLMARK_CHECK(place_names(repository.tree, chosen_changelogs(rows)));
  HALLMARK_CHECK(all.commit());
  // The record goes first, then the file, as everywhere.
  return repository.tree.remove(unused_paths(gone, rows));
}

std::vector<ServedFile> chosen_changelogs(const std::vector<ServedFile>& rows) {
  std::vector<ServedFile> out;
  for (const ServedFile& row : rows) {
    if (out.empty() || out.back().path != row.path) out.push_back(row);
  }
  return out;
}

}  // namespace hallmark
