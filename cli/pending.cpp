#include "cli/pending.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "cli/approvals.hpp"
#include "cli/json_text.hpp"
#include "cli/log_leaves.hpp"
#include "cli/own_log.hpp"
#include "core/debian_version.hpp"
#include "core/digest.hpp"
#include "core/model/approval.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

bool is_done(const TerminalRoot& root, const ReleaseName& release, const std::string& lock_text) {
  const auto noted = read_file(root.layout().released(release.product, release.version), 256);
  return noted.ok() && *noted == sha256(lock_text).hex() + "\n";
}

void add_release(TerminalRoot& root, const ReleaseName& release, PendingReleases& out) {
  const auto files = read_release_files(root, release);
  if (!files.ok()) {
    out.wrong.push_back({release, files.error()});
    return;
  }
  if (is_done(root, release, files->lock_text)) return;
  const auto approvals = check_approvals(root, release);
  if (approvals.ok()) {
    out.ready.push_back(release);
  } else if (approvals.error().kind == ErrorKind::kPolicy) {
    out.waiting.push_back({release, approvals.error()});
  } else {
    out.wrong.push_back({release, approvals.error()});
  }
}

Status add_product(TerminalRoot& root, const std::string& product, const LoggedReleases& logged,
                   PendingReleases& out) {
  HALLMARK_TRY(std::vector<std::string> versions, pinned_versions(root, {product, ""}));
  std::sort(versions.begin(), versions.end(), [](const std::string& a, const std::string& b) {
    return compare_debian_versions(a, b) < 0;
  });
  for (const std::string& version : versions) {
    const ReleaseName release{product, version};
    if (logged.is_superseded(release) || logged.is_withdrawn(release)) continue;
    add_release(root, release, out);
  }
  return ok_status();
}

}  // namespace

void LoggedReleases::add_leaf(const Json& leaf) {
  const std::string kind = text_of(leaf, "kind");
  const std::string product = text_of(leaf, "product");
  const std::string version = text_of(leaf, "version");
  if (kind == "withdrawal") {
    withdrawn_.emplace(product, version);
    if (text_of(leaf, "suite") == kEverySuite) withdrawn_everywhere_.emplace(product, version);
  }
  if (kind != "acceptance") return;
  std::string& highest = highest_[product];
  if (highest.empty() || compare_debian_versions(version, highest) > 0) highest = version;
  std::set<std::string>& locks = locks_[{product, version}];
  if (const std::string lock = text_of(leaf, "lock"); !lock.empty()) locks.insert(lock);
}

bool LoggedReleases::is_accepted(const ReleaseName& release) const {
  return locks_.contains({release.product, release.version});
}

bool LoggedReleases::is_accepted_lock(const ReleaseName& release, const Sha256Digest& lock) const {
  const auto found = locks_.find({release.product, release.version});
  return found != locks_.end() && found->second.contains(lock.hex());
}

bool LoggedReleases::is_withdrawn(const ReleaseName& release) const {
  return withdrawn_.contains({release.product, release.version});
}

bool LoggedReleases::is_withdrawn_everywhere(const ReleaseName& release) const {
  return withdrawn_everywhere_.contains({release.product, release.version});
}

bool LoggedReleases::is_superseded(const ReleaseName& release) const {
  const auto found = highest_.find(release.product);
  return found != highest_.end() && compare_debian_versions(release.version, found->second) < 0;
}

Result<LoggedReleases> read_logged_releases(const TerminalRoot& root) {
  LoggedReleases logged;
  if (root.layout().is_clone) return logged;
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  const fs::path folder = root.layout().public_log(terminal.name);
  if (::access((folder / "checkpoint").c_str(), F_OK) != 0) return logged;
  HALLMARK_TRY(const NoteKey key, own_log_key(root));
  const auto add = [&](uint64_t, std::string_view, const Json& leaf) {
    logged.add_leaf(leaf);
    return ok_status();
  };
  HALLMARK_TRY(const VerifiedLog log, read_log_leaves(folder, key, {}, add));
  return logged;
}

Result<std::vector<std::string>> product_names(const TerminalRoot& root) {
  const fs::path folder = root.layout().releases() / "products";
  std::vector<std::string> names;
  std::error_code failure;
  fs::directory_iterator entries(folder, failure);
  for (; !failure && entries != fs::directory_iterator(); entries.increment(failure)) {
    const fs::path& path = entries->path();
    std::error_code absent;
    if (path.extension() == ".json" && fs::is_directory(folder / path.stem(), absent)) {
      names.push_back(path.stem());
    }
  }
  if (failure) return failed(folder, "cannot be read: " + failure.message());
  std::sort(names.begin(), names.end());
  return names;
}

Result<PendingReleases> pending_releases(TerminalRoot& root, const std::string& product) {
  HALLMARK_TRY(const LoggedReleases logged, read_logged_releases(root));
  HALLMARK_TRY(const std::vector<std::string> names, product_names(root));
  if (!product.empty() && std::find(names.begin(), names.end(), product) == names.end()) {
    return failed(product, "is no product with a pinned version",
                  "hallmark pin " + product + " VERSION");
  }
  PendingReleases out;
  for (const std::string& name : names) {
    if (product.empty() || name == product) {
      HALLMARK_CHECK(add_product(root, name, logged, out));
    }
  }
  return out;
}

Status note_done(const TerminalRoot& root, const ReleaseName& release) {
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  const fs::path path = root.layout().released(release.product, release.version);
  HALLMARK_CHECK(make_dirs(path.parent_path(), 0755));
  HALLMARK_TRY(const UniqueFd folder, open_dir(path.parent_path()));
  return write_file_atomic(folder.get(), path.filename(), sha256(files.lock_text).hex() + "\n",
                           0644);
}

}  // namespace hallmark
