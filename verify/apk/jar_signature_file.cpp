#include "verify/apk/jar_signature_file.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "verify/apk/jar_digests.hpp"
#include "verify/apk/zip_parts.hpp"

namespace hallmark {
namespace {

constexpr uint32_t kFirstSdkWithV2 = 24;
constexpr uint32_t kFirstSdkWithV3 = 28;
constexpr std::size_t kMaxSchemes = 64;  // in X-Android-APK-Signed; real ones have 2

// The schemes that devices in the range know, and so must find if the .SF names them.
bool is_known_scheme(uint32_t scheme, SdkRange devices) {
  return (scheme == 2 && devices.max >= kFirstSdkWithV2) ||
         (scheme == 3 && devices.max >= kFirstSdkWithV3);
}

// "2, 3"; what is no number is ignored, as devices do. Nothing for a list that is too long: each
// scheme in it would be a warning.
std::optional<std::set<uint32_t>> parse_schemes(std::string_view list) {
  std::set<uint32_t> schemes;
  for (std::size_t count = 0; !list.empty(); ++count) {
    if (count == kMaxSchemes) return std::nullopt;
    std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(item.size() + 1, list.size()));
    const std::size_t start = item.find_first_not_of(" \t");
    item.remove_prefix(std::min(start, item.size()));
    const std::size_t end = item.find_last_not_of(" \t");
    item = item.substr(0, end == std::string_view::npos ? 0 : end + 1);
    uint32_t scheme = 0;
    const auto [rest, error] = std::from_chars(item.data(), item.data() + item.size(), scheme);
    if (error == std::errc() && rest == item.data() + item.size()) schemes.insert(scheme);
  }
  return schemes;
}

class SignatureFileJudge {
 public:
  SignatureFileJudge(std::string name, const JarFile& file, const JarSignatureFileContext& context,
                     std::vector<ApkFinding>& warnings)
      : name_(std::move(name)), file_(file), context_(context), warnings_(warnings) {}

  Result<JarSignatureFile> judge() {
    HALLMARK_CHECK(check_origin());
    HALLMARK_CHECK(check_schemes());
    HALLMARK_TRY(const bool whole_is_good, check_whole_manifest());
    HALLMARK_CHECK(check_main_section());
    for (const JarSection& section : file_.sections()) {
      HALLMARK_CHECK(check_section(section, whole_is_good));
    }
    return std::move(out_);
  }

 private:
  Error refuse(const char* code, const std::string& what) const {
    return verification_error(code, name_ + " " + what);
  }
  void warn(const char* code, const std::string& what) {
    warnings_.push_back({code, name_ + " " + what});
  }

  Status check_origin() const {
    if (!file_.value(file_.main(), "Signature-Version")) {
      return refuse("JAR_SIG_MISSING_VERSION_ATTR_IN_SIG_FILE", "has no Signature-Version");
    }
    // An ancient tool, for whose files devices follow rules of their own.
    const auto creator = file_.value(file_.main(), "Created-By");
    if (creator && creator->find("signtool") != std::string_view::npos) {
      return refuse("JAR_SIG_SIGNTOOL_NOT_SUPPORTED", "was made by signtool");
    }
    return ok_status();
  }

  Status check_schemes() {
    const auto list = file_.value(file_.main(), "X-Android-APK-Signed");
    if (list) {
      auto schemes = parse_schemes(*list);
      if (!schemes) return file_.malformed("has too long a list of signature schemes");
      out_.schemes_referenced = std::move(*schemes);
    }
    if (context_.devices.max < kFirstSdkWithV2) return ok_status();
    if (!list && !context_.schemes_found.empty()) {
      warn("JAR_SIG_NO_APK_SIG_STRIP_PROTECTION",
           "does not say that there are newer signatures: on old devices they could be stripped");
    }
    for (const uint32_t scheme : out_.schemes_referenced) {
      const std::string number = std::to_string(scheme);
      if (!is_known_scheme(scheme, context_.devices)) {
        warn("JAR_SIG_UNKNOWN_APK_SIG_SCHEME_ID", "says that scheme " + number + " is there too");
      } else if (!context_.schemes_found.contains(scheme)) {
        return refuse(
            "JAR_SIG_MISSING_APK_SIG_REFERENCED",
            "says that there is a v" + number + " signature, and there is none: stripped");
      }
    }
    return ok_status();
  }

