// hallmark apk lineage: the proof that an application's key was handed on by its owner.
#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>

#include "cli/signed_files.hpp"
#include "cli/terminal_root.hpp"
#include "cli/verbs_apk.hpp"
#include "verify/apk/inspect.hpp"
#include "verify/apk/lineage.hpp"
#include "verify/apk/little_endian.hpp"
#include "verify/apk/public_key.hpp"
#include "verify/apk/verify.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxLineageFile = uint64_t{1} << 20U;

struct LineageOptions {
  std::string key;
  std::string output;
  std::string older;  // a lineage file
  std::string file;
};

using Nodes = std::vector<ClaimedCertificate>;

Result<Nodes> nodes_of(const Lineage& lineage) {
  Nodes nodes;
  for (const LineageNode& node : lineage.nodes) {
    HALLMARK_TRY(const Certificate certificate, parse_certificate(node.certificate));
    HALLMARK_TRY(const PublicKey key, PublicKey::parse(certificate.spki));
    nodes.push_back({certificate.sha256.hex(), certificate.subject, key.description(),
                     lineage_capability_names(node.capabilities)});
  }
  return nodes;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "nothing" : text;
}

std::string describe(const Nodes& nodes) {
  std::string text;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const ClaimedCertificate& node = nodes[i];
    text += std::to_string(i + 1) + "  " + node.subject + " (" + node.key +
            ", certificate SHA-256 " + node.sha256 + ")\n   " +
            (i + 1 == nodes.size() ? "the newest" : "may still: " + listed(node.capabilities)) +
            "\n";
  }
  return text;
}

Json to_json(const Nodes& nodes) {
  Json out = Json::array();
  for (const ClaimedCertificate& node : nodes) {
    out.push_back({{"certificate_sha256", node.sha256},
                   {"subject", node.subject},
                   {"key", node.key},
                   {"capabilities", node.capabilities}});
  }
  return out;
}

// The signer's answer, checked like anybody's lineage.
Result<std::vector<uint8_t>> ask_signer(TerminalRoot& root, const std::string& key) {
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-sign", Json{{"type", "sign-apk-lineage"}, {"key", key}}));
  return base64_decode(answer.body.value("lineage", std::string()));
}

Status write_lineage(const std::string& path, std::span<const uint8_t> file) {
  const std::filesystem::path output(path);
  HALLMARK_TRY(const UniqueFd folder,
               open_dir(output.has_parent_path() ? output.parent_path().string() : "."));
  HALLMARK_CHECK(check_output_name(folder.get(), output.filename().string()));
  return write_file_atomic(folder.get(), output.filename().string(), as_text(file), 0644);
}

// The lineage of the key, written to --output.
Result<Nodes> fetch_lineage(CommandLine& line, const LineageOptions& options) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const std::vector<uint8_t> file, ask_signer(root, options.key));
  HALLMARK_TRY(const Lineage lineage, parse_lineage_file(file));
  HALLMARK_CHECK(write_lineage(options.output, file));
  return nodes_of(lineage);
}

Result<Nodes> read_lineage(const std::string& path) {
  HALLMARK_TRY(const std::string file, read_file(path, kMaxLineageFile));
  const auto lineage = parse_lineage_file(as_bytes(file));
  if (!lineage.ok()) return verification_error(path, lineage.error().message());
  return nodes_of(*lineage);
}

Status run_create(CommandLine& line, const LineageOptions& options) {
  HALLMARK_TRY(const Nodes nodes, fetch_lineage(line, options));
  line.screen.answer(Json{{"file", options.output}, {"lineage", to_json(nodes)}}, describe(nodes));
  return ok_status();
}

// What the newer lineage says that the older one does not; they begin with the same keys.
std::string describe_change(const Nodes& older, const Nodes& newer) {
  std::string text;
  for (std::size_t i = 0; i < newer.size(); ++i) {
    if (i >= older.size()) {
      text += "new: " + newer[i].subject + ", certificate SHA-256 " + newer[i].sha256 + "\n";
    } else if (older[i].capabilities != newer[i].capabilities) {
      text += "changed: " + newer[i].subject + " may " + listed(newer[i].capabilities) +
              "; before: " + listed(older[i].capabilities) + "\n";
    }
  }
  return text.empty() ? "nothing changed\n" : text;
}

