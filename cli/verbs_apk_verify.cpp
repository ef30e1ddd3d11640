#include <memory>

#include "cli/verbs_apk.hpp"
#include "core/fd.hpp"
#include "verify/apk/verify.hpp"

namespace hallmark {
namespace {

struct VerifyOptions {
  std::vector<std::string> files;
  std::optional<uint32_t> min_sdk;
};

std::string describe(const ApkReport& report) {
  std::string text = report.file + ": " + (report.verified ? "verified" : "REFUSED") + "\n";
  for (const ApkSignerFacts& signer : report.signers) {
    text += "  " + signer.scheme + " by " + signer.subject + " (" + signer.key +
            ", certificate SHA-256 " + signer.certificate_sha256 + ")\n";
  }
  for (const ApkFinding& finding : report.errors) {
    text += "  error " + finding.code + ": " + finding.message + "\n";
  }
  for (const ApkFinding& finding : report.warnings) {
    text += "  warning " + finding.code + ": " + finding.message + "\n";
  }
  return text;
}

Status run_verify(CommandLine& line, const VerifyOptions& options) {
  Json reports = Json::array();
  std::string text;
  std::string refused;
  std::size_t refusals = 0;
  for (const std::string& file : options.files) {
    HALLMARK_TRY(const UniqueFd apk, open_at(AT_FDCWD, file, O_RDONLY));
    HALLMARK_TRY(const ApkReport report, verify_apk(apk.get(), {file, options.min_sdk}));
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
  verify->footer(
      "Example:\n  hallmark apk verify app.apk\n\n"
      "Judges APK Signature Schemes v2 and v3. Exits 0 when every file is accepted, 3 when one is "
      "refused.\nNeeds no terminal.");
  verify->callback(
      [&line, options] { line.run = [&line, options] { return run_verify(line, *options); }; });
}

}  // namespace hallmark
