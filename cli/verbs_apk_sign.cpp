// hallmark apk sign: what the signer has accepted, signed into a file.
#include <filesystem>
#include <memory>

#include "cli/signed_files.hpp"
#include "cli/verbs_apk.hpp"

namespace hallmark {
namespace {

struct SignOptions {
  std::string key;
  std::string output;
  std::string input;
  bool strip = false;
  bool bundle = false;
};

std::string describe(const SignOptions& options, const Json& answer) {
  std::string text = options.output + ": signed with";
  for (const Json& scheme : answer.value("schemes", Json::array())) {
    if (scheme.is_string()) text += " " + scheme.get<std::string>();
  }
  return text + ", SHA-256 " + answer.value("sha256", std::string()) + "\n";
}

Status run_sign(CommandLine& line, const SignOptions& options) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const UniqueFd input, open_file(options.input));
  Json request = {{"type", options.bundle ? "sign-aab" : "sign-apk"}, {"key", options.key}};
  if (options.strip) request["strip"] = true;
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));
  const std::filesystem::path output(options.output);
  const std::string folder = output.has_parent_path() ? output.parent_path().string() : ".";
  HALLMARK_TRY(Json answer,
               sign_into_folder(root, request, input.get(), folder, output.filename().string()));
  const std::string text = describe(options, answer);
  answer["file"] = options.output;
  if (answer.contains("idsig")) answer["idsig"]["file"] = idsig_name(options.output);
  line.screen.answer(answer, text);
  return ok_status();
}

}  // namespace

void add_apk_sign(CLI::App& apk, CommandLine& line) {
  auto options = std::make_shared<SignOptions>();
  CLI::App* sign = apk.add_subcommand("sign", "Have an accepted APK signed");
  sign->add_option("--key", options->key, "the application's key in policy.json")->required();
  sign->add_option("-o,--output", options->output, "the signed file; v4 is written to OUT.idsig")
      ->required();
  sign->add_flag("--strip", options->strip, "leave out a signature that IN has already");
  sign->add_flag("--aab", options->bundle, "IN is an app bundle: a v1 signature by the upload key");
  sign->add_option("IN", options->input, "what the signer has accepted")->required();
  sign->footer(
      "Example:\n  hallmark apk sign --key app -o app.apk app-unsigned.apk\n\n"
      "The signer knows IN by its SHA-256, from a build that was approved; nothing else is signed. "
      "The\npolicy says with which key and schemes.");
  sign->callback(
      [&line, options] { line.run = [&line, options] { return run_sign(line, *options); }; });
}

}  // namespace hallmark
