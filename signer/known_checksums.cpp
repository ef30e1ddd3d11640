#include "signer/known_checksums.hpp"

#include <algorithm>

#include "signer/checksums_of_release.hpp"
#include "signer/rules.hpp"
#include "verify/checksums.hpp"

namespace hallmark {
namespace {

constexpr int64_t kReleasesAtOnce = 500;

// By terminal; of each the files in the order of their names, which begins with the list.
std::vector<KnownSet> sets_of(const std::vector<KnownChecksums>& known) {
  std::vector<KnownSet> out;
  for (const KnownChecksums& file : known) {
    if (out.empty() || out.back().terminal != file.terminal) out.push_back({file.terminal, 0, {}});
    out.back().time = std::max(out.back().time, file.time);
    out.back().files.push_back(file);
  }
  return out;
}

bool is_whole(const KnownSet& set) { return set.files.size() == 3; }

// Is it the list that would be signed now, by all keys that would sign it?
struct Judged {
  bool same_list = false;
  bool same_keys = false;
};
Result<Judged> judge(const SignerContext& context, const NamedRelease& release,
                     const KnownSet& set) {
  const KnownChecksums& known = set.files.front();
  const Result<ReleaseToList> list = list_release(context.state, release);
  if (!list.ok() && list.error().kind != ErrorKind::kPolicy) return list.error();
  if (!list.ok() || sha256(list->sums) != known.file.sha256) return Judged{};
  HALLMARK_TRY(const InstalledPolicy installed, context.state.policy_in_force());
  const std::vector<std::string> wanted = keys_of_suites(installed.policy, *list);
  const bool all = std::all_of(wanted.begin(), wanted.end(), [&](const std::string& key) {
    return std::find(known.keys.begin(), known.keys.end(), key) != known.keys.end();
  });
  return Judged{true, all};
}

// Is there a reason to look closer? A list is of the past once something of it was called back, and
// whoever signed it may not have heard of that.
Result<bool> may_have_fallen(const State& state, const NamedRelease& release) {
  HALLMARK_TRY(const std::vector<ReleaseArtefact> artefacts,
               state.release_artefacts({release.product, release.version, kEverySuite}));
  for (const ReleaseArtefact& artefact : artefacts) {
    if (is_source(artefact.kind)) continue;
    HALLMARK_TRY(const bool withdrawn, state.bytes_are_withdrawn(artefact.sha256));
    if (withdrawn) return true;
  }
  return artefacts.empty();
}

Json describe(const NamedRelease& release, const KnownSet& set, bool stands) {
  Json files = Json::array();
  for (const KnownChecksums& known : set.files) {
    files.push_back({{"path", checksums_folder(release.product, release.version) + known.name},
                     {"size", known.file.size},
                     {"sha256", known.file.sha256.hex()}});
  }
  return Json{{"product", release.product},
              {"version", release.version},
              {"terminal", set.terminal},
              {"stands", stands},
              {"files", std::move(files)}};
}

Status add_known(const SignerContext& context, const NamedRelease& release, Json& checksums) {
  HALLMARK_TRY(const std::optional<KnownSet> set, newest_checksums(context, release));
  if (!set) return ok_status();
  HALLMARK_TRY(const bool in_doubt, may_have_fallen(context.state, release));
  bool stands = true;
  if (in_doubt) {
    HALLMARK_TRY(const Judged judged, judge(context, release, *set));
    stands = judged.same_list;
  }
  checksums.push_back(describe(release, *set, stands));
  return ok_status();
}

Result<Response> one_release(const SignerContext& context, const NamedRelease& release) {
  Json checksums = Json::array();
  HALLMARK_TRY(const std::optional<KnownSet> set, newest_checksums(context, release));
  if (set) {
    HALLMARK_TRY(const Judged judged, judge(context, release, *set));
    checksums.push_back(describe(release, *set, judged.same_list));
    checksums.back()["current"] = judged.same_list && judged.same_keys;
  }
  return Response{Json{{"checksums", std::move(checksums)}}, {}};
}

Result<NamedRelease> read_release(const Json& body) {
  NamedRelease release;
  HALLMARK_TRY(release.product, request_text(body, "product"));
  HALLMARK_TRY(release.version, request_text(body, "version"));
  return release;
}

}  // namespace

Result<std::optional<KnownSet>> newest_checksums(const SignerContext& context,
                                                 const NamedRelease& release) {
  HALLMARK_TRY(const InstalledPolicy installed, context.state.policy_in_force());
  HALLMARK_TRY(const std::vector<KnownChecksums> known, context.state.known_checksums(release));
  std::optional<KnownSet> newest;
  for (KnownSet& set : sets_of(known)) {
    const bool own = set.terminal == context.origin.terminal;
    if (!is_whole(set) || (!own && installed.policy.log_key(set.terminal) == nullptr)) continue;
    if (newest && (set.time < newest->time || (set.time == newest->time && !own))) continue;
    newest = std::move(set);
  }
  return newest;
}

Result<Response> known_checksums_answer(const SignerContext& context, const Message& request) {
  if (request.body.contains("product")) {
    HALLMARK_TRY(const NamedRelease release, read_release(request.body));
    return one_release(context, release);
  }
  NamedRelease after;
  if (request.body.contains("after")) {
    HALLMARK_TRY(after, read_release(request.body["after"]));
  }
  HALLMARK_TRY(const std::vector<NamedRelease> releases,
               context.state.releases_with_checksums(after, kReleasesAtOnce));
  Json checksums = Json::array();
  for (const NamedRelease& release : releases) {
    HALLMARK_CHECK(add_known(context, release, checksums));
  }
  Json body{{"checksums", std::move(checksums)}};
  if (releases.size() == static_cast<std::size_t>(kReleasesAtOnce)) {
    body["next"] = {{"product", releases.back().product}, {"version", releases.back().version}};
  }
  return Response{std::move(body), {}};
}

}  // namespace hallmark
