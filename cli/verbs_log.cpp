// log show, log prove, log check: the release log, from the files that are served.
#include <unistd.h>

#include <memory>

#include "cli/log_leaves.hpp"
#include "cli/log_words.hpp"
#include "cli/own_log.hpp"
#include "cli/verbs.hpp"
#include "core/model/approval.hpp"
#include "verify/log/log_folder.hpp"
#include "verify/log/log_proof.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxNote = 65536;                // bytes
constexpr uint64_t kMaxProof = uint64_t{1} << 20U;  // bytes

struct LogArguments {
  std::string folder;   // empty: this terminal's
  std::string key;      // empty: this terminal's
  std::string against;  // a file with an older checkpoint
  std::string proof;    // check: a file
  std::string leaf;     // prove: SHA256 or SEQUENCE
  LogFilter filter;
};

struct LogSource {
  std::string folder;
  NoteKey key;
};

Result<NoteKey> key_of(const CommandLine& line, const LogArguments& arguments, Screen& screen) {
  if (!arguments.key.empty()) return NoteKey::parse(arguments.key);
  Result<TerminalRoot> root = TerminalRoot::open(line.root, screen);
  if (root.ok()) return own_log_key(*root);
  return usage_error("--key", "is required where there is no terminal",
                     "the log's key, as 'hallmark keys export --log' prints it");
}

