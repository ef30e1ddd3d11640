#include "cli/sibling_adopt.hpp"

#include <algorithm>
#include <set>

#include "cli/json_text.hpp"
#include "cli/steps/signed_apk.hpp"
#include "core/model/product.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kBatch = 50;                  // files of one request
constexpr uint64_t kMaxText = uint64_t{24} << 20U;  // bytes

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

// Where the publisher of the sibling put a signed app: its name follows from the product file,
// which is in the kept request.
Result<std::string> apk_path(const std::string& kept_request, const Json& item,
                             const Json& artefact) {
  HALLMARK_TRY(const Json request, parse_json(kept_request, "kept request"));
  const std::string text = request.value("product", std::string());
  HALLMARK_TRY(const Product product, parse_product(text, "product file of the kept request"));
  return "apk/" + served_apk_name(product, text_of(item, "version"), text_of(artefact, "name"));
}

Result<Json> wanted_artefacts(const Json& item, int kept_request) {
  Json files = Json::array();
  for (const Json& artefact : item.value("artefacts", Json::array())) {
    if (artefact.value("unserved", false)) {
      return policy_error(sibling_work_in_words(item),
                          "cannot be adopted yet: " + text_of(artefact, "name") +
                              " is served by nobody, because it is not signed there yet",
                          "publish it there, or build and accept the same lock here");
    }
    std::string path = text_of(artefact, "path");
    if (path.empty()) {
      HALLMARK_TRY(const std::string text, read_all(kept_request, kMaxText, "kept request"));
      HALLMARK_TRY(path, apk_path(text, item, artefact));
    }
    files.push_back({{"path", path}, {"sha256", artefact["sha256"]}, {"size", artefact["size"]}});
  }
  return files;
}

Status adopt_one(TerminalRoot& root, const Json& item) {
  Json texts = Json::array({kept_text(item, "request")});
  Json request = {
      {"type", "adopt"}, {"terminal", item["terminal"]}, {"sequence", item["sequence"]}};
  if (item.contains("policy")) {
    texts.push_back(kept_text(item, "policy"));
    request["policy"] = true;
  }
  std::vector<UniqueFd> files;
  HALLMARK_CHECK(fetch_files(root, texts, files));
  HALLMARK_TRY(const Json artefacts, wanted_artefacts(item, files.front().get()));
  HALLMARK_CHECK(fetch_files(root, artefacts, files));
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
  if (kind == "withdrawal") what = release + " called back from " + text_of(item, "suite");
  if (kind == "policy") what = "a change of the policy";
  const std::string people = joined(item.value("approvers", Json::array()));
  return text_of(item, "terminal") + ": " + what +
         (people.empty() ? "" : " (approved by " + people + ")");
}

Result<AdoptReport> adopt_sibling_work(TerminalRoot& root) {
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
      HALLMARK_CHECK(adopt_one(root, item));
      report.adopted.push_back(words);
      report.policy_changed = report.policy_changed || text_of(item, "kind") == "policy";
      left -= std::min(left, item.value("lines", uint64_t{1}));
    }
  }
}

}  // namespace hallmark
