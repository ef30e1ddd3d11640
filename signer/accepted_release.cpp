#include "signer/accepted_release.hpp"

#include <algorithm>

#include "core/deb822.hpp"
#include "core/model/approval.hpp"
#include "signer/rules.hpp"

namespace hallmark {
namespace {

// In the pool, of what the suite's indices have.
Result<std::string> path_of(const State& state, const AcceptedBuild& build,
                            const AcceptedArtefact& artefact) {
  const Target& target = build.target;
  if (!is_source(artefact.kind)) {
    HALLMARK_TRY(const std::optional<DerivedStanza> stanza,
                 state.stanza(target.suite, target.component, artefact.sha256));
    if (!stanza) return std::string();
    HALLMARK_TRY(const Deb822Paragraph fields, parse_deb822_paragraph(stanza->text, "stanza"));
    const std::string* path = fields.find("Filename");
    return path == nullptr ? std::string() : *path;
  }
  const auto dsc = std::find_if(build.artefacts.begin(), build.artefacts.end(),
                                [](const AcceptedArtefact& one) { return one.kind == "dsc"; });
  if (dsc == build.artefacts.end()) return std::string();
  HALLMARK_TRY(const std::optional<DerivedStanza> source,
               state.source(target.suite, target.component, dsc->sha256));
  if (!source) return std::string();
  return pool_folder(target.component, source->package) + "/" + artefact.name;
}

Result<Json> describe_artefact(const State& state, const AcceptedBuild& build,
                               const AcceptedArtefact& artefact) {
  Json out = {{"name", artefact.name},
              {"kind", artefact.kind},
              {"size", artefact.size},
              {"sha256", artefact.sha256.hex()}};
  HALLMARK_TRY(const std::string path, path_of(state, build, artefact));
  if (!path.empty()) out["path"] = path;
  return out;
}

Result<Json> describe_build(const State& state, const AcceptedBuild& build) {
  Json artefacts = Json::array();
  for (const AcceptedArtefact& artefact : build.artefacts) {
    HALLMARK_TRY(Json entry, describe_artefact(state, build, artefact));
    artefacts.push_back(std::move(entry));
  }
  HALLMARK_TRY(const bool withdrawn,
               state.is_withdrawn({build.product, build.version, build.target.suite}));
  return Json{{"target", to_json(build.target)},
              {"lock", build.lock.hex()},
              {"evidence", evidence_name(build.evidence)},
              {"withdrawn", withdrawn},
              {"artefacts", std::move(artefacts)}};
}

}  // namespace

Result<Response> accepted_release_answer(const SignerContext& context, const Message& request) {
  ReleaseInSuite release{"", "", kEverySuite};
  HALLMARK_TRY(release.product, request_text(request.body, "product"));
  HALLMARK_TRY(release.version, request_text(request.body, "version"));
  HALLMARK_TRY(const std::vector<AcceptedBuild> builds, context.state.builds_of(release));
  Json out = Json::array();
  for (const AcceptedBuild& build : builds) {
    HALLMARK_TRY(Json entry, describe_build(context.state, build));
    out.push_back(std::move(entry));
  }
  return Response{Json{{"builds", std::move(out)}}, {}};
}

}  // namespace hallmark
