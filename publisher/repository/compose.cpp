#include <algorithm>

#include "core/digest.hpp"
#include "publisher/repository/index_forms.hpp"
#include "publisher/repository/repository.hpp"
#include "verify/deb_package.hpp"

namespace hallmark {
namespace {

std::string folder_of(const IndexPlace& place) {
  return "dists/" + place.suite + "/" + place.component + "/binary-" + place.architecture;
}

std::vector<IndexPlace> index_places(const SuitePolicy& suite) {
  std::vector<IndexPlace> out;
  for (const std::string& component : suite.components) {
    for (const std::string& architecture : suite.architectures) {
      out.push_back({suite.name, component, architecture});
    }
  }
  return out;
}

Result<PlainIndex> packages_index(RepositoryState& state, const IndexPlace& place) {
  HALLMARK_TRY(std::vector<PoolPackage> packages, state.index_packages(place));
  struct Entry {
    DebPackage key;  // as far as stanza_before looks
    Sha256Digest sha256;
    std::string stanza;  // with the blank line behind it
  };
  std::vector<Entry> entries(packages.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    entries[i].key.package = std::move(packages[i].package);
    entries[i].key.version = std::move(packages[i].version);
    entries[i].key.architecture = std::move(packages[i].architecture);
    entries[i].sha256 = packages[i].file.sha256;
    entries[i].stanza = std::move(packages[i].stanza);
    entries[i].stanza += '\n';
    size += entries[i].stanza.size();
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return stanza_before(a.key, b.key); });
  PlainIndex index;
  index.text.reserve(size);
  ShardCutter cutter;
  for (const Entry& entry : entries) {
    index.text += entry.stanza;
    cutter.add(entry.stanza, entry.sha256);
  }
  index.shards = cutter.finish();
  return index;
}

ServedFile describe(const std::string& path, std::string_view bytes) {
  return ServedFile{path, bytes.size(), sha256(bytes)};
}

// Complete under both of its names?
bool is_in_place(const Tree& tree, const ServedFile& index) {
  return tree.holds(index) && tree.same_file(index.path, by_hash_path(index));
}

Status add_placements(Tree& tree, const ServedFile& index, std::string_view bytes,
                      std::vector<Placement>& placements) {
  if (is_in_place(tree, index)) return ok_status();
  const std::string by_hash = by_hash_path(index);
  if (tree.holds(ServedFile{by_hash, index.size, index.sha256})) {
    HALLMARK_TRY(StagedFile name, tree.stage_link(by_hash));
    placements.push_back({std::move(name), index.path});
    return ok_status();
  }
  HALLMARK_TRY(StagedFile contents, tree.stage_text(bytes));
  HALLMARK_TRY(StagedFile name, tree.stage_link(contents));
  placements.push_back({std::move(contents), by_hash});
  placements.push_back({std::move(name), index.path});
  return ok_status();
}

// The entries of `known` for this place, if they are those of `packages` and all is in the tree.
std::vector<ServedFile> reusable(const Tree& tree, const std::vector<ServedFile>& known,
                                 const ServedFile& packages) {
  std::vector<ServedFile> out;
  bool same_text = false;
  for (const ServedFile& file : known) {
    if (file.path != packages.path && !file.path.starts_with(packages.path + ".")) continue;
    if (!is_in_place(tree, file)) return {};
    same_text = same_text || file == packages;
    out.push_back(file);
  }
  return same_text ? out : std::vector<ServedFile>();
}

Result<std::vector<ServedFile>> write_index(Repository& repository, const IndexPlace& place,
                                            const std::vector<ServedFile>& known) {
  HALLMARK_TRY(const PlainIndex index, packages_index(repository.state, place));
  const std::string path = folder_of(place) + "/Packages";
  std::vector<ServedFile> indices{describe(path, index.text)};
  if (auto kept = reusable(repository.tree, known, indices.front()); !kept.empty()) return kept;

  HALLMARK_TRY(const IndexForms forms, index_forms(repository.state, place, index));
  indices.push_back(describe(path + ".gz", forms.gz));
  indices.push_back(describe(path + ".xz", forms.xz));
  std::vector<Placement> placements;
  HALLMARK_CHECK(add_placements(repository.tree, indices[0], index.text, placements));
  HALLMARK_CHECK(add_placements(repository.tree, indices[1], forms.gz, placements));
  HALLMARK_CHECK(add_placements(repository.tree, indices[2], forms.xz, placements));
  HALLMARK_CHECK(repository.tree.place(placements));
  return indices;
}

// Are these the files of exactly these places, and all in the tree?
bool is_complete(const Tree& tree, const std::vector<ServedFile>& known,
                 const std::vector<IndexPlace>& places) {
  constexpr std::size_t kForms = 3;  // plain, gz, xz
  if (known.size() != kForms * places.size()) return false;
  return std::all_of(known.begin(), known.end(), [&](const ServedFile& file) {
    const std::string folder = file.path.substr(0, file.path.rfind('/'));
    return is_in_place(tree, file) &&
           std::any_of(places.begin(), places.end(),
                       [&folder](const IndexPlace& place) { return folder_of(place) == folder; });
  });
}

}  // namespace

Result<ComposedSuite> compose_suite(Repository& repository, const SuitePolicy& suite) {
  RepositoryState& state = repository.state;
  ComposedSuite composed;
  composed.suite = suite.name;
  HALLMARK_TRY(const std::vector<ServedFile> known, state.composed_indices(suite.name));
  HALLMARK_TRY(const int64_t newest, state.newest_member(suite.name));
  HALLMARK_TRY(const int64_t up_to, state.composed_up_to(suite.name));
  const std::vector<IndexPlace> places = index_places(suite);
  if (up_to == newest && is_complete(repository.tree, known, places)) {
    composed.indices = known;
    return composed;
  }
  HALLMARK_CHECK(repository.tree.clear_incoming());
  for (const IndexPlace& place : places) {
    HALLMARK_TRY(const std::vector<ServedFile> indices, write_index(repository, place, known));
    composed.indices.insert(composed.indices.end(), indices.begin(), indices.end());
  }
  std::sort(composed.indices.begin(), composed.indices.end(),
            [](const ServedFile& a, const ServedFile& b) { return a.path < b.path; });
  composed.changed = composed.indices != known;
  HALLMARK_CHECK(state.set_composed(suite.name, newest, composed.indices));
  return composed;
}

}  // namespace hallmark
