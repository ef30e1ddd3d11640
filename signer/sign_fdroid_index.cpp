// sign-fdroid-index: the rules.
#include "signer/sign_fdroid_index.hpp"

#include <chrono>
#include <thread>

#include "core/mapped_file.hpp"
#include "core/model/approval.hpp"
#include "signer/fdroid_apks.hpp"
#include "signer/install_policy.hpp"
#include "signer/rules.hpp"

namespace hallmark {
namespace {

constexpr const char* kIndexSubject = "F-Droid index";

// The app as the index has to tell of it.
Result<FdroidVersion> version_of(const ListedApk& apk) {
  HALLMARK_TRY(Json manifest, parse_json(apk.facts.manifest, "manifest of " + apk.path));
  return FdroidVersion{apk.application,  apk.path.substr(apk.path.rfind('/') + 1),
                       apk.facts.sha256, static_cast<uint64_t>(apk.facts.size),
                       apk.added,        std::move(manifest)};
}

// With the texts of the index that was handed in: the rest is this signer's own.
Result<std::string> expected_index(const FdroidCase& subject) {
  HALLMARK_TRY(const std::vector<ListedApk> listed, subject.context.state.listed_apks());
  FdroidIndex index{*subject.policy.policy.fdroid, subject.shown.timestamp, {}, {}};
  index.texts = subject.shown.texts;
  for (const ListedApk& apk : listed) {
    HALLMARK_TRY(FdroidVersion version, version_of(apk));
    index.versions.push_back(std::move(version));
  }
  return write_fdroid_index(index);
}

}  // namespace

Status fdroid_repository_is_in_the_policy(FdroidCase& subject) {
  HALLMARK_TRY(subject.policy, subject.context.state.policy_in_force());
  if (!subject.policy.policy.fdroid) {
    return policy_error("F-Droid repository", "is not in the installed policy",
                        "\"fdroid\" in policy.json: docs/fdroid.md");
  }
  HALLMARK_TRY(subject.key,
               installed_key_chain(subject.context, subject.policy.policy.fdroid->key));
  return ok_status();
}

Status demo_terminal_marks_its_index(FdroidCase& subject) {
  return check_demo_mark(subject.policy.policy, subject.context.origin.demo);
}

Status fdroid_index_can_be_read(FdroidCase& subject) {
  const std::vector<UniqueFd>& fds = subject.untrusted_request.fds;
  if (fds.size() != 1) return failed("request", "has not one file, index-v2.json");
  HALLMARK_TRY(subject.file,
               private_copy(subject.context.layout, fds[0].get(), kMaxFdroidIndex, kIndexSubject));
  HALLMARK_TRY(const MappedFile text,
               MappedFile::map(subject.file.fd.get(), kMaxFdroidIndex, kIndexSubject));
  HALLMARK_TRY(subject.shown, untrusted(read_fdroid_index(as_text(text.bytes()))));
  return ok_status();
}

// Else an app that another terminal publishes would be missing from what this one signs.
Status every_listed_app_was_seen_here(FdroidCase& subject) {
  HALLMARK_TRY(const std::vector<UnseenApk> unseen, subject.context.state.unseen_apks());
  for (const UnseenApk& apk : unseen) {
    if (apk.terminal == subject.context.origin.terminal ||
        subject.policy.policy.log_key(apk.terminal) == nullptr) {
      continue;
    }
    return policy_error(apk.path, "was signed on terminal " + apk.terminal + ", and not yet here",
                        "hallmark sign PRODUCT VERSION, which gives the same bytes");
  }
  return ok_status();
}

Status fdroid_index_is_what_was_signed(FdroidCase& subject) {
  HALLMARK_TRY(const std::string expected, untrusted(expected_index(subject)));
  HALLMARK_TRY(const MappedFile text,
               MappedFile::map(subject.file.fd.get(), kMaxFdroidIndex, kIndexSubject));
  if (as_text(text.bytes()) == expected) return ok_status();
  HALLMARK_TRY(const Json wanted, parse_json(expected, kIndexSubject, {kMaxFdroidIndex, 16}));
  return policy_error(
      kIndexSubject,
      "is not what was signed here: " + fdroid_difference(subject.shown.json, wanted),
      "an app is in it for as long as it is not withdrawn: hallmark compose, or "
      "hallmark withdraw");
}

Result<std::optional<SignedFdroidIndex>> fdroid_index_that_still_stands(const FdroidCase& subject) {
  HALLMARK_TRY(std::optional<SignedFdroidIndex> newest,
               subject.context.state.newest_fdroid_index());
  if (!newest) return newest;
  // What another terminal has signed since is what users have.
  HALLMARK_TRY(const std::optional<LastFdroidIndex> last, last_fdroid_index(subject.context));
  const bool is_the_last = !last || last->terminal == subject.context.origin.terminal;
  const bool stands = is_the_last && newest->sha256 == subject.file.digest.sha256 &&
                      newest->certificate == subject.key.back().policy.certificate_sha256;
  if (!stands) newest.reset();
  return newest;
}

Status fdroid_timestamp_is_newer_than_the_last(FdroidCase& subject) {
  HALLMARK_TRY(const std::optional<LastFdroidIndex> last, last_fdroid_index(subject.context));
  if (!last) return ok_status();
  subject.follows = last->jar;
  if (subject.shown.timestamp > last->timestamp) return ok_status();
  return policy_error(kIndexSubject,
                      "is of " + format_utc(subject.shown.timestamp) + ", and the last one is of " +
                          format_utc(last->timestamp) + ", of terminal " + last->terminal,
                      "compose it again");
}

Status fdroid_timestamp_is_not_ahead_of_the_clock(FdroidCase& subject) {
  const int64_t timestamp = subject.shown.timestamp;
  constexpr auto kStep = std::chrono::milliseconds(50);
  // Two in one second: the second one is of the next.
  for (int i = 0; i < 25 && timestamp == subject.context.now() + 1; ++i) {
    std::this_thread::sleep_for(kStep);
  }
  if (timestamp <= subject.context.now()) return ok_status();
  return policy_error(
      kIndexSubject,
      "is of " + format_utc(timestamp) + ", and here it is " + format_utc(subject.context.now()),
      "compare the clocks; then compose it again");
}

}  // namespace hallmark
