#include "publisher/transfer/replace_check.hpp"

#include "core/digest.hpp"
#include "publisher/transfer/small_download.hpp"
#include "verify/clearsigned_text.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxRelease = std::size_t{10} << 20U;  // bytes: apt reads no larger InRelease

Status check_one(RepositoryState& state, const Release& release, std::string url) {
  while (url.ends_with('/')) url.pop_back();
  url += "/dists/" + release.suite + "/InRelease";
  HALLMARK_TRY(const std::optional<std::string> served, download_small(url, kMaxRelease));
  if (!served || !clearsigned_text(*served, url).ok()) return ok_status();
  HALLMARK_TRY(const bool known, state.knows_inrelease(release.suite, sha256(*served)));
  if (known) return ok_status();
  return verification_error(url, "is a Release that this terminal does not know",
                            "'hallmark sync', compose the suite again, then publish: another "
                            "terminal may have published since; if not, find out who signed it");
}

}  // namespace

Status check_replaceable(RepositoryState& state, const std::vector<Release>& releases,
                         const PackageHost& host) {
  for (const Release& release : releases) {
    for (const std::string& url : host.urls) HALLMARK_CHECK(check_one(state, release, url));
  }
  return ok_status();
}

}  // namespace hallmark
