// hallmark rebuild: build a release again, from its lock, on anybody's machine.
#include <memory>

#include "cli/rebuild/rebuild.hpp"
#include "cli/rebuild/rebuild_folder.hpp"
#include "cli/rebuild/rebuild_words.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

struct RebuildArguments {
  std::vector<std::string> release;  // a lock's file; or product and version
  std::string product;
  std::string log;  // a folder
  std::string log_key;
  RebuildOptions options;
};

Result<RebuildInputs> read_inputs(const RebuildArguments& given) {
  if (given.release.size() == 1 && !given.product.empty() && given.log.empty()) {
    return inputs_from_files(given.release[0], given.product);
  }
  if (given.release.size() == 2 && given.product.empty() && !given.log.empty() &&
      !given.log_key.empty()) {
    HALLMARK_TRY(const NoteKey key, NoteKey::parse(given.log_key));
    return inputs_from_log(given.log, key, given.release[0], given.release[1]);
  }
  return usage_error("rebuild",
                     "needs a lock and --product, or a product, its version, --from-log and "
                     "--log-key",
                     "hallmark rebuild --help");
}

Status run_rebuild(CommandLine& line, const RebuildArguments& given, bool root_was_given) {
  std::string folder = line.root;
  if (!root_was_given) {
    HALLMARK_TRY(folder, usual_rebuild_folder());
  }
  HALLMARK_TRY(TerminalRoot root, open_rebuild_folder(folder, line.screen));
  HALLMARK_TRY(const RebuildInputs in, read_inputs(given));
  HALLMARK_TRY(const Rebuild done, rebuild(root, in, given.options));
  line.screen.answer(to_json(done), rebuild_text(done));
  return rebuild_verdict(done);
}

void add_inputs(CLI::App* verb, RebuildArguments& given) {
  verb->add_option("RELEASE", given.release,
                   "the release's lock, VERSION.lock.json; or, with --from-log, PRODUCT VERSION")
      ->required()
      ->expected(1, 2);
  verb->add_option("--product", given.product, "the product file that the lock was made from");
  verb->add_option("--from-log", given.log,
                   "the team's release log as it is served, a folder: lock and product file are "
                   "in it");
  verb->add_option("--log-key", given.log_key, "the log's key: NAME+HHHHHHHH+BASE64");
}

void add_options(CLI::App* verb, RebuildOptions& options) {
  verb->add_option("--only", options.only, "one target: SUITE_COMPONENT_ARCHITECTURE_ENVIRONMENT");
  verb->add_option("--against", options.against,
                   "what is published: a folder with the files somewhere below, or one file");
  verb->add_option("--key", options.key,
                   "attest what was built with this SSH key (or the public key of an agent's)");
  verb->add_option("--openpgp-key", options.openpgp_key,
                   "also sign links for apt-transport-in-toto, with gpg and the key of this "
                   "fingerprint");
  verb->add_option("-o,--output", options.out, "where attestations and links are written")
      ->capture_default_str();
}

}  // namespace

void add_rebuild_verb(CLI::App& app, CommandLine& line) {
  auto given = std::make_shared<RebuildArguments>();
  CLI::App* verb =
      app.add_subcommand("rebuild", "Build a release again from its lock, compare, and attest");
  add_inputs(verb, *given);
  add_options(verb, given->options);
  verb->footer(
      "Examples:\n  hallmark rebuild 2.2.5-3.lock.json --product figlet.json --against pool \\\n"
      "    --key ~/.ssh/id_ed25519\n"
      "  hallmark rebuild figlet 2.2.5-3 --from-log log/t1 --log-key \"$(cat t1.vkey)\"\n\n"
      "Needs no terminal and no root: an ordinary user with subordinate ids (subuid(5)). What it\n"
      "fetched and built stays in ~/.cache/hallmark, or in --root. Exits 3 when what is published\n"
      "is not what the lock gives; what was built is attested all the same.");
  const CLI::Option* root = app.get_option("--root");
  verb->callback([&line, given, root] {
    const bool root_was_given = root->count() > 0;
    line.run = [&line, given, root_was_given] { return run_rebuild(line, *given, root_was_given); };
  });
}

}  // namespace hallmark
