// repo gc, repo check: the files of the repository's tree.
#include <memory>

#include "cli/run_on_terminal.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

std::string files_and_bytes(const Json& untrusted_answer) {
  return std::to_string(untrusted_answer.value("files", uint64_t{0})) + " file(s), " +
         human_bytes(untrusted_answer.value("bytes", uint64_t{0}));
}

struct GarbageOptions {
  bool dry_run = false;
  bool forget_hosts = false;
};

std::string words_of_former_hosts(const Json& untrusted_answer, const GarbageOptions& options) {
  std::string text;
  for (const Json& host : untrusted_answer.value("former_hosts", Json::array())) {
    text += "host " + host.get<std::string>() + " is no longer in terminal.json";
    text += options.forget_hosts ? "; nothing is kept for it\n"
                                 : "; what it had is kept, unless --forget-hosts is given\n";
  }
  return text;
}

Result<StepReport> collect(TerminalRoot& root, const GarbageOptions& options) {
  HALLMARK_TRY(Message answer,
               root.request("hallmark-push", Json{{"type", "collect-garbage"},
                                                  {"forget_hosts", options.forget_hosts},
                                                  {"dry_run", options.dry_run}}));
  std::string text;
  for (const Json& file : answer.body.value("removed", Json::array())) {
    text += file.value("path", std::string()) + "\n";
  }
  text += words_of_former_hosts(answer.body, options);
  answer.body["dry_run"] = options.dry_run;
  return StepReport{
      text + files_and_bytes(answer.body) + (options.dry_run ? " would be removed" : " removed"),
      answer.body};
}

Status check(CommandLine& line, bool deep) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-push", Json{{"type", "check-repository"}, {"deep", deep}}));
  std::string text;
  for (const Json& fault : answer.body.value("faults", Json::array())) {
    text += fault.value("path", std::string()) + ": " + fault.value("words", std::string()) + "\n";
  }
  const uint64_t faulty = answer.body.value("faulty", uint64_t{0});
  const uint64_t extra = answer.body.value("extra", uint64_t{0});
  text += files_and_bytes(answer.body) + " looked at" + (deep ? " and read" : "") + ": " +
          std::to_string(faulty - extra) + " at fault, " + std::to_string(extra) +
          " that nothing refers to";
  if (extra > 0) text += " ('hallmark repo gc' removes them)";
  line.screen.answer(answer.body, text);
  if (faulty == extra) return ok_status();
  return verification_error("repository", "is not what its state says",
                            "what is missing or has other bytes has to be restored from a backup "
                            "or a package host");
}

}  // namespace

void add_repository_care_verbs(CLI::App& repo, CommandLine& line) {
  auto options = std::make_shared<GarbageOptions>();
  CLI::App* gc = repo.add_subcommand("gc", "Remove files that nothing refers to any more");
  gc->add_flag("--dry-run", options->dry_run, "say what would be removed, and remove nothing");
  gc->add_flag("--forget-hosts", options->forget_hosts,
               "keep nothing for hosts that terminal.json names no longer");
  gc->footer(
      "Example:\n  hallmark repo gc --dry-run\n\n"
      "Kept is what a suite, a Release or a package host has. What hosts have no use for any more, "
      "'hallmark publish' takes from them, as policy's \"expiry\" says.");
  gc->callback([&line, options] {
    line.run = [&line, options] {
      return run_on_terminal(line, [&](TerminalRoot& root) { return collect(root, *options); });
    };
  });

  auto deep = std::make_shared<bool>(false);
  CLI::App* verb = repo.add_subcommand("check", "Compare the repository's files with its state");
  verb->add_flag("--deep", *deep, "read every file, not its name and size alone");
  verb->footer(
      "Example:\n  hallmark repo check --deep\n\n"
      "Each fault by name; exit status 3, unless there are but files that nothing refers to.");
  verb->callback([&line, deep] { line.run = [&line, deep] { return check(line, *deep); }; });
}

}  // namespace hallmark
