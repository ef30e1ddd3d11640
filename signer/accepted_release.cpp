#include "signer/accepted_release.hpp"

#include "core/deb822.hpp"
#include "core/model/approval.hpp"
#include "signer/rules.hpp"

namespace hallmark {
namespace {

Result<Json> describe_artefact(const State& state, const Target& target,
                               const AcceptedArtefact& artefact) {
  Json out = {{"name", artefact.name},
              {"kind", artefact.kind},
              {"size", artefact.size},
              {"sha256", artefact.sha256.hex()}};
  HALLMARK_TRY(const std::optional<DerivedStanza> stanza,
               state.stanza(target.suite, target.component, artefact.sha256));
  if (!stanza) return out;
  HALLMARK_TRY(const Deb822Paragraph fields, parse_deb822_paragraph(stanza->text, "stanza"));
  const std::string* path = fields.find("Filename");
  if (path != nullptr) out["path"] = *path;
  return out;
}

Result<Json> describe_build(const State& state, const AcceptedBuild& build) {
  Json artefacts = Json::array();
  for (const AcceptedArtefact& artefact : build.artefacts) {
    HALLMARK_TRY(Json entry, describe_artefact(state, build.target, artefact));
    artefacts.push_back(std::move(entry));
  }
  HALLMARK_TRY(const bool withdrawn,
               state.is_withdrawn({build.product, build.version, build.target.suite}));
  return Json{{"target", to_json(build.target)},
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
