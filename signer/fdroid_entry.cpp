// sign-fdroid-index: what follows when the rules hold.
#include "core/model/approval.hpp"
#include "signer/apk/entry_jar.hpp"
#include "signer/commit.hpp"
#include "signer/sign_fdroid_index.hpp"

namespace hallmark {
namespace {

Json fdroid_event(const FdroidCase& subject, const SignedFdroidIndex& index) {
  Json event{{"kind", "fdroid-index"},
             {"name", std::string(kFdroidSuite) + "/" + kFdroidFile},
             {"size", index.jar.size()},
             {"sha256", sha256(index.jar).hex()},
             {"date", format_utc(index.timestamp)},
             {"index",
              {{"name", std::string(kFdroidSuite) + fdroid_index_name(index.sha256)},
               {"size", subject.file.digest.size},
               {"sha256", index.sha256.hex()}}},
             {"packages", subject.shown.packages},
             {"keys", {index.certificate.hex()}}};
  if (subject.follows) event["follows"] = subject.follows->hex();
  return event;
}

}  // namespace

Result<SignedFdroidIndex> sign_fdroid_entry(const FdroidCase& subject) {
  const SignerContext& context = subject.context;
  const FdroidEntry entry{subject.shown.timestamp, subject.file.digest.sha256,
                          subject.file.digest.size, subject.shown.packages};
  SignedFdroidIndex index{entry.timestamp,
                          entry.sha256,
                          write_fdroid_entry(entry),
                          {},
                          subject.key.back().policy.certificate_sha256};
  const ApkSigningKey key =
      signing_key(context, subject.key.back(),
                  "Sign the F-Droid index of " + format_utc(index.timestamp), index.sha256);
  HALLMARK_TRY(const std::vector<uint8_t> jar, sign_entry_jar(index.entry, key));
  index.jar.assign(jar.begin(), jar.end());
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.add_fdroid_index(index));
  HALLMARK_CHECK(context.state.add_known_release(
      {context.origin.terminal, kFdroidSuite, kFdroidFile, sha256(index.jar), index.timestamp}));
  HALLMARK_CHECK(commit_with_log(context, std::move(transaction), {fdroid_event(subject, index)}));
  return index;
}

Response fdroid_index_answer(const SignedFdroidIndex& index) {
  return {Json{{"entry", index.entry},
               {"entry_jar", hex_encode(as_bytes(index.jar))},
               {"timestamp", format_utc(index.timestamp)}},
          {}};
}

}  // namespace hallmark
