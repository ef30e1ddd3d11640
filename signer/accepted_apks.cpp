#include "signer/accepted_apks.hpp"

#include "signer/sibling_apks.hpp"

namespace hallmark {
namespace {

constexpr int64_t kPage = 2000;  // keeps an answer below the frame limit

Json describe(const ApkPlace& place, const SignedApk& form) {
  Json out = {{"path", place.path}, {"sha256", form.apk.sha256.hex()}, {"size", form.apk.size}};
  if (form.idsig) {
    out["idsig"] = {{"sha256", form.idsig->sha256.hex()}, {"size", form.idsig->size}};
  }
  return out;
}

// Of two terminals that say different things, which one lies is for people to find out: both are
// told of, and one path takes one file.
Status describe_forms(const SignerContext& context, const ApkPlace& place, Json& out) {
  HALLMARK_TRY(const std::vector<SiblingApk> forms,
               siblings_signed_forms(context, place.unsigned_sha256));
  HALLMARK_TRY(const bool withdrawn, context.state.bytes_are_withdrawn(place.unsigned_sha256));
  HALLMARK_TRY(const std::optional<SignedApk> own, context.state.signed_apk(place.unsigned_sha256));
  for (const SiblingApk& form : forms) {
    if (own && own->apk != form.apk.apk) continue;
    Json entry = describe(place, form.apk);
    if (withdrawn) entry["withdrawn"] = true;
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
