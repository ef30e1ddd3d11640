#include "verify/apk/jar_verify.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "verify/apk/jar_block.hpp"
#include "verify/apk/jar_entries.hpp"
#include "verify/apk/jar_files.hpp"
#include "verify/apk/jar_signature.hpp"
#include "verify/apk/jar_signature_file.hpp"
#include "verify/apk/pkcs7.hpp"
#include "verify/apk/zip_parts.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxSigners = 10;
constexpr std::size_t kMaxUnprotectedNamed = 20;
constexpr uint32_t kFirstSdkThatMindsCase = 24;

// The steps in the order in which devices take them. Each returns the first refusal as an Error of
// kind kVerification whose subject is the code.
class JarJudge {
 public:
  JarJudge(const FileBytes& file, const ZipArchive& archive, SdkRange devices,
           const std::set<uint32_t>& schemes_found, const KnownEntries& known, JarVerdict& verdict)
      : file_(file),
        archive_(archive),
        devices_(devices),
        schemes_found_(schemes_found),
        known_(known),
        verdict_(verdict) {}

  Status judge() {
    files_ = find_jar_files(archive_, verdict_.warnings);
    verdict_.present = files_.any;
    HALLMARK_CHECK(check_files());
    HALLMARK_TRY(const JarManifest manifest, read_manifest());
    HALLMARK_CHECK(check_named_entries(manifest));
    HALLMARK_TRY(const std::vector<JarSigners> signed_by, judge_signers(manifest));
    HALLMARK_TRY(JarEntriesVerdict entries,
                 judge_jar_entries(file_, archive_, manifest, signed_by, devices_, known_));
    verdict_.errors = std::move(entries.errors);
    if (!verdict_.errors.empty()) return ok_status();
    report_signers(entries.signers);
    report_unprotected(entries.signers);
    return ok_status();
  }

 private:
  void warn(const char* code, const std::string& message) {
    verdict_.warnings.push_back({code, message});
  }

  Status check_files() const {
    if (files_.manifest == nullptr) {
      return verification_error("JAR_SIG_NO_MANIFEST", "there is no META-INF/MANIFEST.MF");
    }
    if (files_.signers.empty()) {
      return verification_error("JAR_SIG_NO_SIGNATURES", "there is no v1 (JAR) signature");
    }
    if (files_.signers.size() > kMaxSigners) {
      return verification_error("JAR_SIG_MAX_SIGNATURES_EXCEEDED", "there are over 10 signers");
    }
    if (devices_.min >= kFirstSdkThatMindsCase) return ok_status();
    for (const ZipEntry& entry : archive_.entries) {
      if (!is_jar_signature_file_in_odd_case(entry.name)) continue;
      return verification_error(
          "JAR_SIG_AMBIGUOUS_NAME",
          "'" + printable_name(entry.name) + "' is part of a signature for some devices only");
    }
    return ok_status();
  }

  Result<JarManifest> read_manifest() const {
    HALLMARK_TRY(std::vector<uint8_t> bytes,
                 read_zip_entry(file_, *files_.manifest, JarFile::kMaxSize));
    return JarManifest::parse(std::move(bytes));
  }

  Status check_named_entries(const JarManifest& manifest) const {
    const std::vector<JarSection>& sections = manifest.file.sections();
    std::vector<bool> is_there(sections.size());
    for (const ZipEntry& entry : archive_.entries) {
      if (const auto section = manifest.file.find(entry.name)) is_there[*section] = true;
    }
    const auto missing = std::find(is_there.begin(), is_there.end(), false);
    if (missing == is_there.end()) return ok_status();
    const auto place = static_cast<std::size_t>(missing - is_there.begin());
    return verification_error("JAR_SIG_MISSING_ZIP_ENTRY_REFERENCED_IN_MANIFEST",
                              "the manifest names '" + printable_name(sections[place].entry) +
                                  "', which is not in the archive");
  }

