#include <algorithm>
#include <set>

#include "core/mapped_file.hpp"
#include "publisher/repository/changelogs.hpp"
#include "publisher/repository/contents.hpp"
#include "publisher/repository/hashed_file.hpp"
#include "publisher/repository/index_forms.hpp"
#include "publisher/repository/place_index.hpp"
#include "publisher/repository/repository.hpp"
#include "verify/pool_folder.hpp"

namespace hallmark {
namespace {

std::string path_of(const IndexPlace& place) {
  const std::string component = "dists/" + place.suite + "/" + place.component + "/";
  if (place.architecture == kSourceIndex) return component + "source/Sources";
  return component + "binary-" + place.architecture + "/Packages";
}

// Sources only where there are any: a suite without them costs nothing.
Result<std::vector<IndexPlace>> index_places(RepositoryState& state, const SuitePolicy& suite) {
  std::vector<IndexPlace> out;
  for (const std::string& component : suite.components) {
    for (const std::string& architecture : suite.architectures) {
      out.push_back({suite.name, component, architecture});
    }
    HALLMARK_TRY(const bool has_sources, state.has_sources(suite.name, component));
    if (has_sources) out.push_back({suite.name, component, kSourceIndex});
  }
  return out;
}

// Of packages, where the policy wants it.
bool has_contents(const SuitePolicy& suite, const IndexPlace& place) {
  return suite.contents && place.architecture != kSourceIndex;
}

// The state keeps no other place's shards.
Status keep_contents(RepositoryState& state, const SuitePolicy& suite,
                     const std::vector<IndexPlace>& places) {
  std::vector<IndexPlace> kept;
  std::copy_if(places.begin(), places.end(), std::back_inserter(kept),
               [&](const IndexPlace& place) { return has_contents(suite, place); });
  return state.keep_contents(suite.name, kept);
}

// Packages or Sources, in push/incoming.
struct WrittenIndex {
  HashedFile file;
  ServedFile served;
  std::vector<IndexShard> shards;
};

Result<WrittenIndex> write_plain(Repository& repository, const IndexPlace& place) {
  HALLMARK_TRY(HashedFile file, HashedFile::make(repository.tree));
  ShardCutter cutter;
  std::string entry;
  HALLMARK_CHECK(repository.state.each_index_stanza(
      place, [&](std::string_view stanza, const Sha256Digest& digest) {
        entry = stanza;
        entry += '\n';
        cutter.add(entry, digest);
        return file.append(entry);
      }));
  HALLMARK_TRY(ServedFile served, file.finish(path_of(place)));
  return WrittenIndex{std::move(file), std::move(served), cutter.finish()};
}

// The entries of `known` for this place, if they are those of `plain` and all is in the tree.
std::vector<ServedFile> reusable(const Tree& tree, const std::vector<ServedFile>& known,
                                 const ServedFile& plain) {
  std::vector<ServedFile> out;
  bool same_text = false;
  for (const ServedFile& file : known) {
    if (file.path != plain.path && !file.path.starts_with(plain.path + ".")) continue;
    if (!is_in_place(tree, file)) return {};
    same_text = same_text || file == plain;
    out.push_back(file);
  }
  return same_text ? out : std::vector<ServedFile>();
}

// The most that an index may be; the signer reads no larger one.
constexpr uint64_t kMaxIndex = uint64_t{1} << 30U;

Result<std::vector<ServedFile>> write_index(Repository& repository, const IndexPlace& place,
                                            const std::vector<ServedFile>& known) {
  Tree& tree = repository.tree;
  HALLMARK_TRY(WrittenIndex plain, write_plain(repository, place));
  if (auto kept = reusable(tree, known, plain.served); !kept.empty()) return kept;

  const std::string& path = plain.served.path;
  HALLMARK_TRY(const MappedFile text,
               MappedFile::map(plain.file.staged().fd.get(), kMaxIndex, path));
  HALLMARK_TRY(HashedFile gz, HashedFile::make(tree));
  HALLMARK_TRY(HashedFile xz, HashedFile::make(tree));
  HALLMARK_CHECK(write_index_forms(repository.state, place, {as_text(text.bytes()), plain.shards},
                                   {[&gz](std::string_view bytes) { return gz.append(bytes); },
                                    [&xz](std::string_view bytes) { return xz.append(bytes); }}));
  HALLMARK_TRY(ServedFile gz_served, gz.finish(path + ".gz"));
  HALLMARK_TRY(ServedFile xz_served, xz.finish(path + ".xz"));
  std::vector<Placement> placements;
  HALLMARK_CHECK(add_index_placements(tree, plain.served, plain.file.staged(), placements));
  HALLMARK_CHECK(add_index_placements(tree, gz_served, gz.staged(), placements));
  HALLMARK_CHECK(add_index_placements(tree, xz_served, xz.staged(), placements));
  HALLMARK_CHECK(tree.place(placements));
  return std::vector<ServedFile>{plain.served, gz_served, xz_served};
}

// The paths of a suite's index files.
std::set<std::string> wanted_paths(const SuitePolicy& suite,
                                   const std::vector<IndexPlace>& places) {
  std::set<std::string> out;
  for (const IndexPlace& place : places) {
    for (const char* form : {"", ".gz", ".xz"}) out.insert(path_of(place) + form);
    if (has_contents(suite, place)) out.insert(contents_path(place));
  }
  return out;
}

// Are these exactly the files of these paths, and all in the tree?
bool is_complete(const Tree& tree, const std::vector<ServedFile>& known,
                 const std::set<std::string>& paths) {
  return known.size() == paths.size() &&
         std::all_of(known.begin(), known.end(), [&](const ServedFile& file) {
           return is_in_place(tree, file) && paths.count(file.path) > 0;
         });
}

Status write_indices(Repository& repository, const SuitePolicy& suite, const IndexPlace& place,
                     const std::vector<ServedFile>& known, std::vector<ServedFile>& indices) {
  HALLMARK_TRY(const std::vector<ServedFile> forms, write_index(repository, place, known));
  indices.insert(indices.end(), forms.begin(), forms.end());
  if (!has_contents(suite, place)) return ok_status();
  HALLMARK_TRY(ServedFile contents, write_contents(repository, place));
  indices.push_back(std::move(contents));
  return ok_status();
}

}  // namespace

Result<ComposedSuite> compose_suite(Repository& repository, const SuitePolicy& suite) {
  RepositoryState& state = repository.state;
  ComposedSuite composed;
  composed.suite = suite.name;
  HALLMARK_TRY(const std::vector<ServedFile> known, state.composed_indices(suite.name));
  HALLMARK_TRY(const int64_t newest, state.newest_member(suite.name));
  HALLMARK_TRY(const int64_t up_to, state.composed_up_to(suite.name));
  HALLMARK_TRY(const std::vector<IndexPlace> places, index_places(state, suite));
  HALLMARK_TRY(const bool current, changelogs_are_current(state, suite));
  if (up_to == newest && current &&
      is_complete(repository.tree, known, wanted_paths(suite, places))) {
    composed.indices = known;
    return composed;
  }
  HALLMARK_CHECK(repository.tree.clear_incoming());
  for (const IndexPlace& place : places) {
    HALLMARK_CHECK(write_indices(repository, suite, place, known, composed.indices));
  }
  std::sort(composed.indices.begin(), composed.indices.end(),
            [](const ServedFile& a, const ServedFile& b) { return a.path < b.path; });
  composed.changed = composed.indices != known;
  HALLMARK_CHECK(keep_contents(state, suite, places));
  HALLMARK_CHECK(write_changelogs(repository, suite));
  HALLMARK_CHECK(state.set_composed(suite.name, newest, composed.indices));
  HALLMARK_CHECK(repository.tree.clear_incoming());
  return composed;
}

}  // namespace hallmark
