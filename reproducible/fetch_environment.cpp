#include "reproducible/fetch_environment.hpp"

#include "reproducible/fetch_apt.hpp"
#include "reproducible/fetch_dsc.hpp"
#include "reproducible/fetch_tarball.hpp"

namespace hallmark {
namespace {

// Essential packages; for a Debian package what dpkg-buildpackage needs, and apt, which tries it
// out before it is signed (check_target.hpp); the product's own wishes.
std::string wanted_fields(const EnvironmentWish& wish, const Archives& archives) {
  const Product& product = wish.product;
  std::vector<std::string> names = archives.essential_packages();
  if (product.recipe.kind == RecipeKind::kDeb) {
    names.insert(names.end(), {"apt", "build-essential", "fakeroot"});
  }
  if (product.origin.kind == OriginKind::kTarball) {
    const std::string unpacker = unpacker_of(product.origin.url);
    if (!unpacker.empty()) names.push_back(unpacker);
  }
  names.insert(names.end(), wish.spec.packages.begin(), wish.spec.packages.end());
  return build_fields(wish.dsc, names);
}

}  // namespace

Result<std::vector<LockedPackage>> solve_environment(const EnvironmentWish& wish,
                                                     const Archives& archives,
                                                     const std::string& folder,
                                                     const Quarantine& quarantine) {
  HALLMARK_TRY(PrivateApt apt, PrivateApt::create(folder, wish.architecture));
  for (std::size_t i = 0; i < archives.sources().size(); ++i) {
    HALLMARK_CHECK(apt.add_archive(archives.locked()[i], archives.sources()[i], quarantine));
  }
  HALLMARK_TRY(const std::vector<Sha256Digest> digests, apt.solve(wanted_fields(wish, archives)));
  return archives.packages(digests);
}

}  // namespace hallmark
