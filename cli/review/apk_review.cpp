#include "cli/review/apk_review.hpp"

#include "cli/screen.hpp"

namespace hallmark {
namespace {

std::set<std::string> permissions_of(const ApkManifest& manifest) {
  std::set<std::string> out;
  for (const ApkPermission& permission : manifest.permissions) {
    std::string words = permission.name;
    if (permission.from_sdk_23) words += " (from SDK 23)";
    if (permission.max_sdk) words += " (up to SDK " + std::to_string(*permission.max_sdk) + ")";
    out.insert(std::move(words));
  }
  return out;
}

std::set<std::string> as_set(const std::vector<std::string>& items) {
  return {items.begin(), items.end()};
}

// What Android loads together with the app, and where it lets it run.
void compare_splits(const ApkManifest& before, const ApkManifest& after,
                    std::vector<Change>& changes) {
  add_changed(changes, "split", before.split, after.split, true);
  add_changed(changes, "split that it configures", before.config_for_split, after.config_for_split,
              true);
  const std::set<std::string> had = as_set(before.uses_splits);
  const std::set<std::string> has = as_set(after.uses_splits);
  add_listed(changes, "splits that it uses", "gain", missing_from(had, has), true);
  add_listed(changes, "splits that it uses", "lose", missing_from(has, had), false);
  add_changed(changes, "target sandbox version", std::to_string(before.target_sandbox_version),
              std::to_string(after.target_sandbox_version),
              after.target_sandbox_version < before.target_sandbox_version);
}

const char* yes_or_no(bool value) { return value ? "yes" : "no"; }

void compare_manifests(const ApkManifest& before, const ApkManifest& after,
                       std::vector<Change>& changes) {
  const auto number = [](auto value) { return std::to_string(value); };
  add_changed(changes, "package", before.package, after.package, true);
  add_changed(changes, "version", before.version_name, after.version_name);
  if (after.version_code <= before.version_code) {
    changes.push_back({"version code does not rise: " + number(before.version_code) + " -> " +
                           number(after.version_code),
                       true,
                       {}});
  }
  add_changed(changes, "version code", number(before.version_code), number(after.version_code));
  add_changed(changes, "min SDK", number(before.min_sdk), number(after.min_sdk));
  add_changed(changes, "target SDK", number(before.target_sdk), number(after.target_sdk),
              after.target_sdk < before.target_sdk);
  add_changed(changes, "debuggable", yes_or_no(before.debuggable), yes_or_no(after.debuggable),
              after.debuggable);
  add_changed(changes, "test only", yes_or_no(before.test_only), yes_or_no(after.test_only));
  add_changed(changes, "feature split", yes_or_no(before.feature_split),
              yes_or_no(after.feature_split));
  compare_splits(before, after, changes);
  const std::set<std::string> had = permissions_of(before);
  const std::set<std::string> has = permissions_of(after);
  add_listed(changes, "permissions", "that come", missing_from(had, has), true);
  add_listed(changes, "permissions", "that go", missing_from(has, had), false);
}

std::string size_words(const ApkInspection& apk) {
  return human_bytes(apk.zip.size) + " in " + std::to_string(apk.zip.entries) + " entries";
}

}  // namespace

std::vector<Change> apk_changes(const ApkInspection& before, const ApkInspection& after) {
  std::vector<Change> changes;
  if (before.manifest && after.manifest) {
    compare_manifests(*before.manifest, *after.manifest, changes);
  } else {
    changes.push_back({"a manifest cannot be read: its facts were not compared", true, {}});
  }
  const std::set<std::string> had = as_set(before.abis);
  const std::set<std::string> has = as_set(after.abis);
  add_listed(changes, "native code", "that comes, for", missing_from(had, has), false);
  add_listed(changes, "native code", "that goes, for", missing_from(has, had), false);
  add_listed(changes, "modules", "that come",
             missing_from(as_set(before.modules), as_set(after.modules)), false);
  add_changed(changes, "file", size_words(before), size_words(after),
              after.zip.size / 2 > before.zip.size);
  for (const ApkFinding& problem : after.problems) {
    changes.push_back({"problem " + problem.code + ": " + problem.message, true, {}});
  }
  return changes;
}

}  // namespace hallmark
