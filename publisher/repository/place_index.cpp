#include "publisher/repository/place_index.hpp"

namespace hallmark {

bool is_in_place(const Tree& tree, const ServedFile& index) {
  return tree.holds(index) && tree.same_file(index.path, by_hash_path(index));
}

Status add_index_placements(Tree& tree, const ServedFile& index, StagedFile& staged,
                            std::vector<Placement>& placements) {
  if (is_in_place(tree, index)) return ok_status();
  const std::string by_hash = by_hash_path(index);
  if (tree.holds(ServedFile{by_hash, index.size, index.sha256})) {
    HALLMARK_TRY(StagedFile name, tree.stage_link(by_hash));
    placements.push_back({std::move(name), index.path});
    return ok_status();
  }
  HALLMARK_TRY(StagedFile name, tree.stage_link(staged));
  placements.push_back({std::move(staged), by_hash});
  placements.push_back({std::move(name), index.path});
  return ok_status();
}

}  // namespace hallmark
