#include "publisher/repository/repository.hpp"

namespace hallmark {

Result<Repository> Repository::open(const Layout& layout) {
  HALLMARK_TRY(RepositoryState state, RepositoryState::open(layout.push() / "state.db"));
  HALLMARK_TRY(Tree tree, Tree::open(layout));
  return Repository{std::move(state), std::move(tree)};
}

}  // namespace hallmark
