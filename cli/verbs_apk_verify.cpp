#include <memory>

#include "cli/verbs_apk.hpp"
#include "core/fd.hpp"
#include "verify/apk/verify.hpp"

namespace hallmark {
namespace {

struct VerifyOptions {
  std::vector<std::string> files;
  std::optional<uint32_t> min_sdk;
  std::optional<uint32_t> max_sdk;
  std::string idsig;  // empty: none
};

std::string describe(const ApkReport& report) {
  std::string text = report.file + ": " + (report.verified ? "verified" : "REFUSED") + "\n";
  for (const ApkSignerFacts& signer : report.signers) {
    text += "  " + signer.scheme + " by " + signer.subject + " (" + signer.key +
            ", certificate SHA-256 " + signer.certificate_sha256 + ")\n";
  }
  for (const ApkLineageFacts& node : report.lineage) {
    text += "  lineage: certificate SHA-256 " + node.certificate_sha256 + ", may";
    for (const std::string& capability : node.capabilities) text += " " + capability;
    text += node.capabilities.empty() ? " nothing\n" : "\n";
  }
  for (const ApkFinding& finding : report.errors) {
    text += "  error " + finding.code + ": " + finding.message + "\n";
  }
  for (const ApkFinding& finding : report.warnings) {
    text += "  warning " + finding.code + ": " + finding.message + "\n";
  }
  return text;
}

Result<ApkReport> verify_file(const VerifyOptions& options, const std::string& file) {
  HALLMARK_TRY(const UniqueFd apk, open_at(AT_FDCWD, file, O_RDONLY));
  ApkVerifyOptions how{file, options.min_sdk, options.max_sdk};
  UniqueFd idsig;
  if (!options.idsig.empty()) {
    HALLMARK_TRY(idsig, open_at(AT_FDCWD, options.idsig, O_RDONLY));
    how.idsig_fd = idsig.get();
  }
  return verify_apk(apk.get(), how);
}

Status check_options(const VerifyOptions& options) {
  if (!options.idsig.empty() && options.files.size() > 1) {
    return usage_error("--idsig", "goes with one APK", "verify the APKs one by one");
  }
  if (options.min_sdk && options.max_sdk && *options.min_sdk > *options.max_sdk) {
    return usage_error("--min-sdk", "is above --max-sdk");
  }
  return ok_status();
}

Status run_verify(CommandLine& line, const VerifyOptions& options) {
  HALLMARK_CHECK(check_options(options));
  Json reports = Json::array();
  std::string text;
  std::string refused;
  std::size_t refusals = 0;
  for (const std::string& file : options.files) {
    HALLMARK_TRY(const ApkReport report, verify_file(options, file));
    if (!report.verified && ++refusals == 1) refused = file;
    reports.push_back(to_json(report));
    text += describe(report);
  }
  line.screen.answer(reports, text);
  if (refusals == 0) return ok_status();
  const std::string others =
      refusals == 1 ? "" : ", and so are " + std::to_string(refusals - 1) + " more";
  return verification_error(refused, "is refused" + others);
}

}  // namespace

void add_apk_verify(CLI::App& apk, CommandLine& line) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* verify = apk.add_subcommand("verify", "Judge the signatures of APK files");
  verify->add_option("FILE", options->files, "APK files")->required();
  verify->add_option(
      "--min-sdk", options->min_sdk,
      "judge for devices from this API level (default: the APK's own minSdkVersion)");
  verify->add_option("--max-sdk", options->max_sdk,
                     "judge for devices up to this API level (default: all)");
  verify->add_option("--idsig", options->idsig,
                     "judge this v4 signature file, too (with one APK file)");
  verify->footer(
      "Example:\n  hallmark apk verify app.apk\n\n"
      "Judges the v1 (JAR) signature where a device needs it, and APK Signature Schemes v2, v3, "
      "v3.1\n"
      "and v4. Exits 0 when every file is accepted, 3 when one is refused. Needs no terminal.");
  verify->callback(
      [&line, options] { line.run = [&line, options] { return run_verify(line, *options); }; });
}

}  // namespace hallmark
