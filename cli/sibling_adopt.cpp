#include "cli/sibling_adopt.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "cli/json_text.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kBatch = 50;  // files of one request

std::string joined(const Json& names) {
  std::string out;
  for (const Json& name : names) {
    out += (out.empty() ? "" : ", ") + (name.is_string() ? name.get<std::string>() : "?");
  }
  return out;
}

Status fetch_files(TerminalRoot& root, const Json& files, std::vector<UniqueFd>& into) {
  for (std::size_t from = 0; from < files.size();) {
    const Json some = served_files_at_once(files, from);
    from += some.size();
    HALLMARK_TRY(Message answer,
                 root.request("hallmark-push", Json{{"type", "served-files"}, {"files", some}}));
    if (answer.fds.size() != some.size()) {
      return failed("hallmark-push", "answers with another number of files");
    }
    std::move(answer.fds.begin(), answer.fds.end(), std::back_inserter(into));
  }
  return ok_status();
}

Json kept_text(const Json& item, const char* key) {
  const std::string digest = text_of(item, key);
  return {{"path", "log/" + text_of(item, "terminal") + "/texts/" + digest}, {"sha256", digest}};
}

Error nobody_has(const Json& item, const Json& artefact) {
  return policy_error(
      sibling_work_in_words(item),
      "cannot be adopted yet: " + text_of(artefact, "name") + " is served by nobody",
      "publish it there; or 'hallmark build' the same lock here and 'hallmark sync "
      "--from' the folder with what it gave; or a policy must drop that terminal's "
      "log key");
}

Error not_served(const Json& item, Error error) {
  error.cause += "; it is of " + sibling_work_in_words(item);
  if (error.hint.empty()) {
    error.hint = "if no host serves it any more: 'hallmark sync --from' a folder with a copy of it";
  }
  return error;
}

// Also what an app was made from, which the signer takes as well as what a terminal made of it.
Result<UniqueFd> find_at_hand(const FilesAtHand& at_hand, const Json& artefact) {
  HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(text_of(artefact, "sha256")));
  HALLMARK_TRY(UniqueFd file, at_hand.find(sha256, artefact.value("size", uint64_t{0})));
  if (file || !artefact.contains("unsigned_sha256")) return file;
  HALLMARK_TRY(const Sha256Digest built,
               Sha256Digest::from_hex(text_of(artefact, "unsigned_sha256")));
  return at_hand.find(built, artefact.value("unsigned_size", uint64_t{0}));
}

// In the order of the item. What is not at hand comes from the hosts.
Status open_artefacts_of(TerminalRoot& root, const FilesAtHand& at_hand, const Json& item,
                         std::vector<UniqueFd>& into) {
  const Json artefacts = item.value("artefacts", Json::array());
  std::vector<UniqueFd> files(artefacts.size());
  std::vector<std::size_t> places;
  Json wanted = Json::array();
  for (std::size_t i = 0; i < artefacts.size(); ++i) {
    const Json& artefact = artefacts[i];
    HALLMARK_TRY(files[i], find_at_hand(at_hand, artefact));
    if (files[i]) continue;
    if (artefact.value("unserved", false)) return nobody_has(item, artefact);
    places.push_back(i);
    wanted.push_back({{"path", text_of(artefact, "path")},
                      {"sha256", artefact["sha256"]},
                      {"size", artefact["size"]}});
  }
  std::vector<UniqueFd> served;
  const Status fetched = fetch_files(root, wanted, served);
  if (!fetched.ok()) return not_served(item, fetched.error());
  for (std::size_t i = 0; i < places.size(); ++i) files[places[i]] = std::move(served[i]);
  std::move(files.begin(), files.end(), std::back_inserter(into));
  return ok_status();
}

Status adopt_one(TerminalRoot& root, const FilesAtHand& at_hand, const Json& item) {
  Json texts = Json::array({kept_text(item, "request")});
  Json request = {
      {"type", "adopt"}, {"terminal", item["terminal"]}, {"sequence", item["sequence"]}};
  if (item.contains("policy")) {
    texts.push_back(kept_text(item, "policy"));
    request["policy"] = true;
  }
  std::vector<UniqueFd> files;
  HALLMARK_CHECK(fetch_files(root, texts, files));
  HALLMARK_CHECK(open_artefacts_of(root, at_hand, item, files));
  std::vector<int> fds;
  for (const UniqueFd& file : files) fds.push_back(file.get());
  const auto adopted = root.request("hallmark-sign", request, fds);
  if (!adopted.ok()) return adopted.error();
  return ok_status();
}

uint64_t lines_left(const Json& work) {
  uint64_t left = 0;
  for (const Json& sibling : work.value("siblings", Json::array())) {
    left += sibling.value("left", uint64_t{0});
  }
  return left;
}

}  // namespace

Json served_files_at_once(const Json& files, std::size_t from) {
  Json some = Json::array();
  std::set<std::string> paths;
  for (std::size_t i = from; i < std::min(files.size(), from + kBatch); ++i) {
    if (!paths.insert(text_of(files[i], "path")).second) break;
    some.push_back(files[i]);
  }
  return some;
}

std::string sibling_work_in_words(const Json& untrusted_item) {
  const Json& item = untrusted_item;
  const std::string kind = text_of(item, "kind");
  const std::string release = text_of(item, "product") + " " + text_of(item, "version");
  std::string what = kind + " of " + text_of(item, "name");
  if (kind == "acceptance") what = release + " for " + text_of(item, "suite");
  if (kind == "promotion") {
    what = release + " from " + text_of(item, "from") + " to " + text_of(item, "suite");
  }
  if (kind == "rollout") what = "the rollout of " + release + " in " + text_of(item, "suite");
  if (kind == "withdrawal") what = release + " called back from " + text_of(item, "suite");
  if (kind == "policy") what = "a change of the policy";
  const std::string people = joined(item.value("approvers", Json::array()));
  return text_of(item, "terminal") + ": " + what +
         (people.empty() ? "" : " (approved by " + people + ")");
}

Result<AdoptReport> adopt_sibling_work(TerminalRoot& root, const FilesAtHand& at_hand) {
  AdoptReport report;
  uint64_t total = 0;
  for (;;) {
    HALLMARK_TRY(const Message answer,
                 root.request("hallmark-sign", Json{{"type", "sibling-work"}}));
    const Json items = answer.body.value("work", Json::array());
    if (items.empty()) return report;
    uint64_t left = lines_left(answer.body);
    total = std::max(total, left);
    for (const Json& item : items) {
      const std::string words = sibling_work_in_words(item);
      root.screen().progress(Json{{"step", "adopt"},
                                  {"done", total - std::min(total, left)},
                                  {"total", total},
                                  {"unit", "lines"},
                                  {"note", words}});
      HALLMARK_CHECK(adopt_one(root, at_hand, item));
      report.adopted.push_back(words);
      report.policy_changed = report.policy_changed || text_of(item, "kind") == "policy";
      left -= std::min(left, item.value("lines", uint64_t{1}));
    }
  }
}

}  // namespace hallmark
