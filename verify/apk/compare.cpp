#include "verify/apk/compare.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "core/bytes.hpp"
#include "core/fd.hpp"
#include "verify/apk/signature_copy.hpp"
#include "verify/apk/verify.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20U;
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

  Result<ApkComparison> compare() {
    const Entries in_signed = without_signature(signed_);
    out_.signed_file = signed_.name;
    out_.rebuilt_file = rebuilt_.name;
    out_.signatures = signed_.signatures;
    out_.rebuilt_signatures = rebuilt_.signatures;
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
    out_.same = out_.differing == 0;
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
    std::unordered_map<std::string_view, bool> common;
    for (const OpenedEntry* entry : in_signed) {
      if (rebuilt_by_name_.contains(entry->zip.name)) common.emplace(entry->zip.name, true);
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
    ++out_.differing;
    if (out_.differences.size() < kMaxListedDifferences) {
      out_.differences.push_back({name, std::move(how)});
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
    std::unordered_map<std::string_view, bool> known;
    for (const OpenedEntry* entry : without_signature(signed_)) {
      known.emplace(entry->zip.name, true);
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
  std::unordered_map<std::string_view, const OpenedEntry*> rebuilt_by_name_;
  const OpenedEntry* misplaced_ = nullptr;
  ApkComparison out_;
};

Result<UniqueFd> write_copy(const OpenedApk& signed_apk, const OpenedApk& rebuilt,
                            const std::string& scratch_folder) {
  HALLMARK_TRY(const std::vector<ByteSource> sources, copy_signature(signed_apk, rebuilt));
  HALLMARK_TRY(UniqueFd file, unnamed_file(scratch_folder));
  std::vector<uint8_t> buffer(kPiece);
  for (const ByteSource& source : sources) {
    for (uint64_t done = 0; done < source.size;) {
      const auto piece =
          std::span(buffer).first(std::min<uint64_t>(buffer.size(), source.size - done));
      HALLMARK_CHECK(source.read(done, piece));
      HALLMARK_CHECK(write_all(file.get(), as_text(piece)));
      done += piece.size();
    }
  }
  return file;
}

ApkVerifyOptions options_for(std::string file) {
  ApkVerifyOptions options;
  options.file = std::move(file);
  return options;
}

}  // namespace

Result<ApkComparison> compare_apks(const CompareInput& signed_input,
                                   const CompareInput& rebuilt_input,
                                   const std::string& scratch_folder) {
  HALLMARK_TRY(const OpenedApk signed_apk, open_apk(signed_input.untrusted_fd, signed_input.file));
  HALLMARK_TRY(OpenedApk rebuilt, open_apk(rebuilt_input.untrusted_fd, rebuilt_input.file));
  const bool has_v1 = !signed_apk.signatures.empty() && signed_apk.signatures.front() == "v1";
  if (has_v1) count_manifest_as_signature(rebuilt);
  HALLMARK_TRY(ApkComparison comparison, Comparison(signed_apk, rebuilt).compare());
  if (signed_apk.signatures.empty()) return comparison;
  HALLMARK_TRY(const UniqueFd copy, write_copy(signed_apk, rebuilt, scratch_folder));
  HALLMARK_TRY(comparison.copied, verify_apk(copy.get(), options_for(rebuilt_input.file)));
  if (comparison.copied->verified) return comparison;
  HALLMARK_TRY(comparison.signed_report,
               verify_apk(signed_input.untrusted_fd, options_for(signed_input.file)));
  return comparison;
}

}  // namespace hallmark
