#include "publisher/fdroid_requests.hpp"

#include <ctime>

#include "core/bytes.hpp"
#include "core/model/approval.hpp"
#include "publisher/repository/fdroid.hpp"

namespace hallmark {
namespace {

Result<FdroidPolicy> fdroid_policy(const Policy& policy) {
  if (policy.fdroid) return *policy.fdroid;
  return policy_error("F-Droid repository", "is not in the policy", "docs/fdroid.md");
}

ListedApk read_listed_apk(ObjectReader& entry) {
  return {entry.text("path"), entry.digest("sha256"), entry.integer("added")};
}

}  // namespace

Result<Response> describe_one_app(const Context& context) {
  std::string application;
  std::vector<std::string> locales;
  std::string text;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    application = request.text("application");
    locales = request.texts("icons");
    text = request.text("texts");
  }));
  const std::vector<UniqueFd>& fds = context.message.fds;
  if (locales.size() != fds.size()) {
    return usage_error("describe-app", "takes one file for each language that has an icon");
  }
  std::vector<AppIcon> icons;
  for (std::size_t i = 0; i < fds.size(); ++i) icons.push_back({locales[i], fds[i].get()});
  HALLMARK_TRY(Json texts, parse_json(text, "texts of " + application));
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_CHECK(describe_app(locked.repository, application, std::move(texts), icons));
  return Response{Json{{"application", application}}, {}};
}

Result<Response> compose_fdroid_index(const Context& context) {
  FdroidJob job;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    request.each("apks", [&](ObjectReader& entry) { job.apks.push_back(read_listed_apk(entry)); });
    job.newest = request.integer_or("newest", 0);
  }));
  HALLMARK_TRY(const Policy policy, read_policy(context.layout));
  HALLMARK_TRY(job.repository, fdroid_policy(policy));
  job.now = std::time(nullptr);
  context.progress(Json{{"step", "compose"}, {"note", "F-Droid index"}});
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_TRY(const ComposedFdroid composed, compose_fdroid(locked.repository, job));
  return Response{Json{{"index", composed.index.path},
                       {"changed", composed.changed},
                       {"date", format_utc(composed.timestamp)}},
                  {}};
}

Result<Response> attach_fdroid_entry(const Context& context) {
  FdroidEntryFiles files;
  std::string jar;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    files.entry = request.text("entry");
    jar = request.text("entry_jar");
    files.page = request.text("page");
  }));
  HALLMARK_TRY(const std::vector<uint8_t> bytes, hex_decode(jar));
  files.jar.assign(bytes.begin(), bytes.end());
  HALLMARK_TRY(const Policy policy, read_policy(context.layout));
  HALLMARK_TRY(const FdroidPolicy fdroid, fdroid_policy(policy));
  const ApkKeyPolicy* key = policy.apk_key(fdroid.key);
  if (key == nullptr) return policy_error("key " + fdroid.key, "is not in the policy");
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_CHECK(attach_fdroid(locked.repository, key->certificate_sha256, files));
  return Response{Json{{"path", "apk/entry.jar"}}, {}};
}

}  // namespace hallmark
