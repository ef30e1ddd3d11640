#include "cli/accepted_release.hpp"

#include <algorithm>

namespace hallmark {
namespace {

AcceptedFile read_file_entry(ObjectReader& reader) {
  AcceptedFile file{reader.text("name"), reader.digest("sha256"), reader.text_or("path", ""),
                    reader.text("kind")};
  static_cast<void>(reader.unsigned_integer("size"));
  return file;
}

AcceptedBuild read_build(ObjectReader& reader) {
  AcceptedBuild build;
  reader.object("target", [&](ObjectReader& target) { build.target = read_target(target); });
  build.lock = reader.digest("lock");
  static_cast<void>(reader.text("evidence"));
  build.withdrawn = reader.boolean_or("withdrawn", false);
  reader.each("artefacts",
              [&](ObjectReader& entry) { build.files.push_back(read_file_entry(entry)); });
  return build;
}

}  // namespace

Result<std::vector<AcceptedBuild>> accepted_builds(TerminalRoot& root, const ReleaseName& release) {
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-sign", Json{{"type", "accepted-release"},
                                                  {"product", release.product},
                                                  {"version", release.version}}));
  HALLMARK_TRY(const JsonDocument document,
               JsonDocument::parse(answer.body.dump(), "answer of hallmark-sign"));
  std::vector<AcceptedBuild> builds;
  {
    ObjectReader reader(document);
    reader.each("builds", [&](ObjectReader& entry) { builds.push_back(read_build(entry)); });
  }
  HALLMARK_CHECK(document.status());
  return builds;
}

bool is_called_back(const std::vector<AcceptedBuild>& builds, const Target& target,
                    const Sha256Digest& sha256) {
  return std::any_of(builds.begin(), builds.end(), [&](const AcceptedBuild& build) {
    return build.target == target &&
           std::any_of(build.files.begin(), build.files.end(), [&](const AcceptedFile& file) {
             return file.sha256 == sha256 && file.path.empty();
           });
  });
}

bool is_withdrawn(const std::vector<AcceptedBuild>& builds, const std::string& suite) {
  return std::any_of(builds.begin(), builds.end(), [&](const AcceptedBuild& build) {
    return build.withdrawn && build.target.suite == suite;
  });
}

}  // namespace hallmark
