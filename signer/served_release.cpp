// sign-apt-release and refresh-apt-release: what the group's other terminals signed for the suite.
#include <algorithm>

#include "core/model/approval.hpp"
#include "signer/rules.hpp"
#include "signer/sign_apt_release.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxServed = 64;
constexpr std::size_t kMaxInRelease = std::size_t{256} << 10U;  // bytes

}  // namespace

Status served_release_is_known(ReleaseCase& subject) {
  const Json& body = subject.untrusted_request.body;
  if (!body.contains("published_releases")) return ok_status();
  HALLMARK_TRY(const Json* served, request_array(body, "published_releases", kMaxServed));
  for (const Json& text : *served) {
    if (!text.is_string()) return failed("request", "has a served Release that is no text");
    const auto inrelease = text.get<std::string>();
    if (inrelease.size() > kMaxInRelease) {
      return verification_error("InRelease", "that is served is larger than any of ours");
    }
    const Sha256Digest digest = sha256(inrelease);
    HALLMARK_TRY(const bool known,
                 subject.context.state.release_is_known(subject.suite->name, "InRelease", digest));
    if (known) continue;
    return policy_error(
        "suite " + subject.suite->name,
        "is served with an InRelease that no terminal's log tells of, SHA-256 " + digest.hex(),
        "hallmark sync; if it stays so, find out who signed it");
  }
  return ok_status();
}

Result<std::optional<LastRelease>> last_release(const ReleaseCase& subject) {
  const SignerContext& context = subject.context;
  HALLMARK_TRY(const std::vector<KnownRelease> all,
               context.state.last_releases(subject.suite->name, "Release"));
  HALLMARK_TRY(const std::optional<int64_t> floor, context.state.time_floor());
  std::optional<LastRelease> last;
  for (const KnownRelease& release : all) {
    const bool own = release.terminal == context.origin.terminal;
    // The floor is lower where people have approved that the clock was ahead when that was signed.
    const int64_t date = own ? std::min(release.date, floor.value_or(release.date)) : release.date;
    if (last && date < last->date) continue;
    last = LastRelease{release.sha256, release.terminal, date};
  }
  return last;
}

Status note_known_releases(const ReleaseCase& subject, const SignedRelease& release) {
  const SignerContext& context = subject.context;
  const std::string& terminal = context.origin.terminal;
  HALLMARK_CHECK(context.state.add_known_release(
      {terminal, release.suite, "Release", sha256(release.release), release.date}));
  return context.state.add_known_release(
      {terminal, release.suite, "InRelease", sha256(release.inrelease), release.date});
}

}  // namespace hallmark
