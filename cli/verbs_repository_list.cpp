// repo list, repo diff: what is in which suite.
#include <filesystem>
#include <memory>

#include "cli/repository.hpp"
#include "cli/run_on_terminal.hpp"
#include "cli/suite_diff.hpp"
#include "cli/tree_diff.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

struct ListOptions {
  std::string suite;
  std::string name;
  std::string component;
  std::string architecture;
  std::string source;
  std::vector<std::string> versions;
};

std::string describe(const Json& package) {
  std::string text;
  for (const char* key : {"suite", "component", "package", "version", "architecture"}) {
    text += (text.empty() ? "" : " ") + package.value(key, std::string());
  }
  return text + "\n";
}

Json query_of(const ListOptions& options) {
  Json query = Json::object();
  const auto add = [&query](const char* key, const std::string& value) {
    if (!value.empty()) query[key] = value;
  };
  add("suite", options.suite);
  add("name", options.name);
  add("component", options.component);
  add("architecture", options.architecture);
  add("source", options.source);
  if (!options.versions.empty()) query["versions"] = options.versions;
  return query;
}

Status run_list(CommandLine& line, const ListOptions& options) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const Json packages, list_packages(root, query_of(options)));
  std::string text;
  for (const Json& package : packages) text += describe(package);
  line.screen.answer(Json{{"packages", packages}}, text);
  return ok_status();
}

void add_list(CLI::App& repo, CommandLine& line) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* verb = repo.add_subcommand("list", "List the packages in the repository");
  verb->add_option("SUITE", options->suite, "one suite only");
  verb->add_option("NAME", options->name, "this package, or a pattern of *, ? and [...]");
  verb->add_option("--version", options->versions,
                   "of versions such as '>= 1.0'; all that are named have to hold");
  verb->add_option("--arch", options->architecture, "of this architecture; source: sources");
  verb->add_option("--source", options->source, "of this source package");
  verb->add_option("--component", options->component, "in this component");
  verb->footer(
      "Examples:\n  hallmark repo list stable\n"
      "  hallmark repo list stable 'lib*' --version '>= 1.0' --version '<< 2.0' --arch arm64");
  verb->callback(
      [&line, options] { line.run = [&line, options] { return run_list(line, *options); }; });
}

struct DiffOptions {
  std::string from;
  std::string to;
  std::string tree;     // another repository, in whose place ours is to come
  std::string keyring;  // of who signs that
};

Result<StepReport> diff_of_suites(TerminalRoot& root, const DiffOptions& options) {
  HALLMARK_TRY(const Destination from, parse_destination(root, options.from));
  HALLMARK_TRY(const Destination to, parse_destination(root, options.to));
  HALLMARK_TRY(const Json in_from, list_packages(root, Json{{"suite", from.suite}}));
  HALLMARK_TRY(const Json in_to, list_packages(root, Json{{"suite", to.suite}}));
  Json difference = diff_suites(in_from, in_to);
  const std::string words = suite_diff_words(difference);
  difference["from"] = from.suite;
  difference["to"] = to.suite;
  return StepReport{words.empty() ? "no difference" : words, std::move(difference)};
}

// Ours as it was signed last, which is what a publish would bring.
Result<StepReport> diff_with_tree(TerminalRoot& root, const DiffOptions& options) {
  std::error_code failure;
  const std::string keyring = std::filesystem::absolute(options.keyring, failure);
  HALLMARK_TRY(const ForeignSuite there, read_foreign_suite(options.tree, options.from, keyring));
  HALLMARK_TRY(const Destination to, parse_destination(root, options.to));
  const std::string own_keyring = root.layout().root / "public/archive-keyring.asc";
  HALLMARK_TRY(const ForeignSuite here,
               read_foreign_suite(root.layout().tree(), to.suite, own_keyring));
  Json difference = diff_trees(there, here);
  const std::string words = tree_diff_words(difference);
  difference["from"] = options.from;
  difference["to"] = to.suite;
  return StepReport{words.empty() ? "no difference" : words, std::move(difference)};
}

void add_diff(CLI::App& repo, CommandLine& line) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* verb = repo.add_subcommand("diff", "Compare two suites of the repository");
  verb->add_option("FROM", options->from, "a suite; with --tree, one of that tree")->required();
  verb->add_option("TO", options->to, "another one")->required();
  CLI::Option* tree = verb->add_option(
      "--tree", options->tree, "a copy of another repository: the folder with dists/ and pool/");
  verb->add_option("--keyring", options->keyring, "the OpenPGP key that signs that")->needs(tree);
  tree->needs("--keyring");
  verb->footer(
      "Examples:\n  hallmark repo diff candidates stable\n"
      "  hallmark repo diff --tree old --keyring old-key.asc bookworm stable\n\n"
      "\"- \" only in FROM, \"+ \" only in TO, \"! \" in both, in other versions; with --tree "
      "also\n"
      "\"~ \" fields of Release or of a package's stanza that differ.");
  verb->callback([&line, options] {
    line.run = [&line, options] {
      return run_on_terminal(line, [&](TerminalRoot& root) {
        return options->tree.empty() ? diff_of_suites(root, *options)
                                     : diff_with_tree(root, *options);
      });
    };
  });
}

}  // namespace

void add_repository_list_verbs(CLI::App& repo, CommandLine& line) {
  add_list(repo, line);
  add_diff(repo, line);
}

}  // namespace hallmark