Status run_rotate(CommandLine& line, const LineageOptions& options) {
  HALLMARK_TRY(const Nodes older, read_lineage(options.older));
  HALLMARK_TRY(const Nodes newer, fetch_lineage(line, options));
  const auto same_key = [](const ClaimedCertificate& a, const ClaimedCertificate& b) {
    return a.sha256 == b.sha256;
  };
  if (older.size() > newer.size() ||
      !std::equal(older.begin(), older.end(), newer.begin(), same_key)) {
    return verification_error(options.older, "is of other keys than '" + options.key + "'",
                              "'hallmark apk lineage show' says which");
  }
  line.screen.answer(
      Json{{"file", options.output}, {"lineage", to_json(newer)}, {"older", to_json(older)}},
      describe_change(older, newer));
  return ok_status();
}

// Of an APK that verifies; else anybody could claim any.
Result<Nodes> lineage_in_apk(int fd, const std::string& file) {
  ApkVerifyOptions options;
  options.file = file;
  HALLMARK_TRY(const ApkReport report, verify_apk(fd, options));
  if (!report.verified) {
    const ApkFinding& reason = report.errors.front();
    return verification_error(file, "is refused: " + reason.code + ": " + reason.message);
  }
  HALLMARK_TRY(const ApkInspection found, inspect_apk(fd, file));
  Nodes nodes;
  for (const ClaimedSigner& signer : found.signers) {
    if (!signer.lineage.empty()) nodes = signer.lineage;
  }
  return nodes;
}

Status run_show(CommandLine& line, const LineageOptions& options) {
  HALLMARK_TRY(const UniqueFd fd, open_file(options.file));
  HALLMARK_TRY(const FileBytes file, FileBytes::open(fd.get()));
  std::array<uint8_t, 4> magic{};
  if (file.size() >= magic.size()) HALLMARK_CHECK(file.read_into(0, magic));
  const bool is_lineage = LittleEndianReader(magic).u32() == kLineageFileMagic;
  HALLMARK_TRY(const Nodes nodes,
               is_lineage ? read_lineage(options.file) : lineage_in_apk(fd.get(), options.file));
  line.screen.answer(to_json(nodes), nodes.empty() ? options.file + ": its key was never rotated\n"
                                                   : describe(nodes));
  return ok_status();
}

using Run = Status (*)(CommandLine&, const LineageOptions&);

CLI::App* add_verb(CLI::App& lineage, CommandLine& line, const char* name, const char* summary,
                   Run run, const std::shared_ptr<LineageOptions>& options) {
  CLI::App* verb = lineage.add_subcommand(name, summary);
  verb->callback(
      [&line, run, options] { line.run = [&line, run, options] { return run(line, *options); }; });
  return verb;
}

}  // namespace

void add_apk_lineage(CLI::App& apk, CommandLine& line) {
  CLI::App* lineage = apk.add_subcommand("lineage", "Key rotation: who followed whom");
  lineage->require_subcommand(1);
  auto options = std::make_shared<LineageOptions>();
  CLI::App* create =
      add_verb(*lineage, line, "create", "Write the lineage of a key", run_create, options);
  CLI::App* rotate =
      add_verb(*lineage, line, "rotate", "Write it, and say what is new since an older one",
               run_rotate, options);
  for (CLI::App* verb : {create, rotate}) {
    verb->add_option("--key", options->key, "an APK key that rotates another in policy.json")
        ->required();
    verb->add_option("-o,--output", options->output, "the lineage file")->required();
  }
  rotate->add_option("--from", options->older, "the older lineage file")->required();
  create->footer("Example:\n  hallmark apk lineage create --key new -o new.lineage");
  rotate->footer(
      "Example:\n  hallmark apk lineage rotate --key newest --from new.lineage -o newest.lineage");
  CLI::App* show = add_verb(*lineage, line, "show", "Show a lineage file, or an APK's lineage",
                            run_show, options);
  show->add_option("FILE", options->file, "a lineage file or an APK")->required();
  show->footer("Example:\n  hallmark apk lineage show app.apk\n\nNeeds no terminal.");
}

}  // namespace hallmark
