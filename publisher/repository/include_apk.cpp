// Adding a signed APK, and its .idsig, to the repository.
#include <algorithm>

#include "core/digest.hpp"
#include "core/safe_path.hpp"
#include "publisher/repository/include_parts.hpp"
#include "verify/apk/manifest.hpp"
#include "verify/apk/verify.hpp"

namespace hallmark {
namespace {

constexpr const char* kIdsigEnding = ".idsig";

struct ApkFiles {
  StagedFile apk;
  std::optional<StagedFile> idsig;
};

Status check_name(const std::string& name) {
  if (!is_plain_name(name) || !name.ends_with(".apk") ||
      name.size() + std::string(kIdsigEnding).size() > kMaxNameLength) {
    return usage_error("APK name", "must be a plain file name that ends in .apk");
  }
  return ok_status();
}

Status check_expected(const ApkFiles& files, const ApkReport& report, const ExpectedApk& expected,
                      const std::string& name) {
  const auto other = [&](const std::string& cause) {
    return verification_error(name, cause, "find out which terminal's release log tells of it");
  };
  for (const ApkSignerFacts& signer : report.signers) {
    const auto& known = expected.certificates;
    if (std::find(known.begin(), known.end(), signer.certificate_sha256) != known.end()) continue;
    return other("is signed by the certificate " + signer.certificate_sha256 +
                 ", and not by its application's key");
  }
  HALLMARK_TRY(const ApkManifest manifest, read_apk_manifest(files.apk.fd.get()));
  if (!report.signers.empty() && manifest.package == expected.application &&
      manifest.version_code == expected.version_code) {
    return ok_status();
  }
  return other("is " + manifest.package + " in version code " +
               std::to_string(manifest.version_code) + ", and what was accepted is " +
               expected.application + " in " + std::to_string(expected.version_code));
}

Status check_signatures(const ApkFiles& files, const std::optional<ExpectedApk>& expected,
                        const std::string& name) {
  ApkVerifyOptions options;
  options.file = name;
  if (files.idsig) options.idsig_fd = files.idsig->fd.get();
  HALLMARK_TRY(const ApkReport report, verify_apk(files.apk.fd.get(), options));
  if (report.verified && expected) return check_expected(files, report, *expected, name);
  if (report.verified) return ok_status();
  const std::string cause = report.errors.empty()
                                ? "no reason given"
                                : report.errors.front().code + ": " + report.errors.front().message;
  return verification_error(name, "does not verify: " + cause);
}

// Records the file; it is placed too, unless it is there already.
Status add_file(Repository& repository, StagedFile staged, const std::string& path,
                std::vector<Placement>& placements) {
  HALLMARK_TRY(const FileDigest digest, digest_fd(staged.fd.get()));
  HALLMARK_TRY(const std::optional<ServedFile> have, repository.state.apk(path));
  if (have && have->sha256 != digest.sha256) return other_bytes(*have, digest.sha256);
  if (have) return ok_status();
  HALLMARK_CHECK(repository.state.add_apk(ServedFile{path, digest.size, digest.sha256}));
  placements.push_back({std::move(staged), path});
  return ok_status();
}

}  // namespace

Result<bool> include_apk(Repository& repository, const std::string& name, int untrusted_apk,
                         std::optional<int> untrusted_idsig,
                         const std::optional<ExpectedApk>& expected) {
  HALLMARK_CHECK(check_name(name));
  HALLMARK_CHECK(repository.tree.clear_incoming());
  ApkFiles files;
  HALLMARK_TRY(files.apk, repository.tree.stage_copy(untrusted_apk, name));
  if (untrusted_idsig) {
    HALLMARK_TRY(files.idsig, repository.tree.stage_copy(*untrusted_idsig, name + kIdsigEnding));
  }
  HALLMARK_CHECK(check_signatures(files, expected, name));

  HALLMARK_TRY(Transaction transaction, repository.state.transaction());
  std::vector<Placement> placements;
  const std::string path = "apk/" + name;
  HALLMARK_CHECK(add_file(repository, std::move(files.apk), path, placements));
  if (files.idsig) {
    HALLMARK_CHECK(add_file(repository, std::move(*files.idsig), path + kIdsigEnding, placements));
  }
  HALLMARK_CHECK(repository.tree.place(placements));
  HALLMARK_CHECK(transaction.commit());
  return !placements.empty();
}

}  // namespace hallmark
