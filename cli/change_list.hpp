// publish --emit-changes: what changed on the package hosts, as a list that only grows, for whoever
// copies one of them to a bucket.
//
// JSON lines. The first is {"action": "begin", "terminal"}: a list is one terminal's. Then
// {"action": "put", "path", "size", "sha256", "cache_control"} and {"action": "remove", "path"};
// what the list says already is not said again. Of each path only the last line counts. Whoever
// copies takes the puts below log/, then the others, each in their order, then the removes; and
// stops where the host gives other bytes than the line says, because it has published since. So at
// each stop what an InRelease names by hash is there, and the log has it; plain names and
// Release.gpg fit again when all puts are done.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hallmark {

// The lines to add to the list so far, whose last line may be incomplete and then counts for
// nothing. `published`: as hallmark-push gives it, a line for each file that hosts have to hold, in
// order, and {"path", "held": true} for others that one of them still has. What is below log/ is
// never removed. An error: the list is none, or another terminal's.
Result<std::string> next_changes(std::string_view untrusted_list, std::string_view published,
                                 const std::string& terminal, const std::string& subject);

// A list in a file, read before anything is published.
class ChangeList {
 public:
  // There need be no file yet.
  static Result<ChangeList> read(const std::string& path, const std::string& terminal);

  // Adds to the file; as a whole or not at all. How many lines there were.
  Result<uint64_t> add(std::string_view published) const;

 private:
  ChangeList(std::string path, std::string terminal, std::string lines)
      : path_(std::move(path)), terminal_(std::move(terminal)), lines_(std::move(lines)) {}

  std::string path_;
  std::string terminal_;
  std::string lines_;  // complete ones
};

}  // namespace hallmark
