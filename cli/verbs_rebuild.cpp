// hallmark rebuild: build a release again, from its lock, on anybody's machine.
#include <memory>

#include "cli/rebuild/rebuild.hpp"
#include "cli/rebuild/rebuild_folder.hpp"
#include "cli/rebuild/rebuild_words.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

Status run_rebuild(CommandLine& line, const RebuildOptions& options, bool root_was_given) {
  std::string folder = line.root;
  if (!root_was_given) {
    HALLMARK_TRY(folder, usual_rebuild_folder());
  }
  HALLMARK_TRY(TerminalRoot root, open_rebuild_folder(folder, line.screen));
  HALLMARK_TRY(const Rebuild done, rebuild(root, options));
  line.screen.answer(to_json(done), rebuild_text(done));
  return rebuild_verdict(done, options.against);
}

void add_options(CLI::App* verb, RebuildOptions& options) {
  verb->add_option("LOCK", options.lock, "the release's lock: VERSION.lock.json")->required();
  verb->add_option("--product", options.product, "the product file that the lock was made from")
      ->required();
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
  auto options = std::make_shared<RebuildOptions>();
  CLI::App* verb =
      app.add_subcommand("rebuild", "Build a release again from its lock, compare, and attest");
  add_options(verb, *options);
  verb->footer(
      "Example:\n  hallmark rebuild 2.2.5-3.lock.json --product figlet.json --against pool \\\n"
      "    --key ~/.ssh/id_ed25519\n\n"
      "Needs no terminal and no root: an ordinary user with subordinate ids (subuid(5)). What it\n"
      "fetched and built stays in ~/.cache/hallmark, or in --root. Exits 3 when what is published\n"
      "is not what the lock gives; what was built is attested all the same.");
  const CLI::Option* root = app.get_option("--root");
  verb->callback([&line, options, root] {
    const bool given = root->count() > 0;
    line.run = [&line, options, given] { return run_rebuild(line, *options, given); };
  });
}

}  // namespace hallmark
