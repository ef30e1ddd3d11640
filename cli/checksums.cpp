#include "cli/checksums.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "cli/own_log.hpp"
#include "verify/checksums.hpp"

namespace hallmark {
namespace {

// A list and its signatures, as the signer knows them.
struct KnownList {
  ReleaseName release;
  std::string terminal;
  bool stands = false;
  bool current = false;  // of one that was asked for by its name
  Json files;            // [{"path", "size", "sha256"}], the list first

  std::vector<std::string> digests() const {
    std::vector<std::string> out;
    for (const Json& file : files) out.push_back(file.value("sha256", std::string()));
    return out;
  }
};

KnownList read_known(const Json& entry) {
  return {{entry.value("product", std::string()), entry.value("version", std::string())},
          entry.value("terminal", std::string()),
          entry.value("stands", false),
          entry.value("current", false),
          entry.value("files", Json::array())};
}

Result<std::vector<KnownList>> known_lists(TerminalRoot& root) {
  std::vector<KnownList> out;
  Json request = {{"type", "checksums"}};
  for (;;) {
    HALLMARK_TRY(const Message page, root.request("hallmark-sign", request));
    for (const Json& entry : page.body.value("checksums", Json::array())) {
      out.push_back(read_known(entry));
    }
    if (!page.body.contains("next")) return out;
    request["after"] = page.body["next"];
  }
}

Result<std::optional<KnownList>> known_list(TerminalRoot& root, const ReleaseName& release) {
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-sign", Json{{"type", "checksums"},
                                                  {"product", release.product},
                                                  {"version", release.version}}));
  const Json entries = answer.body.value("checksums", Json::array());
  if (entries.empty()) return std::optional<KnownList>();
  return std::optional<KnownList>(read_known(entries.front()));
}

// Digests of what the publisher has, by product and version.
using Present = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;

Result<Present> present_lists(TerminalRoot& root) {
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-push", Json{{"type", "list-checksums"}}));
  Present out;
  for (const Json& entry : answer.body.value("checksums", Json::array())) {
    out[{entry.value("product", std::string()), entry.value("version", std::string())}] =
        entry.value("files", std::vector<std::string>());
  }
  return out;
}

bool is_present(const Present& present, const KnownList& list) {
  const auto found = present.find({list.release.product, list.release.version});
  return found != present.end() && found->second == list.digests();
}

Status attach(TerminalRoot& root, const ReleaseName& release, const Json& texts) {
  const auto attached = root.request("hallmark-push", Json{{"type", "attach-checksums"},
                                                           {"product", release.product},
                                                           {"version", release.version},
                                                           {"sums", texts.value("sums", "")},
                                                           {"openpgp", texts.value("openpgp", "")},
                                                           {"sshsig", texts.value("sshsig", "")}});
  return attached.ok() ? ok_status() : Status(attached.error());
}

// The same bytes as before, where this terminal signed just this before.
Result<Json> sign(TerminalRoot& root, const ReleaseName& release,
                  const char* request = "sign-checksums") {
  HALLMARK_TRY(const Json published, published_checkpoints(root));
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));
  HALLMARK_TRY(Message answer,
               root.request("hallmark-sign", Json{{"type", request},
                                                  {"product", release.product},
                                                  {"version", release.version},
                                                  {"published_checkpoints", published}}));
  return std::move(answer.body);
}

Result<std::string> text_of(TerminalRoot& root, const FilesAtHand& at_hand, const Json& file) {
  HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(file.value("sha256", "")));
  HALLMARK_TRY(const UniqueFd here, at_hand.find(sha256, file.value("size", uint64_t{0})));
  if (here) return read_all(here.get(), kMaxChecksums, file.value("path", ""));
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-push",
                            Json{{"type", "served-files"}, {"files", Json::array({file})}}));
  if (answer.fds.size() != 1)
    return failed("hallmark-push", "answers with another number of files");
  return read_all(answer.fds.front().get(), kMaxChecksums, file.value("path", ""));
}

