// What is published of a release, beside what was built here from its lock.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/fd.hpp"
#include "core/model/record.hpp"
#include "core/result.hpp"

namespace hallmark {

enum class Verdict {
  kEqual,
  kDifferent,
  kMissing,  // it was built, and is not there; never so beside a release log, where that differs
};

struct Comparison {
  std::string artefact;
  Verdict verdict = Verdict::kMissing;
  std::string published;   // which file it was compared with
  std::string difference;  // the first, in words; untrusted
};

class Published {
 public:
  // A folder (a mirror's, or any with the files somewhere below), or one file. What has an
  // artefact's name there and is no regular file, as a link is none, differs from it.
  static Result<Published> open(const std::string& path);

  // By digest, or, for an app, by what it carries besides signatures; on a difference both files
  // are taken apart to find words for it. `built`: the artefact's file.
  Result<Comparison> compare(const BuiltArtefact& artefact, int built) const;

  const std::string& path() const { return path_; }

 private:
  std::vector<std::string> candidates(const BuiltArtefact& artefact) const;

  std::string path_;
  bool is_file_ = false;
  std::multimap<std::string, std::string> by_name_;  // paths
};

}  // namespace hallmark
