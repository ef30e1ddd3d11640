// refresh-apt-release: the heartbeat. The newest Release again, with a new Date and Valid-Until.
#include <set>

#include "core/model/approval.hpp"
#include "signer/rules.hpp"
#include "signer/sign_apt_release.hpp"

namespace hallmark {
namespace {

constexpr std::string_view kListBegins = "\nSHA256:\n";
// It needs nobody's approval: whoever has the CLI could fill log and state with signatures.
constexpr int64_t kMostInADay = 24;
constexpr const char* kCompose = "release or compose it: what changed is signed with its indices";

// The third word of each line of a Release's list.
std::set<std::string> listed_paths(std::string_view list) {
  std::set<std::string> out;
  while (!list.empty()) {
    const std::string_view line = list.substr(0, list.find('\n'));
    out.emplace(line.substr(line.rfind(' ') + 1));
    list.remove_prefix(std::min(line.size() + 1, list.size()));
  }
  return out;
}

Result<FileDigest> digest_of_own(const State& state, const IndexPlace& place) {
  Sha256Hasher hasher;
  FileDigest digest;
  HALLMARK_CHECK(state.each_stanza(place, [&](const DerivedStanza& stanza) {
    hasher.update(stanza.text);
    hasher.update("\n");
    digest.size += stanza.text.size() + 1;
    return ok_status();
  }));
  digest.sha256 = hasher.finish();
  return digest;
}

Status is_listed(const ReleaseCase& subject, const ReleaseEntry& entry) {
  if (subject.list.find(release_list({entry})) != std::string::npos) return ok_status();
  return policy_error("suite " + subject.suite->name,
                      "has changed since its newest Release, in " + entry.path, kCompose);
}

}  // namespace

Status suite_has_a_release(ReleaseCase& subject) {
  HALLMARK_TRY(const std::optional<SignedRelease> newest,
               subject.context.state.newest_release(subject.suite->name));
  const std::string subject_name = "suite " + subject.suite->name;
  if (!newest) return policy_error(subject_name, "has no Release yet", "hallmark release");
  const std::size_t at = newest->release.find(kListBegins);
  if (at != std::string::npos) subject.list = newest->release.substr(at + kListBegins.size());
  if (sha256(subject.list) == newest->indices) return ok_status();
  return failed("signing state", "holds a Release that is not the one that was signed");
}

Status release_lists_the_suites_indices(ReleaseCase& subject) {
  std::set<std::string> wanted;
  HALLMARK_TRY(const std::vector<IndexPlace> places,
               index_places(subject.context.state, *subject.suite));
  for (const IndexPlace& place : places) {
    for (const char* form : {"", ".gz", ".xz"}) wanted.insert(index_path(place) + form);
    const std::string contents = contents_path(*subject.suite, place);
    if (contents.empty()) continue;
    for (const char* form : {"", ".gz"}) wanted.insert(contents + form);
  }
  if (listed_paths(subject.list) == wanted) return ok_status();
  return policy_error("suite " + subject.suite->name,
                      "has other components or architectures than its newest Release", kCompose);
}

Status nothing_changed_since_the_release(ReleaseCase& subject) {
  HALLMARK_TRY(const std::vector<IndexPlace> places,
               index_places(subject.context.state, *subject.suite));
  for (const IndexPlace& place : places) {
    HALLMARK_TRY(const FileDigest own, digest_of_own(subject.context.state, place));
    HALLMARK_CHECK(is_listed(subject, {index_path(place), own}));
    const std::string contents = contents_path(*subject.suite, place);
    if (contents.empty()) continue;
    HALLMARK_TRY(const FileDigest text, subject.context.state.update_contents_of(place));
    HALLMARK_CHECK(is_listed(subject, {contents, text}));
  }
  return ok_status();
}

Status indices_are_not_signed_too_often(ReleaseCase& subject) {
  const int64_t now = subject.context.now();
  // What a wrong clock has dated ahead of now says nothing about today.
  HALLMARK_TRY(const int64_t signed_today,
               subject.context.state.count_releases(subject.suite->name, sha256(subject.list),
                                                    {now - kDay, now}));
  if (signed_today < kMostInADay) return ok_status();
  return policy_error(
      "suite " + subject.suite->name,
      "has had its newest indices signed " + std::to_string(signed_today) + " times within a day",
      "hallmark publish: the newest Release is signed already");
}

}  // namespace hallmark