Status take_over(TerminalRoot& root, const FilesAtHand& at_hand, const KnownList& list) {
  constexpr const char* kTexts[] = {"sums", "openpgp", "sshsig"};
  if (list.files.size() != std::size(kTexts)) {
    return failed("hallmark-sign", "answers with another number of files");
  }
  Json texts = Json::object();
  for (std::size_t i = 0; i < std::size(kTexts); ++i) {
    HALLMARK_TRY(texts[kTexts[i]], text_of(root, at_hand, list.files[i]));
  }
  return attach(root, list.release, texts);
}

Status renew(TerminalRoot& root, const ReleaseName& release) {
  HALLMARK_TRY(const std::optional<KnownList> known, known_list(root, release));
  HALLMARK_TRY(const Present present, present_lists(root));
  if (known && known->current) {
    if (is_present(present, *known)) return ok_status();
    HALLMARK_TRY(const Terminal terminal, root.terminal());
    const bool own = known->terminal == terminal.name;
    // What that terminal never published nobody misses: this one signs.
    if (!own && take_over(root, FilesAtHand(), *known).ok()) return ok_status();
  }
  HALLMARK_TRY(const Json texts, sign(root, release));
  return attach(root, release, texts);
}

Status reconcile_one(TerminalRoot& root, const FilesAtHand& at_hand, const Terminal& terminal,
                     const Present& present, const KnownList& list) {
  const bool there = present.contains({list.release.product, list.release.version});
  if (!list.stands) return there ? remove_checksums(root, list.release) : ok_status();
  if (is_present(present, list)) return ok_status();
  if (list.terminal != terminal.name) return take_over(root, at_hand, list);
  HALLMARK_TRY(const Json texts, sign(root, list.release));
  return attach(root, list.release, texts);
}

Status reconcile(TerminalRoot& root, const FilesAtHand& at_hand) {
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  HALLMARK_TRY(const std::vector<KnownList> known, known_lists(root));
  if (known.empty()) return ok_status();
  HALLMARK_TRY(const Present present, present_lists(root));
  std::optional<Error> trouble;
  for (const KnownList& list : known) {
    // One that is not served yet keeps no other from coming.
    const Status done = reconcile_one(root, at_hand, terminal, present, list);
    if (!done.ok() && !trouble) trouble = done.error();
  }
  return trouble ? Status(*trouble) : ok_status();
}

}  // namespace

void renew_checksums(TerminalRoot& root, const ReleaseName& release, StepReport& report) {
  const std::string path = checksums_folder(release.product, release.version) + kChecksumsFile;
  const Status renewed = renew(root, release);
  if (!renewed.ok()) {
    root.screen().warn(path + " stays as it is: " + renewed.error().message());
    return;
  }
  report.summary += "; " + path;
  report.details["checksums"] = path;
}

void renew_attestation(TerminalRoot& root, const ReleaseName& release, StepReport& report) {
  const auto renew_it = [&]() -> Status {
    HALLMARK_TRY(const Json made, sign(root, release, "sign-attestation"));
    const auto attached =
        root.request("hallmark-push", Json{{"type", "attach-attestation"},
                                           {"product", release.product},
                                           {"version", release.version},
                                           {"attestation", made.value("attestation", "")}});
    return attached.ok() ? ok_status() : Status(attached.error());
  };
  const Status renewed = renew_it();
  if (renewed.ok()) {
    report.details["attested"] = true;
  } else {
    root.screen().warn("attestation of " + release.text() + ": " + renewed.error().message());
  }
}

Status remove_checksums(TerminalRoot& root, const ReleaseName& release) {
  const auto removed = root.request("hallmark-push", Json{{"type", "remove-checksums"},
                                                          {"product", release.product},
                                                          {"version", release.version}});
  return removed.ok() ? ok_status() : Status(removed.error());
}

void reconcile_checksums(TerminalRoot& root, const FilesAtHand& at_hand) {
  const Status done = reconcile(root, at_hand);
  if (!done.ok()) root.screen().warn("checksums of releases: " + done.error().message());
}

}  // namespace hallmark
