#include "signer/fdroid_apks.hpp"

#include <algorithm>
#include <sstream>

#include "signer/key_chain.hpp"
#include "verify/fdroid/version.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kPageOfApks = 10'000;  // keeps an answer below the frame limit

// "arm64-v8a,x86", "any": as abi_lane() writes it.
std::vector<std::string> abis_of_lane(const AppLane& lane) {
  std::vector<std::string> out;
  if (lane.abis == "any") return out;
  std::istringstream names(lane.abis);
  for (std::string name; std::getline(names, name, ',');) out.push_back(name);
  return out;
}

}  // namespace

ApkFacts facts_of_signed(const ApkCase& subject, const SignedFile& signed_apk) {
  const Json manifest = fdroid_manifest(subject.manifest, abis_of_lane(subject.application.lane),
                                        subject.chain.front().policy.certificate_sha256.hex());
  return {subject.application.sha256, signed_apk.sha256, signed_apk.size, manifest.dump()};
}

Status keep_facts_of_adopted(const BuildCase& subject, const CandidateArtefact& artefact) {
  if (!artefact.signed_elsewhere || !artefact.manifest) return ok_status();
  HALLMARK_TRY(const KeyChain chain,
               installed_key_chain(subject.context, subject.product.recipe.key));
  HALLMARK_TRY(const FileDigest digest, digest_fd(artefact.copy.get()));
  const Json manifest = fdroid_manifest(*artefact.manifest, abis_of_lane(artefact.lane),
                                        chain.front().policy.certificate_sha256.hex());
  return subject.context.state.add_apk_facts(
      {artefact.built.sha256, digest.sha256, static_cast<int64_t>(digest.size), manifest.dump()});
}

Result<std::optional<LastFdroidIndex>> last_fdroid_index(const SignerContext& context) {
  HALLMARK_TRY(const std::vector<KnownRelease> all,
               context.state.last_releases(kFdroidSuite, kFdroidFile));
  HALLMARK_TRY(const std::optional<int64_t> floor, context.state.time_floor());
  std::optional<LastFdroidIndex> last;
  for (const KnownRelease& known : all) {
    const bool own = known.terminal == context.origin.terminal;
    // The floor is lower where people have approved that the clock was ahead when that was signed.
    const int64_t date = own ? std::min(known.date, floor.value_or(known.date)) : known.date;
    if (last && date < last->timestamp) continue;
    last = LastFdroidIndex{date, known.terminal, known.sha256};
  }
  return last;
}

Result<Response> fdroid_apks_answer(const SignerContext& context, const Message& request) {
  const Json after = request.body.value("after", Json(0));
  if (!after.is_number_unsigned() && after != 0) return usage_error("after", "is no number");
  HALLMARK_TRY(const std::vector<ListedApk> all, context.state.listed_apks());
  const std::size_t first = std::min(after.get<std::size_t>(), all.size());
  const std::size_t end = std::min(first + kPageOfApks, all.size());
  Json apks = Json::array();
  for (std::size_t i = first; i < end; ++i) {
    apks.push_back({{"path", all[i].path},
                    {"sha256", all[i].facts.sha256.hex()},
                    {"size", all[i].facts.size},
                    {"unsigned_sha256", all[i].facts.unsigned_sha256.hex()},
                    {"added", all[i].added}});
  }
  Json body{{"apks", std::move(apks)}};
  if (end < all.size()) body["next"] = end;
  HALLMARK_TRY(const std::optional<LastFdroidIndex> last, last_fdroid_index(context));
  if (last) body["newest"] = last->timestamp;
  return Response{std::move(body), {}};
}

}  // namespace hallmark
