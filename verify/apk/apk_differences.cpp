#include "verify/apk/apk_differences.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace hallmark {
namespace {

constexpr std::size_t kEndRecordSize = 22;

using Entries = std::vector<const OpenedEntry*>;

Entries without_signature(const OpenedApk& apk) {
  Entries out;
  for (const OpenedEntry& entry : apk.entries) {
    if (!entry.signature) out.push_back(&entry);
  }
  return out;
}

Entries by_place_in_file(Entries entries) {
  std::sort(entries.begin(), entries.end(), [](const OpenedEntry* a, const OpenedEntry* b) {
    return a->zip.header_offset < b->zip.header_offset;
  });
  return entries;
}

class Comparison {
 public:
  Comparison(const OpenedApk& signed_apk, const OpenedApk& rebuilt)
      : signed_(signed_apk), rebuilt_(rebuilt) {
    for (const OpenedEntry* entry : without_signature(rebuilt)) {
      rebuilt_by_name_.emplace(entry->zip.name, entry);
    }
  }

  Result<ApkDifferences> compare() {
    const Entries in_signed = without_signature(signed_);
    out_.entries = in_signed.size();
    find_order(in_signed);
    std::size_t found = 0;
    for (const OpenedEntry* entry : in_signed) {
      const auto other = rebuilt_by_name_.find(entry->zip.name);
      found += other != rebuilt_by_name_.end() ? 1 : 0;
      HALLMARK_CHECK(
          compare_pair(*entry, other == rebuilt_by_name_.end() ? nullptr : other->second));
    }
    if (found < rebuilt_by_name_.size()) list_extra_entries();
    compare_archives();
    return std::move(out_);
  }

 private:
  // The first entry that is out of order, in the directory or in the file: one that moved puts all
  // between its two places out of order, and to name those would hide it.
  void find_order(const Entries& in_signed) {
    const Entries in_rebuilt = without_signature(rebuilt_);
    misplaced_ = first_out_of_order(in_signed, in_rebuilt);
    if (misplaced_ == nullptr) {
      misplaced_ = first_out_of_order(by_place_in_file(in_signed), by_place_in_file(in_rebuilt));
    }
  }

  const OpenedEntry* first_out_of_order(const Entries& in_signed, const Entries& in_rebuilt) const {
    std::set<std::string_view> common;
    for (const OpenedEntry* entry : in_signed) {
      if (rebuilt_by_name_.contains(entry->zip.name)) common.insert(entry->zip.name);
    }
    auto other = in_rebuilt.begin();
    for (const OpenedEntry* entry : in_signed) {
      if (!common.contains(entry->zip.name)) continue;
      while (!common.contains((*other)->zip.name)) ++other;
      if ((*other)->zip.name != entry->zip.name) return entry;
      ++other;
    }
    return nullptr;
  }

  void add(const std::string& name, std::vector<EntryDifference> how) {
    if (how.empty()) return;
    ++out_.places;
    out_.only_alignment = (out_.only_alignment || out_.places == 1) && how.size() == 1 &&
                          how.front().what == "alignment";
    if (out_.listed.size() < kMaxListedDifferences) {
      out_.listed.push_back({name, std::move(how)});
    }
  }

  Status compare_pair(const OpenedEntry& entry, const OpenedEntry* other) {
    if (other == nullptr) {
      add(entry.zip.name, {{"missing entry", "", ""}});
      return ok_status();
    }
    HALLMARK_TRY(std::vector<EntryDifference> how,
                 compare_entries(signed_, entry, rebuilt_, *other));
    if (&entry == misplaced_) how.insert(how.begin(), {"order", "", ""});
    add(entry.zip.name, std::move(how));
    return ok_status();
  }

  void list_extra_entries() {
    std::set<std::string_view> known;
    for (const OpenedEntry* entry : without_signature(signed_)) {
      known.insert(entry->zip.name);
    }
    for (const OpenedEntry* entry : without_signature(rebuilt_)) {
      if (!known.contains(entry->zip.name)) add(entry->zip.name, {{"extra entry", "", ""}});
    }
  }

  // The end records' comments; the numbers in them follow from the entries.
  void compare_archives() {
    const auto comment = [](const OpenedApk& apk) {
      return std::span(apk.zip.end_record).subspan(kEndRecordSize);
    };
    const auto a = comment(signed_);
    const auto b = comment(rebuilt_);
    if (std::equal(a.begin(), a.end(), b.begin(), b.end())) return;
    add("",
        {{"comment", std::to_string(a.size()) + " bytes", std::to_string(b.size()) + " bytes"}});
  }

  const OpenedApk& signed_;
  const OpenedApk& rebuilt_;
  std::map<std::string_view, const OpenedEntry*> rebuilt_by_name_;
  const OpenedEntry* misplaced_ = nullptr;
  ApkDifferences out_;
};

}  // namespace

Result<ApkDifferences> find_differences(const OpenedApk& signed_apk, const OpenedApk& rebuilt) {
  return Comparison(signed_apk, rebuilt).compare();
}

}  // namespace hallmark