  // For each section of the manifest, who vouches for it. One .SF is in memory at a time.
  Result<std::vector<JarSigners>> judge_signers(const JarManifest& manifest) {
    std::vector<JarSigners> signed_by(manifest.file.sections().size());
    for (std::size_t i = 0; i < files_.signers.size(); ++i) {
      HALLMARK_TRY(const JarSignatureFile judged, judge_signer(files_.signers[i], manifest));
      for (const std::size_t section : judged.sections) {
        signed_by[section] = static_cast<JarSigners>(signed_by[section] | 1U << i);
      }
      verdict_.schemes_referenced.insert(judged.schemes_referenced.begin(),
                                         judged.schemes_referenced.end());
    }
    return signed_by;
  }

  Result<JarSignatureFile> judge_signer(const JarSignerFiles& signer, const JarManifest& manifest) {
    HALLMARK_TRY(const std::vector<uint8_t> block,
                 read_zip_entry(file_, *signer.block, kMaxPkcs7Block));
    HALLMARK_TRY(const std::vector<uint8_t> signature_file,
                 read_zip_entry(file_, *signer.signature_file, JarFile::kMaxSize));
    Result<JarBlockSigner> identity = judge_jar_block(block, signature_file, devices_);
    if (!identity.ok()) {
      return verification_error(identity.error().subject,
                                printable_name(signer.block->name) + ": " + identity.error().cause);
    }
    identities_.push_back(std::move(*identity));
    return judge_jar_signature_file(signer.signature_file->name, signature_file,
                                    {manifest, devices_, schemes_found_}, verdict_.warnings);
  }

  void report_signers(JarSigners who) {
    for (std::size_t i = 0; i < identities_.size(); ++i) {
      if ((who >> i & 1U) == 0) {
        warn("JAR_SIG_IGNORED_SIGNER",
             printable_name(files_.signers[i].block->name) + " is good but signs no entry");
        continue;
      }
      verdict_.signers.push_back(identities_[i].facts);
      verdict_.certificates.push_back(identities_[i].certificate);
    }
  }

  void report_unprotected(JarSigners who) {
    std::set<const ZipEntry*> known = {files_.manifest};
    for (std::size_t i = 0; i < files_.signers.size(); ++i) {
      if ((who >> i & 1U) == 0) continue;
      known.insert(files_.signers[i].block);
      known.insert(files_.signers[i].signature_file);
    }
    std::size_t count = 0;
    for (const ZipEntry& entry : archive_.entries) {
      const bool is_unprotected = entry.name.starts_with("META-INF/") &&
                                  !entry.name.ends_with('/') && !known.contains(&entry);
      if (!is_unprotected || ++count > kMaxUnprotectedNamed) continue;
      warn("JAR_SIG_UNPROTECTED_ZIP_ENTRY",
           "'" + printable_name(entry.name) + "' is covered by no v1 signature");
    }
    if (count > kMaxUnprotectedNamed) {
      warn("JAR_SIG_UNPROTECTED_ZIP_ENTRY",
           "so are " + std::to_string(count - kMaxUnprotectedNamed) + " more below META-INF/");
    }
  }

  const FileBytes& file_;
  const ZipArchive& archive_;
  SdkRange devices_;
  const std::set<uint32_t>& schemes_found_;
  const KnownEntries known_;
  JarVerdict& verdict_;
  JarFiles files_;
  std::vector<JarBlockSigner> identities_;  // in step with files_.signers
};

}  // namespace

Result<JarVerdict> verify_jar(const FileBytes& untrusted_file, const ZipArchive& archive,
                              uint32_t min_sdk, uint32_t max_sdk,
                              const std::set<uint32_t>& schemes_found, const KnownEntries& known) {
  JarVerdict verdict;
  const Status judged =
      JarJudge(untrusted_file, archive, {min_sdk, max_sdk}, schemes_found, known, verdict).judge();
  if (!judged.ok()) {
    if (judged.error().kind != ErrorKind::kVerification) return judged.error();
    verdict.errors.push_back({judged.error().subject, judged.error().cause});
  }
  return verdict;
}

}  // namespace hallmark
