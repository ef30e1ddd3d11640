// What a sibling accepted and called back again, or what newer versions have taken the place of
// since. No host serves the bytes any more, so nobody can be asked for them; they come into no
// index here either. What people approved of is judged as
// ever, and of the bytes what the sibling's line says: the names and versions that nothing else may
// take.
//
// Source of the format: docs/release-log.md.
#pragma once

#include <map>
#include <vector>

#include "core/json.hpp"
#include "core/result.hpp"
#include "signer/sibling_facts.hpp"
#include "signer/state_facts.hpp"

namespace hallmark {

class State;

// One file, as its acceptance line tells of it.
struct CalledBackFile {
  std::string name;
  Sha256Digest sha256;
  DerivedStanza package{};  // of a .deb: names and digest, no text
  AppLane lane{};           // of an app
  int64_t version_code = 0;

  bool is_package() const { return !package.package.empty(); }
  bool is_app() const { return !lane.application.empty(); }
};

// By the number of the line.
using CalledBackFiles = std::map<std::size_t, CalledBackFile>;

// Which of the files that one request brought (`lines`: its acceptance lines, in order) have left
// every suite that they came to. Of a build all or none: its source may belong to another one
// too. A line that does not tell enough is left out, and its file has to be handed in: of a .deb
// the file's name must be the package's, but for the epoch, which must be the release's.
Result<CalledBackFiles> called_back_files(const State& state,
                                          const std::vector<SiblingLine>& lines);

}  // namespace hallmark
