#include "cli/pending.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "cli/approvals.hpp"
#include "cli/log_leaves.hpp"
#include "cli/own_log.hpp"
#include "core/debian_version.hpp"
#include "core/digest.hpp"

namespace hallmark {
namespace {

std::string text_of(const Json& leaf, const char* key) {
  const auto found = leaf.find(key);
  return found != leaf.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Nothing was published yet: nothing is done.
Result<DoneReleases> done_releases(const TerminalRoot& root) {
  DoneReleases done;
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  const std::filesystem::path folder = root.layout().public_log(terminal.name);
  if (::access((folder / "checkpoint").c_str(), F_OK) != 0) return done;
  HALLMARK_TRY(const NoteKey key, own_log_key(root));
  HALLMARK_TRY(const VerifiedLog log,
               read_log_leaves(folder, key, {}, [&](uint64_t, std::string_view, const Json& leaf) {
                 done.add_leaf(leaf);
                 return ok_status();
               }));
  return done;
}

Result<std::vector<std::string>> product_names(const TerminalRoot& root) {
  const std::filesystem::path folder = root.layout().releases() / "products";
  std::vector<std::string> names;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
    const bool pinned = std::filesystem::is_directory(folder / entry.path().stem(), failure);
    if (entry.path().extension() == ".json" && pinned) names.push_back(entry.path().stem());
  }
  if (failure) return failed(folder, "cannot be read: " + failure.message());
  std::sort(names.begin(), names.end());
  return names;
}

// The versions that are pinned, from the highest down to the first that is done.
Status add_product(TerminalRoot& root, const std::string& product, const DoneReleases& done,
                   PendingReleases& out) {
  HALLMARK_TRY(std::vector<std::string> versions, pinned_versions(root, {product, ""}));
  std::sort(versions.begin(), versions.end(), [](const std::string& a, const std::string& b) {
    return compare_debian_versions(a, b) > 0;
  });
  std::vector<ReleaseName> ready;
  for (const std::string& version : versions) {
    const ReleaseName release{product, version};
    const auto files = read_release_files(root, release);
    if (files.ok() && done.is_done(release, sha256(files->lock_text), files->lock.targets)) break;
    const auto approvals = check_approvals(root, release);
    if (approvals.ok()) {
      ready.push_back(release);
    } else {
      out.waiting.push_back({release, approvals.error().cause});
    }
  }
  out.ready.insert(out.ready.end(), ready.rbegin(), ready.rend());
  return ok_status();
}

}  // namespace

void DoneReleases::add_leaf(const Json& leaf) {
  const std::string kind = text_of(leaf, "kind");
  const std::string product = text_of(leaf, "product");
  const std::string version = text_of(leaf, "version");
  if (kind == "acceptance") {
    accepted_[{text_of(leaf, "lock"), text_of(leaf, "suite"), text_of(leaf, "component")}] = {
        false, product, version};
  } else if (kind == "withdrawal") {
    withdrawn_.emplace(product, version);
  } else if (kind == "release") {
    for (auto& [place, acceptance] : accepted_) {
      if (place[1] == text_of(leaf, "suite")) acceptance.signed_since = true;
    }
  } else if (kind == "apk" || kind == "aab") {
    for (auto& [place, acceptance] : accepted_) {
      const bool same = acceptance.product == product && acceptance.version == version;
      if (same) acceptance.signed_since = true;
    }
  }
}

bool DoneReleases::is_done(const ReleaseName& release, const Sha256Digest& lock_sha256,
                           const std::vector<Target>& targets) const {
  if (withdrawn_.contains({release.product, release.version})) return true;
  return std::all_of(targets.begin(), targets.end(), [&](const Target& target) {
    const auto found = accepted_.find({lock_sha256.hex(), target.suite, target.component});
    return found != accepted_.end() && found->second.signed_since;
  });
}

Result<PendingReleases> pending_releases(TerminalRoot& root, const std::string& product) {
  HALLMARK_TRY(const DoneReleases done, done_releases(root));
  HALLMARK_TRY(const std::vector<std::string> names, product_names(root));
  if (!product.empty() && std::find(names.begin(), names.end(), product) == names.end()) {
    return failed(product, "is no product with a pinned version",
                  "hallmark pin " + product + " VERSION");
  }
  PendingReleases out;
  for (const std::string& name : names) {
    if (product.empty() || name == product) HALLMARK_CHECK(add_product(root, name, done, out));
  }
  return out;
}

}  // namespace hallmark
