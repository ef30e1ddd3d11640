#include "cli/review/apk_entries_review.hpp"

#include <algorithm>

#include "verify/apk/entry_compare.hpp"

namespace hallmark {
namespace {

using Entries = std::map<std::string, const OpenedEntry*>;

Entries entries_of(const OpenedApk& apk) {
  Entries out;
  for (const OpenedEntry& entry : apk.entries) {
    if (!entry.signature) out[entry.zip.name] = &entry;
  }
  return out;
}

bool is_code(const std::string& name) { return name.ends_with(".dex") || name.ends_with(".so"); }

void list_entries(const char* verb, const std::vector<std::string>& names,
                  std::vector<Change>& changes) {
  std::vector<std::string> code;
  std::vector<std::string> others;
  for (const std::string& name : names) (is_code(name) ? code : others).push_back(name);
  add_listed(changes, "code entries", verb, code, false);
  add_listed(changes, "entries", verb, others, false);
}

}  // namespace

Status compare_apk_entries(const OpenedApk& before, const OpenedApk& after,
                           std::vector<Change>& changes) {
  const Entries old_entries = entries_of(before);
  const Entries new_entries = entries_of(after);
  std::vector<std::string> come;
  std::vector<std::string> go;
  std::vector<std::string> differ;
  for (const auto& [name, entry] : old_entries) {
    if (!new_entries.contains(name)) go.push_back(name);
  }
  for (const auto& [name, entry] : new_entries) {
    const auto old_entry = old_entries.find(name);
    if (old_entry == old_entries.end()) {
      come.push_back(name);
      continue;
    }
    HALLMARK_TRY(const std::vector<EntryDifference> found,
                 compare_entries(before, *old_entry->second, after, *entry));
    const bool contents = std::any_of(found.begin(), found.end(), [](const EntryDifference& one) {
      return one.what == "contents";
    });
    if (contents) differ.push_back(name);
  }
  list_entries("that come", come, changes);
  list_entries("that go", go, changes);
  list_entries("with other contents", differ, changes);
  return ok_status();
}

}  // namespace hallmark
