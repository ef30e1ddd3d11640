#include "publisher/repository/inventory.hpp"

#include <algorithm>

#include "core/digest.hpp"
#include "publisher/repository/fdroid.hpp"

namespace hallmark {
namespace {

ServedFile by_hash_name(const ServedFile& index) {
  return {by_hash_path(index), index.size, index.sha256};
}

Status add_releases(RepositoryState& state, Inventory& inventory) {
  HALLMARK_TRY(const std::vector<Release> releases, state.releases());
  for (const Release& release : releases) {
    for (const char* name : {"Release", "Release.gpg", "InRelease"}) {
      inventory.kept.insert("dists/" + release.suite + "/" + name);
    }
    HALLMARK_TRY(const std::vector<ServedFile> indices, state.release_indices(release.suite));
    for (const ServedFile& index : indices) {
      inventory.kept.insert(index.path);
      inventory.needed.push_back(by_hash_name(index));
    }
  }
  return ok_status();
}

Status add_composed(RepositoryState& state, Inventory& inventory) {
  HALLMARK_TRY(const std::vector<ServedFile> indices, state.all_composed_indices());
  for (const ServedFile& index : indices) {
    inventory.kept.insert(index.path);
    inventory.needed.push_back(by_hash_name(index));
  }
  return ok_status();
}

Status add_changelogs(RepositoryState& state, Inventory& inventory) {
  HALLMARK_TRY(const std::vector<ServedFile> changelogs, state.changelogs());
  for (const ServedFile& changelog : changelogs) {
    inventory.kept.insert(changelog.path);
    inventory.needed.push_back(by_hash_name(changelog));
  }
  return ok_status();
}

// What people wrote about an app stands before it is in any index.
Status add_icons(RepositoryState& state, Inventory& inventory) {
  return state.each_app_text(
      [&](const std::string& application, const std::string& text) -> Status {
        HALLMARK_TRY(const Json texts, parse_json(text, "texts of " + application));
        HALLMARK_TRY(const std::vector<ServedFile> icons, icons_of(texts));
        inventory.needed.insert(inventory.needed.end(), icons.begin(), icons.end());
        return ok_status();
      });
}

Status add_apps(RepositoryState& state, Inventory& inventory) {
  HALLMARK_TRY(const std::optional<FdroidComposition> composed, state.fdroid_composition());
  if (composed) inventory.needed.push_back(composed->index);
  HALLMARK_TRY(const std::vector<ServedFile> named, state.fdroid_files());
  inventory.needed.insert(inventory.needed.end(), named.begin(), named.end());
  inventory.kept.insert({"apk/entry.jar", "apk/entry.json", "apk/index.html"});
  return add_icons(state, inventory);
}

void sort_by_path(std::vector<ServedFile>& files) {
  std::sort(files.begin(), files.end(),
            [](const ServedFile& a, const ServedFile& b) { return a.path < b.path; });
  files.erase(std::unique(files.begin(), files.end()), files.end());
}

Result<std::vector<std::string>> former_hosts(RepositoryState& state,
                                              const std::vector<std::string>& hosts) {
  HALLMARK_TRY(std::vector<std::string> known, state.hosts());
  std::erase_if(known, [&](const std::string& host) {
    return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
  });
  return known;
}

}  // namespace

Result<Inventory> take_inventory(RepositoryState& state) {
  Inventory inventory;
  HALLMARK_TRY(inventory.needed, state.stored_files());
  HALLMARK_CHECK(add_composed(state, inventory));
  HALLMARK_CHECK(add_releases(state, inventory));
  HALLMARK_CHECK(add_changelogs(state, inventory));
  HALLMARK_CHECK(add_apps(state, inventory));
  HALLMARK_TRY(const std::vector<std::string> on_hosts, state.paths_on_hosts());
  inventory.kept.insert(on_hosts.begin(), on_hosts.end());
  sort_by_path(inventory.needed);
  return inventory;
}

Result<Garbage> collect_garbage(Repository& repository, const GarbageRules& rules) {
  HALLMARK_TRY(Transaction transaction, repository.state.transaction());
  Garbage garbage;
  HALLMARK_TRY(garbage.former_hosts, former_hosts(repository.state, rules.hosts));
  for (const std::string& host : garbage.former_hosts) {
    if (rules.forget_hosts) HALLMARK_CHECK(repository.state.forget_host(host));
  }
  HALLMARK_CHECK(repository.state.forget_unused_packages());
  HALLMARK_CHECK(repository.state.forget_changelogs());
  HALLMARK_TRY(Inventory inventory, take_inventory(repository.state));
  for (const ServedFile& file : inventory.needed) inventory.kept.insert(file.path);
  HALLMARK_TRY(std::vector<TreeFile> files, repository.tree.list());
  for (TreeFile& file : files) {
    if (inventory.kept.contains(file.path)) continue;
    garbage.bytes += file.size;
    garbage.files.push_back(std::move(file));
  }
  if (rules.dry_run) return garbage;
  HALLMARK_CHECK(transaction.commit());
  std::vector<std::string> paths;
  for (const TreeFile& file : garbage.files) paths.push_back(file.path);
  HALLMARK_CHECK(repository.tree.remove(paths));
  HALLMARK_CHECK(repository.tree.clear_incoming());
  return garbage;
}

}  // namespace hallmark
