#include "publisher/repository/contents.hpp"

#include <algorithm>

#include "core/parallel.hpp"
#include "publisher/repository/hashed_file.hpp"
#include "publisher/repository/place_index.hpp"
#include "verify/deb_paths.hpp"
#include "verify/gzip_member.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kListedAtOnce =
    256;  // packages whose paths are read before they are written down

struct ListedDeb {
  std::string name;
  std::string packed;
};

Result<ListedDeb> list_deb(const Tree& tree, const ContentsDifference::PoolDeb& deb) {
  HALLMARK_TRY(const UniqueFd file, tree.open_file(deb.path));
  HALLMARK_TRY(const DebPackage package, read_deb(file.get(), deb.path));
  if (package.sha256 != deb.sha256) return failed(deb.path, "is not what was included");
  ListedDeb out;
  out.name = contents_name(package);
  HALLMARK_TRY(out.packed, packed_deb_paths(file.get(), package, DebPaths::kAccepted, deb.path));
  return out;
}

Status list_missing(Repository& repository, const ContentsDifference& difference) {
  std::vector<ContentsDifference::PoolDeb> missing;
  std::copy_if(difference.added.begin(), difference.added.end(), std::back_inserter(missing),
               [](const auto& deb) { return !deb.listed; });
  for (std::size_t at = 0; at < missing.size(); at += kListedAtOnce) {
    std::vector<ListedDeb> listed(std::min(kListedAtOnce, missing.size() - at));
    HALLMARK_CHECK(for_each_in_parallel(listed.size(), [&] {
      return [&](uint64_t i) -> Status {
        HALLMARK_TRY(listed[i], list_deb(repository.tree, missing[at + i]));
        return ok_status();
      };
    }));
    for (std::size_t i = 0; i < listed.size(); ++i) {
      HALLMARK_CHECK(
          repository.state.add_deb_paths(missing[at + i].sha256, listed[i].name, listed[i].packed));
    }
  }
  return ok_status();
}

Status update_shards(Repository& repository, const IndexPlace& place) {
  HALLMARK_TRY(Transaction all, repository.state.transaction());
  HALLMARK_TRY(const ContentsDifference difference, repository.state.contents_difference(place));
  HALLMARK_CHECK(list_missing(repository, difference));
  HALLMARK_CHECK(repository.state.update_contents_shards(place, difference));
  return all.commit();
}

}  // namespace

std::string contents_path(const IndexPlace& place) {
  return "dists/" + place.suite + "/" + place.component + "/Contents-" + place.architecture + ".gz";
}

Result<ServedFile> write_contents(Repository& repository, const IndexPlace& place) {
  HALLMARK_CHECK(update_shards(repository, place));
  HALLMARK_TRY(HashedFile gz, HashedFile::make(repository.tree));
  bool empty = true;
  HALLMARK_CHECK(repository.state.each_contents_form(place, [&](std::string_view form) {
    empty = false;
    return gz.append(form);
  }));
  if (empty) {
    HALLMARK_TRY(const std::string nothing, gzip_member("", 9));
    HALLMARK_CHECK(gz.append(nothing));
  }
  HALLMARK_TRY(ServedFile served, gz.finish(contents_path(place)));
  std::vector<Placement> placements;
  HALLMARK_CHECK(add_index_placements(repository.tree, served, gz.staged(), placements));
  HALLMARK_CHECK(repository.tree.place(placements));
  return served;
}

}  // namespace hallmark
