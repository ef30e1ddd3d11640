// The verbs of the `hallmark` command. Each file in cli/verbs_*.cpp adds some to the command line;
// a verb's function runs after parsing and returns what the exit code is made of.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "cli/screen.hpp"
#include "core/result.hpp"

namespace hallmark {

struct CommandLine {
  Screen screen;
  std::string root;
  // Set by the verb that was chosen.
  std::function<Status()> run;
};

void add_terminal_verbs(CLI::App& app, CommandLine& line);           // init, status
void add_init_verb(CLI::App& app, CommandLine& line);                // init
void add_join_verbs(CLI::App& app, CommandLine& line);               // terminal
void add_sync_verb(CLI::App& app, CommandLine& line);                // sync
void add_clock_verbs(CLI::App& app, CommandLine& line);              // clock
void add_key_verbs(CLI::App& app, CommandLine& line);                // keys
void add_keys_backup(CLI::App& keys, CommandLine& line);             // keys backup, keys restore
void add_keys_make(CLI::App& keys, CommandLine& line);               // keys make
void add_keys_revoke(CLI::App& keys, CommandLine& line);             // keys revoke
void add_pin_verb(CLI::App& app, CommandLine& line);                 // pin
void add_release_verbs(CLI::App& app, CommandLine& line);            // approve … publish, release
void add_bundle_verbs(CLI::App& app, CommandLine& line);             // bundle
void add_repository_verbs(CLI::App& app, CommandLine& line);         // repo
void add_repository_list_verbs(CLI::App& repo, CommandLine& line);   // repo list, repo diff
void add_repository_care_verbs(CLI::App& repo, CommandLine& line);   // repo gc, repo check
void add_repository_import_verb(CLI::App& repo, CommandLine& line);  // repo import
void add_repository_keyring_verb(CLI::App& repo, CommandLine& line);  // repo keyring
void add_review_verb(CLI::App& app, CommandLine& line);               // review
void add_import_verb(CLI::App& app, CommandLine& line);               // import
void add_promote_verb(CLI::App& app, CommandLine& line);              // promote
void add_rollout_verb(CLI::App& app, CommandLine& line);              // rollout
void add_withdraw_verb(CLI::App& app, CommandLine& line);             // withdraw
void add_attest_verbs(CLI::App& app, CommandLine& line);              // attest
void add_allow_verbs(CLI::App& app, CommandLine& line);               // allow
void add_policy_verbs(CLI::App& app, CommandLine& line);              // policy
void add_suite_verbs(CLI::App& app, CommandLine& line);               // suite
void add_apk_verbs(CLI::App& app, CommandLine& line);                 // apk
void add_log_verbs(CLI::App& app, CommandLine& line);                 // log
void add_rebuild_verb(CLI::App& app, CommandLine& line);              // rebuild

}  // namespace hallmark