  // Where it is not good, sections are looked at one by one: somebody may have added some.
  Result<bool> check_whole_manifest() {
    HALLMARK_TRY(const JarDigests found,
                 digests_to_check(file_, file_.main(), "-Digest-Manifest", context_.devices));
    if (!found.for_all_devices) {
      warn("JAR_SIG_NO_MANIFEST_DIGEST_IN_SIG_FILE", "has no digest of the whole manifest");
      return false;
    }
    const bool all_match = std::all_of(
        found.digests.begin(), found.digests.end(),
        [&](const JarDigest& digest) { return digest.matches(context_.manifest.bytes); });
    if (!all_match) {
      warn("JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY", "is for another manifest than this");
    }
    return all_match;
  }

  Status check_main_section() const {
    HALLMARK_TRY(const JarDigests found,
                 digests_to_check(file_, file_.main(), "-Digest-Manifest-Main-Attributes",
                                  context_.devices));
    for (const JarDigest& digest : found.digests) {
      if (!digest.matches(bytes_of(context_.manifest.file.main()))) {
        return refuse("JAR_SIG_MANIFEST_MAIN_SECTION_DIGEST_DID_NOT_VERIFY",
                      "is for a manifest with another main section");
      }
    }
    return ok_status();
  }

  Status check_section(const JarSection& section, bool whole_is_good) {
    const std::optional<std::size_t> place = context_.manifest.file.find(section.entry);
    if (place) out_.sections.push_back(*place);
    if (whole_is_good) return ok_status();
    const std::string entry = "'" + printable_name(section.entry) + "'";
    HALLMARK_TRY(const JarDigests found,
                 digests_to_check(file_, section, "-Digest", context_.devices));
    if (!place || !found.for_all_devices) {
      return refuse("JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_SIG_FILE",
                    (place ? "has no digest that all devices know for "
                           : "vouches for what the manifest does not have: ") +
                        entry);
    }
    const auto bytes = bytes_of(context_.manifest.file.sections()[*place]);
    for (const JarDigest& digest : found.digests) {
      if (!digest.matches(bytes)) {
        return refuse("JAR_SIG_MANIFEST_SECTION_DIGEST_DID_NOT_VERIFY",
                      "is for another manifest section of " + entry);
      }
    }
    return ok_status();
  }

  std::span<const uint8_t> bytes_of(const JarSection& section) const {
    return std::span(context_.manifest.bytes).subspan(section.offset, section.size);
  }

  std::string name_;
  const JarFile& file_;
  const JarSignatureFileContext& context_;
  std::vector<ApkFinding>& warnings_;
  JarSignatureFile out_;
};

}  // namespace

Result<JarManifest> JarManifest::parse(std::vector<uint8_t> untrusted_bytes) {
  HALLMARK_TRY(JarFile file, JarFile::parse(JarFileKind::kManifest, untrusted_bytes));
  return JarManifest(std::move(untrusted_bytes), std::move(file));
}

Result<JarSignatureFile> judge_jar_signature_file(const std::string& name,
                                                  std::span<const uint8_t> untrusted_bytes,
                                                  const JarSignatureFileContext& context,
                                                  std::vector<ApkFinding>& warnings) {
  HALLMARK_TRY(const JarFile file, JarFile::parse(JarFileKind::kSignatureFile, untrusted_bytes));
  return SignatureFileJudge(printable_name(name), file, context, warnings).judge();
}

}  // namespace hallmark
