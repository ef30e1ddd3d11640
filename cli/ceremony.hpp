// The ceremony: what a terminal's first keys are made with besides `hallmark init`: questions for
// what was not given, a backup for k of n people that was opened again, a rehearsal signature, and
// a record for the wall.
#pragma once

#include <string>
#include <vector>

#include "cli/key_backup.hpp"
#include "cli/key_ceremony.hpp"
#include "cli/questions.hpp"
#include "core/model/policy.hpp"

namespace hallmark {

struct CeremonyPlan {
  BackupPlan backup;   // without a file: none is made, and the record says so
  std::string record;  // the file to write the record to; must not exist
};

// What was not given, asked for.
Status ask_for_plan(CeremonyPlan& plan, Questions& questions);

// Whatever could go wrong later and can be known before there are keys.
Status check_ceremony(const CeremonyPlan& plan, const std::vector<Approver>& approvers);

struct CeremonyFacts {
  const SigningKeys& keys;
  const std::string& publishing;  // OpenSSH line
  const Policy& policy;
  const std::string& policy_text;
};

// Needs the signing agent at work, and terminal.json written. Makes the backup; has the new OpenPGP
// key sign the record and checks that with gpgv; writes the record, its signature around it and a
// QR code of its digests behind it. Returns the record as it was signed, for the release log. What
// it writes goes again unless the caller keeps `files`: a backup of keys that were discarded would
// be worse than none.
Result<std::string> hold_ceremony(TerminalRoot& root, const CeremonyPlan& plan,
                                  const CeremonyFacts& facts, NewFiles& files);

// The lines of the record, of which each stands for one thing that others must be able to compare.
std::string ceremony_record(const Terminal& terminal, const CeremonyFacts& facts,
                            const std::string& backup, const std::string& time);

}  // namespace hallmark
