// hallmark apk inspect: what an APK says of itself.
#include <memory>

#include "cli/verbs_apk.hpp"
#include "core/fd.hpp"
#include "verify/apk/inspect.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxListed = 50;

std::string line_of(const std::string& name, const std::string& text) {
  return "  " + name + std::string(name.size() < 14 ? 14 - name.size() : 1, ' ') + text + "\n";
}

std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size() && i < kMaxListed; ++i) {
    text += (i == 0 ? "" : ", ") + items[i];
  }
  if (items.size() > kMaxListed) {
    text += " and " + std::to_string(items.size() - kMaxListed) + " more";
  }
  return items.empty() ? "none" : text;
}

std::string permission_words(const ApkPermission& permission) {
  std::string text = permission.name;
  if (permission.from_sdk_23) text += " (from SDK 23)";
  if (permission.max_sdk) text += " (up to SDK " + std::to_string(*permission.max_sdk) + ")";
  return text;
}

std::string describe_split(const ApkManifest& app) {
  std::string text = app.split;
  if (app.feature_split) text += ", a feature";
  if (!app.config_for_split.empty()) text += ", configures " + app.config_for_split;
  return text;
}

std::string describe(const ApkManifest& app) {
  std::string text = line_of("package", app.package);
  text += line_of("version", app.version_name + " (code " + std::to_string(app.version_code) + ")");
  text += line_of(
      "SDK", "min " + std::to_string(app.min_sdk) + ", target " + std::to_string(app.target_sdk));
  if (app.target_sandbox_version != 1) {
    text += line_of("sandbox", "version " + std::to_string(app.target_sandbox_version));
  }
  if (app.debuggable) text += line_of("debuggable", "yes");
  if (app.test_only) text += line_of("test only", "yes");
  if (!app.split.empty()) text += line_of("split", describe_split(app));
  if (!app.uses_splits.empty()) text += line_of("uses splits", listed(app.uses_splits));
  std::vector<std::string> permissions;
  for (const ApkPermission& permission : app.permissions) {
    permissions.push_back(permission_words(permission));
  }
  return text + line_of("permissions", listed(permissions));
}

std::string alignment_words(const char* what, const std::optional<uint32_t>& alignment) {
  return alignment ? std::string("; ") + what + " at multiples of " + std::to_string(*alignment)
                   : "";
}

std::string describe(const ZipFacts& zip) {
  return line_of("ZIP", std::to_string(zip.entries) + " entries: " + std::to_string(zip.deflated) +
                            " deflated, " + std::to_string(zip.stored) + " stored" +
                            alignment_words("stored data", zip.stored_alignment) +
                            alignment_words("stored .so", zip.native_alignment));
}

std::string describe(const SigningBlockFacts& block) {
  std::string text = line_of(
      "signing block", std::to_string(block.size) + " bytes at " + std::to_string(block.offset));
  for (const SigningBlockFacts::Pair& pair : block.pairs) {
    text += "    " + hex_number(pair.id) + " " + pair.name + ", " + std::to_string(pair.size) +
            " bytes\n";
  }
  return text;
}

std::string describe(const ClaimedCertificate& certificate) {
  const std::string key = certificate.key.empty() ? "unreadable key" : certificate.key;
  return certificate.subject + " (" + key + ", certificate SHA-256 " + certificate.sha256 + ")";
}

std::string describe(const ClaimedSigner& signer) {
  std::string text = "    " + signer.scheme;
  if (signer.min_sdk && signer.max_sdk) {
    text += ", SDK " + std::to_string(*signer.min_sdk) + " to " + std::to_string(*signer.max_sdk);
  }
  text += ", by " + describe(signer.certificate) + "\n";
  for (const ClaimedCertificate& node : signer.lineage) {
    text += "      lineage: " + describe(node) + ": " + listed(node.capabilities) + "\n";
  }
  return text;
}

std::string describe(const ApkInspection& found) {
  std::string text = found.file + ": " + (found.bundle ? "an app bundle" : "an APK") + ", " +
                     human_bytes(found.zip.size) + "\n";
  if (found.manifest) text += describe(*found.manifest);
  if (found.bundle) text += line_of("modules", listed(found.modules));
  text += line_of("native code", listed(found.abis)) + describe(found.zip);
  if (found.block) text += describe(*found.block);
  if (found.has_v1) text += line_of("v1 files", "yes");
  if (!found.source_stamp.empty()) {
    text += line_of("source stamp", "certificate SHA-256 " + found.source_stamp);
  }
  if (!found.signers.empty()) {
    text += "  claimed signers, NOT VERIFIED (see 'hallmark apk verify'):\n";
    for (const ClaimedSigner& signer : found.signers) text += describe(signer);
  }
  for (const ApkFinding& problem : found.problems) {
    text += "  problem " + problem.code + ": " + problem.message + "\n";
  }
  return text;
}

Status run_inspect(CommandLine& line, const std::string& file) {
  HALLMARK_TRY(const UniqueFd fd, open_file(file));
  const auto found = inspect_apk(fd.get(), file);
  if (!found.ok() && found.error().kind == ErrorKind::kVerification) {
    return verification_error(file, found.error().message());
  }
  if (!found.ok()) return found.error();
  line.screen.answer(to_json(*found), describe(*found));
  return ok_status();
}

}  // namespace

void add_apk_inspect(CLI::App& apk, CommandLine& line) {
  auto file = std::make_shared<std::string>();
  CLI::App* inspect =
      apk.add_subcommand("inspect", "Show what an APK or an app bundle says of itself");
  inspect->add_option("FILE", *file, "an APK, or an .aab")->required();
  inspect->footer(
      "Example:\n  hallmark apk inspect app.apk\n\n"
      "Nothing that it shows is verified: 'hallmark apk verify' does that.\nNeeds no terminal.");
  inspect->callback(
      [&line, file] { line.run = [&line, file] { return run_inspect(line, *file); }; });
}

}  // namespace hallmark