Result<LogSource> source_of(CommandLine& line, const LogArguments& arguments) {
  HALLMARK_TRY(const NoteKey key, key_of(line, arguments, line.screen));
  if (!arguments.folder.empty()) return LogSource{arguments.folder, key};
  HALLMARK_TRY(const TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  return LogSource{root.layout().public_log(terminal.name), key};
}

std::string leaves_in_words(uint64_t count) {
  return std::to_string(count) + (count == 1 ? " leaf" : " leaves");
}

struct OlderCheckpoint {
  std::string note;
  Checkpoint checkpoint;
};

Result<std::vector<OlderCheckpoint>> older_checkpoints(const LogArguments& arguments,
                                                       const NoteKey& key) {
  std::vector<OlderCheckpoint> older;
  if (arguments.against.empty()) return older;
  HALLMARK_TRY(const std::string note, read_file(arguments.against, kMaxNote));
  HALLMARK_TRY(const Checkpoint checkpoint, open_checkpoint(note, key));
  older.push_back({note, checkpoint});
  return older;
}

Result<VerifiedLog> read_log(const LogSource& source, const std::vector<OlderCheckpoint>& older,
                             const LeafVisitor& visit) {
  std::vector<Checkpoint> checkpoints;
  for (const OlderCheckpoint& old : older) checkpoints.push_back(old.checkpoint);
  return read_log_leaves(source.folder, source.key, checkpoints, visit);
}

Status run_show(CommandLine& line, const LogArguments& arguments) {
  const std::string& since = arguments.filter.since;
  if (!since.empty() && !parse_utc(since.size() == 10 ? since + "T00:00:00Z" : since).ok()) {
    return usage_error("--since " + since, "is no time", "2026-11-21 or 2026-11-21T00:00:00Z");
  }
  HALLMARK_TRY(const LogSource source, source_of(line, arguments));
  Json leaves = Json::array();
  std::string words;
  HALLMARK_TRY(const VerifiedLog log,
               read_log(source, {}, [&](uint64_t, std::string_view, const Json& leaf) {
                 if (!wanted(leaf, arguments.filter)) return ok_status();
                 if (line.screen.json()) leaves.push_back(leaf);
                 if (!line.screen.json()) words += log_words(leaf) + "\n";
                 return ok_status();
               }));
  line.screen.answer(Json{{"log", log.checkpoint.origin},
                          {"size", log.checkpoint.tree.size},
                          {"leaves", std::move(leaves)}},
                     words);
  return ok_status();
}

bool is_leaf(const std::string& asked, uint64_t sequence, const Json& leaf) {
  if (asked == std::to_string(sequence)) return true;
  const auto digest = leaf.find("sha256");
  return digest != leaf.end() && digest->is_string() && *digest == asked;
}

Status run_prove(CommandLine& line, const LogArguments& arguments) {
  HALLMARK_TRY(const LogSource source, source_of(line, arguments));
  HALLMARK_TRY(const std::vector<OlderCheckpoint> older, older_checkpoints(arguments, source.key));
  std::vector<Sha256Digest> leaves;
  LogProof proof;
  bool found = false;
  HALLMARK_TRY(
      const VerifiedLog log,
      read_log(source, older, [&](uint64_t sequence, std::string_view entry, const Json& leaf) {
        leaves.push_back(merkle_leaf(entry));
        if (!is_leaf(arguments.leaf, sequence, leaf)) return ok_status();
        found = true;  // of several with the same file, the newest
        proof.sequence = sequence;
        proof.entry = entry;
        return ok_status();
      }));
  if (!found) {
    return verification_error(arguments.leaf, "is in no leaf of the log",
                              "a file's SHA-256 in lower case, or a leaf's number");
  }
  proof.note = log.note;
  proof.hashes = merkle_inclusion_proof(leaves, proof.sequence);
  if (!older.empty() && older.front().checkpoint.tree.size < leaves.size()) {
    proof.older = {older.front().note,
                   merkle_consistency_proof(leaves, older.front().checkpoint.tree.size)};
  }
  HALLMARK_TRY(const std::string text, canonical_dump(to_json(proof)));
  line.screen.answer(to_json(proof), text);
  return ok_status();
}

Status check_proof(CommandLine& line, const LogArguments& arguments) {
  HALLMARK_TRY(const NoteKey key, key_of(line, arguments, line.screen));
  HALLMARK_TRY(const std::string text, read_file(arguments.proof, kMaxProof));
  HALLMARK_TRY(const LogProof proof, parse_log_proof(text, arguments.proof));
  HALLMARK_TRY(const Checkpoint checkpoint, verify_log_proof(proof, key));
  const auto leaf = parse_json(proof.entry, arguments.proof);
  if (!leaf.ok() || !leaf->is_object()) {
    return verification_error(arguments.proof, "proves what is no leaf of ours");
  }
  line.screen.answer(Json{{"log", checkpoint.origin},
                          {"size", checkpoint.tree.size},
                          {"sequence", proof.sequence},
                          {"leaf", *leaf}},
                     "in the log " + checkpoint.origin + ", of " +
                         leaves_in_words(checkpoint.tree.size) + ":\n" + log_words(*leaf) + "\n");
  return ok_status();
}

Status run_check(CommandLine& line, const LogArguments& arguments) {
  if (!arguments.proof.empty()) {
    if (arguments.folder.empty() && arguments.against.empty()) return check_proof(line, arguments);
    return usage_error("--proof", "is checked alone, without a folder and --against");
  }
  HALLMARK_TRY(const LogSource source, source_of(line, arguments));
  HALLMARK_TRY(const std::vector<OlderCheckpoint> older, older_checkpoints(arguments, source.key));
  HALLMARK_TRY(
      const VerifiedLog log,
      read_log(source, older, [](uint64_t, std::string_view, const Json&) { return ok_status(); }));
  const Checkpoint& checkpoint = log.checkpoint;
  Json answer = {{"log", checkpoint.origin},
                 {"size", checkpoint.tree.size},
                 {"root", checkpoint.tree.root.hex()}};
  std::string words = "log " + checkpoint.origin + ": " + leaves_in_words(checkpoint.tree.size) +
                      ", all as its key signed them\n";
  for (const OlderCheckpoint& old : older) {
    answer["continues"] = old.checkpoint.tree.size;
    words += "it continues the older checkpoint of " + std::to_string(old.checkpoint.tree.size) +
             " leaves\n";
  }
  line.screen.answer(answer, words);
  return ok_status();
}

using Run = Status (*)(CommandLine&, const LogArguments&);

std::shared_ptr<LogArguments> add_verb(CLI::App* verb, CommandLine& line, Run run) {
  auto arguments = std::make_shared<LogArguments>();
  verb->callback([&line, arguments, run] {
    line.run = [&line, arguments, run] { return run(line, *arguments); };
  });
  return arguments;
}

void add_log_key(CLI::App* verb, LogArguments& arguments) {
  verb->add_option("--key", arguments.key, "the log's key, NAME+ID+KEY (default: this terminal's)");
}

void add_show(CLI::App* log, CommandLine& line) {
  CLI::App* verb = log->add_subcommand("show", "What the signer accepted, signed and refused");
  auto arguments = add_verb(verb, line, run_show);
  verb->add_option("DIR", arguments->folder,
                   "a log's folder (default: this terminal's, as it was published last)");
  verb->add_option("--log-key", arguments->key, "the log's key (default: this terminal's)");
  verb->add_option("--kind", arguments->filter.kind,
                   "only this kind: policy, ceremony, acceptance, promotion, rollout, withdrawal, "
                   "lower-version, lower-evidence, attestation, dissent, release, apk, aab, "
                   "lineage, refusal");
  verb->add_option("--key", arguments->filter.key, "only what the key of this fingerprint signed");
  verb->add_option("--since", arguments->filter.since, "only from this time on, UTC");
  verb->footer("Example:\n  hallmark log show --kind release --since 2026-11-01");
}

void add_prove(CLI::App* log, CommandLine& line) {
  CLI::App* verb =
      log->add_subcommand("prove", "Print a proof that the log holds a file or a leaf");
  auto arguments = add_verb(verb, line, run_prove);
  verb->add_option("LEAF", arguments->leaf, "a file's SHA-256, or a leaf's number")->required();
  verb->add_option("DIR", arguments->folder, "a log's folder (default: this terminal's)");
  add_log_key(verb, *arguments);
  verb->add_option("--against", arguments->against,
                   "also prove that the log continues the checkpoint in this file");
  verb->footer(
      "Example:\n  hallmark log prove $(sha256sum InRelease | cut -c1-64) > InRelease.proof");
}

void add_check(CLI::App* log, CommandLine& line) {
  CLI::App* verb = log->add_subcommand("check", "Verify a log's folder, or a proof, offline");
  auto arguments = add_verb(verb, line, run_check);
  verb->add_option("DIR", arguments->folder,
                   "a log's folder, as /log/TERMINAL/ is served (default: this terminal's)");
  add_log_key(verb, *arguments);
  verb->add_option("--against", arguments->against,
                   "an older checkpoint of the log, which it must continue");
  verb->add_option("--proof", arguments->proof, "check this proof, and no folder");
  verb->footer(
      "Examples:\n  hallmark log check www/log/t1 --key example.org/log/t1+1a2b3c4d+AbCd...\n"
      "  hallmark log check --proof InRelease.proof --key ...");
}

}  // namespace

void add_log_verbs(CLI::App& app, CommandLine& line) {
  CLI::App* log = app.add_subcommand("log", "The release log: show it, prove it, check it");
  log->require_subcommand(1);
  add_show(log, line);
  add_prove(log, line);
  add_check(log, line);
}

}  // namespace hallmark
