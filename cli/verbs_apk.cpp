#include "cli/verbs_apk.hpp"

namespace hallmark {

void add_apk_verbs(CLI::App& app, CommandLine& line) {
  CLI::App* apk = app.add_subcommand("apk", "Android packages");
  apk->require_subcommand(1);
  add_apk_verify(*apk, line);
  add_apk_sign(*apk, line);
  add_apk_lineage(*apk, line);
  add_apk_inspect(*apk, line);
  add_apk_compare(*apk, line);
}

}  // namespace hallmark
