#include "signer/accepted_apks.hpp"

#include "signer/key_chain.hpp"
#include "signer/sibling_apks.hpp"

namespace hallmark {
namespace {

constexpr int64_t kPage = 1000;  // keeps an answer below the frame limit

Json describe(const ApkPlace& place, const SignedApk& form) {
  Json out = {{"path", place.path}, {"sha256", form.apk.sha256.hex()}, {"size", form.apk.size}};
  if (form.idsig) {
    out["idsig"] = {{"sha256", form.idsig->sha256.hex()}, {"size", form.idsig->size}};
  }
  return out;
}

// Whatever any terminal made of it, also one that the policy no longer names, and this one too: it
// is to leave the repository.
Status describe_withdrawn(const SignerContext& context, const ApkPlace& place, Json& out) {
  HALLMARK_TRY(const std::vector<SiblingApk> forms,
               context.state.sibling_apks(place.unsigned_sha256));
  HALLMARK_TRY(const std::optional<SignedApk> own, context.state.signed_apk(place.unsigned_sha256));
  std::vector<Json> entries;
  for (const SiblingApk& form : forms) entries.push_back(describe(place, form.apk));
  if (own) entries.push_back(describe(place, *own));
  for (Json& entry : entries) {
    entry["withdrawn"] = true;
    out.push_back(std::move(entry));
  }
  return ok_status();
}

// What the signed form of an accepted app has to be, whatever a log says of it. nullopt: the
// installed policy has no key for it any more, and nothing is to be taken from anybody.
Result<std::optional<Json>> expected_of(const SignerContext& context,
                                        const Sha256Digest& unsigned_sha256) {
  HALLMARK_TRY(const std::optional<AcceptedApplication> application,
               context.state.application(unsigned_sha256));
  if (!application) return std::optional<Json>();
  const Result<KeyChain> chain = installed_key_chain(context, application->key);
  if (!chain.ok() && chain.error().kind == ErrorKind::kPolicy) return std::optional<Json>();
  if (!chain.ok()) return chain.error();
  Json certificates = Json::array();
  for (const ChainedKey& key : *chain) {
    certificates.push_back(key.policy.certificate_sha256.hex());
  }
  return std::optional<Json>(Json{{"application", application->lane.application},
                                  {"version_code", application->version_code},
                                  {"certificates", std::move(certificates)}});
}

// Of two terminals that say different things, which one lies is for people to find out: both are
// told of, and one path takes one file.
Status describe_forms(const SignerContext& context, const ApkPlace& place, Json& out) {
  HALLMARK_TRY(const bool withdrawn, context.state.bytes_are_withdrawn(place.unsigned_sha256));
  if (withdrawn) return describe_withdrawn(context, place, out);
  HALLMARK_TRY(const std::vector<SiblingApk> forms,
               siblings_signed_forms(context, place.unsigned_sha256));
  if (forms.empty()) return ok_status();
  HALLMARK_TRY(const std::optional<Json> expected, expected_of(context, place.unsigned_sha256));
  HALLMARK_TRY(const std::optional<SignedApk> own, context.state.signed_apk(place.unsigned_sha256));
  for (const SiblingApk& form : forms) {
    if (!expected || (own && own->apk != form.apk.apk)) continue;
    Json entry = describe(place, form.apk);
    entry.update(*expected);
    out.push_back(std::move(entry));
  }
  return ok_status();
}

}  // namespace

Result<Response> accepted_apks_answer(const SignerContext& context, const Message& request) {
  const Json after = request.body.value("after", Json(0));
  if (!after.is_number_unsigned() && after != 0) return usage_error("after", "is no number");
  HALLMARK_TRY(const std::vector<ApkPlace> places,
               context.state.apk_places(after.get<int64_t>(), kPage));
  Json apks = Json::array();
  for (const ApkPlace& place : places) HALLMARK_CHECK(describe_forms(context, place, apks));
  Json body;
  if (places.size() == static_cast<std::size_t>(kPage)) body["next"] = places.back().number;
  body["apks"] = std::move(apks);
  return Response{std::move(body), {}};
}

}  // namespace hallmark
