// Where finished builds are kept, and the records that speak for them.
//
//   build/out/LOCKSHA/TARGET/NAME     artefacts
//   build/out/LOCKSHA/TARGET.record   the record's bytes, for finding it again
//   spool/records/SHA.json            the record, where the signer reads it
//
// A folder of artefacts appears whole and flushed, then its record, then the means to find it: a
// builder killed at any instant leaves no record without its artefacts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/layout.hpp"
#include "core/model/record.hpp"
#include "reproducible/build_collect.hpp"

namespace hallmark {

struct StoredRecord {
  Sha256Digest sha256;
  BuildRecord record;
};

class BuildStore {
 public:
  // `workspace`: a folder of this process on the same file system as build/.
  BuildStore(const Layout& layout, const Sha256Digest& lock_sha256, std::string workspace);

  // The record of an earlier build of this lock for `target`, if its artefacts still are what it
  // says. Anything else counts as none: the target is then built again.
  std::optional<StoredRecord> find(const Target& target) const;

  // Keeps the artefacts and then the record, whose artefact list and lock digest are set here.
  Result<StoredRecord> keep(BuildRecord record, const std::vector<CollectedFile>& artefacts) const;

 private:
  Result<StoredRecord> load(const Target& target) const;
  Status keep_artefacts(const Target& target, const std::vector<CollectedFile>& artefacts) const;

  std::string out_;      // build/out/LOCKSHA
  std::string records_;  // spool/records
  Sha256Digest lock_sha256_;
  std::string workspace_;
};

}  // namespace hallmark
