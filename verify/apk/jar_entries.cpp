#include "verify/apk/jar_entries.hpp"

#include <algorithm>
#include <mutex>
#include <optional>

#include "verify/apk/entry_digests.hpp"
#include "verify/apk/jar_digests.hpp"
#include "verify/apk/zip_parts.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxErrors = 20;  // more say nothing more
// Entries that are read in one go: enough for all processors, and what is known of them is small.
constexpr std::size_t kBatch = 4096;

// One error of one entry; kept in the order of the file.
struct EntryError {
  uint32_t offset = 0;
  ApkFinding finding;
};

class EntriesJudge {
 public:
  EntriesJudge(const FileBytes& file, const ZipArchive& archive, const JarManifest& manifest,
               const std::vector<JarSigners>& signed_by, SdkRange devices,
               const KnownEntries& known)
      : file_(file),
        archive_(archive),
        manifest_(manifest),
        signed_by_(signed_by),
        devices_(devices),
        known_(known) {}

  Result<JarEntriesVerdict> judge() {
    // As Android does, so that messages name the same entry as the first.
    std::vector<const ZipEntry*> in_file_order;
    for (const ZipEntry& entry : archive_.entries) in_file_order.push_back(&entry);
    std::sort(in_file_order.begin(), in_file_order.end(), [](const ZipEntry* a, const ZipEntry* b) {
      return a->header_offset < b->header_offset;
    });
    for (const ZipEntry* entry : in_file_order) {
      HALLMARK_CHECK(plan(*entry));
      if (to_read_.size() == kBatch) HALLMARK_CHECK(compare());
    }
    HALLMARK_CHECK(compare());
    return verdict();
  }

 private:
  void refuse(const ZipEntry& entry, const char* code, const std::string& why) {
    errors_.push_back(
        {entry.header_offset, {code, "entry '" + printable_name(entry.name) + "' " + why}});
  }

  // What can be said without reading it; otherwise the entry goes on the list of those to read.
  Status plan(const ZipEntry& entry) {
    if (!is_covered_by_v1(entry)) return ok_status();
    const std::optional<std::size_t> section = manifest_.file.find(entry.name);
    if (!section) {
      refuse(entry, "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_MANIFEST", "is not in the manifest");
      return ok_status();
    }
    const JarSigners signers = signed_by_[*section];
    if (signers == 0) {
      refuse(entry, "JAR_SIG_ZIP_ENTRY_NOT_SIGNED", "is in no signature file");
      return ok_status();
    }
    if (signers_ == 0) signers_ = signers;
    if (signers != signers_) {
      refuse(entry, "JAR_SIG_ZIP_ENTRY_SIGNERS_MISMATCH",
             "is not signed by the same signers as the entries before it");
      return ok_status();
    }
    HALLMARK_TRY(
        JarDigests found,
        digests_to_check(manifest_.file, manifest_.file.sections()[*section], "-Digest", devices_));
    if (!found.for_all_devices) {
      refuse(entry, "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_MANIFEST",
             "has no digest in the manifest that all devices know");
      return ok_status();
    }
    EntryToDigest item{&entry, {}};
    for (const JarDigest& digest : found.digests) item.hashes.push_back(digest.hash);
    to_read_.push_back(std::move(item));
    expected_.push_back(std::move(found.digests));
    return ok_status();
  }

  Status compare() {
    std::mutex mutex;
    const EntryDigestSink judge = [&](std::size_t index,
                                      std::span<const std::vector<uint8_t>> digests) {
      const bool same = std::equal(
          digests.begin(), digests.end(), expected_[index].begin(), expected_[index].end(),
          [](const auto& actual, const JarDigest& claim) { return actual == claim.value; });
      if (same) return;
      const std::lock_guard<std::mutex> lock(mutex);
      refuse(*to_read_[index].entry, "JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY",
             "is not what the manifest says");
    };
    HALLMARK_CHECK(digest_entries(file_, to_read_, judge, known_));
    to_read_.clear();
    expected_.clear();
    return ok_status();
  }

  JarEntriesVerdict verdict() {
    JarEntriesVerdict out;
    out.signers = signers_;
    std::stable_sort(errors_.begin(), errors_.end(),
                     [](const EntryError& a, const EntryError& b) { return a.offset < b.offset; });
    errors_.resize(std::min(errors_.size(), kMaxErrors));
    for (EntryError& error : errors_) out.errors.push_back(std::move(error.finding));
    if (out.errors.empty() && signers_ == 0) {
      out.errors.push_back({"JAR_SIG_NO_SIGNED_ZIP_ENTRIES", "no entry is signed"});
    }
    return out;
  }

  const FileBytes& file_;
  const ZipArchive& archive_;
  const JarManifest& manifest_;
  const std::vector<JarSigners>& signed_by_;
  SdkRange devices_;
  const KnownEntries known_;
  JarSigners signers_ = 0;
  std::vector<EntryToDigest> to_read_;
  std::vector<std::vector<JarDigest>> expected_;  // in step with to_read_
  std::vector<EntryError> errors_;
};

}  // namespace

bool is_covered_by_v1(const ZipEntry& entry) {
  if (entry.name.starts_with("META-INF/")) return false;
  return !entry.name.ends_with('/') || entry.size != 0;  // a directory has nothing to cover
}

Result<JarEntriesVerdict> judge_jar_entries(const FileBytes& untrusted_file,
                                            const ZipArchive& archive, const JarManifest& manifest,
                                            const std::vector<JarSigners>& signed_by,
                                            SdkRange devices, const KnownEntries& known) {
  return EntriesJudge(untrusted_file, archive, manifest, signed_by, devices, known).judge();
}

}  // namespace hallmark
