#include <charconv>
#include <memory>

#include "cli/verbs_apk.hpp"
#include "core/fd.hpp"
#include "verify/apk/sdk_range.hpp"
#include "verify/apk/verify.hpp"

namespace hallmark {
namespace {

struct VerifyOptions {
  std::vector<std::string> files;
  std::optional<std::string> min_sdk;
  std::optional<std::string> max_sdk;
  std::string idsig;  // empty: none
};

// API levels.
struct Devices {
  std::optional<uint32_t> min_sdk;
  std::optional<uint32_t> max_sdk;
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

Result<std::optional<uint32_t>> api_level(const char* option,
                                          const std::optional<std::string>& text) {
  if (!text) return std::optional<uint32_t>();
  uint32_t level = 0;
  const char* end = text->data() + text->size();
  const auto [stop, problem] = std::from_chars(text->data(), end, level);
  if (problem == std::errc() && stop == end && level > 0 && level <= kNoMaximumSdk) {
    return std::make_optional(level);
  }
  return usage_error(std::string(option) + " " + *text, "is not an API level",
                     "a whole number from 1 on, as 28 for Android 9");
}

Result<Devices> devices_of(const VerifyOptions& options) {
  Devices devices;
  HALLMARK_TRY(devices.min_sdk, api_level("--min-sdk", options.min_sdk));
  HALLMARK_TRY(devices.max_sdk, api_level("--max-sdk", options.max_sdk));
  if (devices.min_sdk && devices.max_sdk && *devices.min_sdk > *devices.max_sdk) {
    return usage_error("--min-sdk " + *options.min_sdk, "is above --max-sdk " + *options.max_sdk);
  }
  return devices;
}

Result<ApkReport> verify_file(const VerifyOptions& options, const Devices& devices,
                              const std::string& file) {
  HALLMARK_TRY(const UniqueFd apk, open_file(file));
  ApkVerifyOptions how{file, devices.min_sdk, devices.max_sdk};
  UniqueFd idsig;
  if (!options.idsig.empty()) {
    HALLMARK_TRY(idsig, open_file(options.idsig));
    how.idsig_fd = idsig.get();
  }
  return verify_apk(apk.get(), how);
}

Status run_verify(CommandLine& line, const VerifyOptions& options) {
  if (!options.idsig.empty() && options.files.size() > 1) {
    return usage_error("--idsig", "goes with one APK", "verify the APKs one by one");
  }
  HALLMARK_TRY(const Devices devices, devices_of(options));
  Json reports = Json::array();
  std::string text;
  std::string refused;
  std::size_t refusals = 0;
  for (const std::string& file : options.files) {
    HALLMARK_TRY(const ApkReport report, verify_file(options, devices, file));
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
