#include "reproducible/dsc_source.hpp"

#include <unistd.h>

#include <algorithm>

#include "reproducible/locked_file.hpp"
#include "verify/openpgp.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kDscLimit = uint64_t{1} << 20U;  // bytes
constexpr const char* kDebianKeyrings[] = {"/usr/share/keyrings/debian-keyring.gpg",
                                           "/usr/share/keyrings/debian-maintainers.gpg"};

Result<std::string> required(const Deb822Paragraph& paragraph, std::string_view name,
                             const std::string& subject) {
  const std::string* value = paragraph.find(name);
  if (value == nullptr) {
    return verification_error(subject, "has no field " + std::string(name));
  }
  return *value;
}

// The files that the .dsc names are those of the lock after the .dsc.
Status check_names(const VerifiedDsc& dsc, const LockedSource& source) {
  std::vector<SourceFile> locked;
  for (const LockedFile& file : std::span(source.files).subspan(1)) {
    locked.push_back({file.name, file.size, file.sha256});
  }
  for (const SourceFile& file : dsc.files) {
    if (std::find(locked.begin(), locked.end(), file) == locked.end()) {
      return verification_error("source file " + file.name,
                                "is named by the .dsc and is not the same in the lock");
    }
  }
  if (locked.size() == dsc.files.size()) return ok_status();
  return verification_error("lock", "has source files that the .dsc does not name");
}

}  // namespace

Result<VerifiedDsc> verify_dsc(std::string_view untrusted_text,
                               const std::vector<std::string>& keyrings,
                               const std::string& subject) {
  HALLMARK_TRY(const Clearsigned clear, verify_clearsigned(untrusted_text, keyrings, subject,
                                                           ExpiredKeys::kAcceptEarlierSignatures));
  VerifiedDsc dsc;
  HALLMARK_TRY(dsc.control, parse_deb822_paragraph(clear.text, subject));
  dsc.signer = clear.signatures.front().fingerprint;
  dsc.signed_at = clear.signatures.front().created;
  HALLMARK_TRY(dsc.package, required(dsc.control, "Source", subject));
  HALLMARK_TRY(dsc.version, required(dsc.control, "Version", subject));
  HALLMARK_TRY(const std::string checksums, required(dsc.control, "Checksums-Sha256", subject));
  HALLMARK_TRY(dsc.files, parse_checksums(checksums, subject));
  return dsc;
}

Result<std::vector<std::string>> dsc_keyrings(const Product& product) {
  if (!product.origin.keyring.empty()) return std::vector<std::string>{product.origin.keyring};
  std::vector<std::string> found;
  for (const char* path : kDebianKeyrings) {
    if (::access(path, R_OK) == 0) found.emplace_back(path);
  }
  if (!found.empty()) return found;
  return failed("Debian's developers' keyrings", "are not installed",
                "install the package debian-keyring, or name origin.keyring in the product file");
}

Status verify_dsc_source(const Lock& lock, const Product& product,
                         std::span<const UniqueFd> files) {
  const LockedSource& source = lock.source;
  if (source.kind != OriginKind::kDsc || product.origin.kind != OriginKind::kDsc ||
      source.package != product.origin.package) {
    return verification_error("lock", "has another source than the product");
  }
  if (files.size() != source.files.size() || files.empty()) {
    return verification_error("lock", "has source files that are missing");
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    HALLMARK_CHECK(check_locked_file(source.files[i], files[i].get()));
  }
  const std::string& subject = source.files[0].name;
  HALLMARK_TRY(const std::string text, read_all(files[0].get(), kDscLimit, subject));
  HALLMARK_TRY(const std::vector<std::string> keyrings, dsc_keyrings(product));
  HALLMARK_TRY(const VerifiedDsc dsc, verify_dsc(text, keyrings, subject));
  if (dsc.package != source.package || dsc.version != source.version ||
      source.version != lock.version) {
    return verification_error(subject, "is of " + dsc.package + " " + dsc.version +
                                           ", and the lock says " + source.package + " " +
                                           source.version);
  }
  if (dsc.signer != source.signer || dsc.signed_at != lock.source_date_epoch) {
    return verification_error(subject, "was signed by " + dsc.signer + " at another time or by " +
                                           "another key than the lock says");
  }
  return check_names(dsc, source);
}

}  // namespace hallmark
