// The signing agent's keys, encrypted for k of n people, and brought back.
//
// The backup is an OpenPGP message under a passphrase of 256 random bits, which exists only as
// shares (cli/key_shares.hpp); in it, a tar archive of the agent's home (cli/key_archive.hpp).
// Stock ssss, gpg and tar open it, without Hallmark.
#pragma once

#include <string>
#include <vector>

#include "cli/key_shares.hpp"
#include "cli/new_files.hpp"
#include "cli/terminal_root.hpp"

namespace hallmark {

struct BackupPlan {
  std::string file;                 // must not exist
  std::vector<std::string> shares;  // a file for each, which must not exist
  std::size_t needed = 2;
};

// kUsage: too few shares, too many, or one file twice.
Status check_backup_plan(const BackupPlan& plan);

struct BackupReport {
  Sha256Digest sha256;  // of the file
  uint64_t size = 0;
  std::size_t keys = 0;  // private keys in it
};

// Besides, no file of it is there.
Status check_backup_files(const BackupPlan& plan);

// Ends with the rehearsal: every share is read back and used, and what the backup holds is compared
// with the keys. The files get their names by files.finish().
Result<BackupReport> back_up_keys(TerminalRoot& root, const BackupPlan& plan, NewFiles& files);

// Opens the backup with these shares and compares it with the keys of this terminal.
Result<BackupReport> rehearse_restore(TerminalRoot& root, const std::string& file,
                                      const std::vector<std::string>& share_files);

// Adds what this terminal lacks; what it has stays, and must be the same if it is a private key.
Result<BackupReport> restore_keys(TerminalRoot& root, const std::string& file,
                                  const std::vector<std::string>& share_files);

}  // namespace hallmark
