#include "cli/sibling_logs.hpp"

#include <algorithm>
#include <optional>

#include "verify/log/log_key.hpp"
#include "verify/log/tiles.hpp"

namespace hallmark {
namespace {

// How many lines the signer knows of a sibling's log.
Result<uint64_t> known_size(TerminalRoot& root, const std::string& terminal) {
  HALLMARK_TRY(const Message work, root.request("hallmark-sign", Json{{"type", "sibling-work"},
                                                                      {"terminal", terminal}}));
  for (const Json& sibling : work.body.value("siblings", Json::array())) {
    if (sibling.value("terminal", std::string()) == terminal) {
      return sibling.value("size", uint64_t{0});
    }
  }
  return uint64_t{0};
}

Result<Message> import_lines(TerminalRoot& root, const std::string& terminal, const ServedLog& log,
                             uint64_t from) {
  HALLMARK_TRY(const Message lines, root.request("hallmark-push", Json{{"type", "served-lines"},
                                                                       {"address", log.address},
                                                                       {"terminal", terminal},
                                                                       {"from", from},
                                                                       {"to", log.size}}));
  if (lines.fds.size() != 1) return failed("hallmark-push", "answers without the log's lines");
  const std::vector<int> fds = {lines.fds.front().get()};
  return root.request("hallmark-sign",
                      Json{{"type", "import-sibling-log"},
                           {"terminal", terminal},
                           {"checkpoint", log.note},
                           {"from", from}},
                      fds);
}

// New lines only; where they do not lead to the signed root, all of them, so that the signer sees
// whether the log was forked or the address serves something else in its place.
Result<Message> import_log(TerminalRoot& root, const std::string& terminal, const ServedLog& log,
                           uint64_t known) {
  if (log.size <= known) {
    return root.request(
        "hallmark-sign",
        Json{{"type", "import-sibling-log"}, {"terminal", terminal}, {"checkpoint", log.note}});
  }
  const uint64_t from = known / kTileWidth * kTileWidth;
  Result<Message> imported = import_lines(root, terminal, log, from);
  if (imported.ok() || from == 0 || imported.error().kind != ErrorKind::kVerification) {
    return imported;
  }
  return import_lines(root, terminal, log, 0);
}

Result<std::vector<ServedLog>> logs_of(TerminalRoot& root, const std::string& terminal,
                                       const NoteKey& key) {
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-push",
                            Json{{"type", "published-checkpoints"}, {"terminal", terminal}}));
  std::vector<std::string> troubles;
  std::vector<ServedLog> logs =
      served_logs(answer.body.value("addresses", Json::array()), key, troubles);
  for (const std::string& trouble : troubles) {
    root.screen().warn("release log of " + terminal + ": " + trouble);
  }
  return logs;
}

// An address may serve junk in a log's place, and another the log: all are tried.
Result<SiblingImport> import_one(TerminalRoot& root, const Policy& policy,
                                 const std::string& terminal) {
  HALLMARK_TRY(const NoteKey key, log_key_of(policy, terminal));
  HALLMARK_TRY(const std::vector<ServedLog> logs, logs_of(root, terminal, key));
  HALLMARK_TRY(const uint64_t before, known_size(root, terminal));
  SiblingImport report{terminal, before, 0, false};
  std::optional<Error> trouble;
  for (const ServedLog& log : logs) {
    const Result<Message> imported = import_log(root, terminal, log, report.size);
    if (!imported.ok()) {
      if (!trouble) trouble = imported.error();
      continue;
    }
    report.asked = true;
    report.size = std::max(report.size, imported->body.value("size", uint64_t{0}));
  }
  if (trouble && !report.asked) return *trouble;
  if (trouble) root.screen().warn("release log of " + terminal + ": " + trouble->message());
  report.new_lines = report.size - before;
  return report;
}

}  // namespace

std::vector<std::string> sibling_names(const Policy& policy, const std::string& terminal) {
  std::vector<std::string> names;
  for (const LogKeyPolicy& key : policy.log_keys) {
    if (key.terminal != terminal) names.push_back(key.terminal);
  }
  return names;
}

std::vector<ServedLog> served_logs(const Json& untrusted_addresses, const NoteKey& key,
                                   std::vector<std::string>& troubles) {
  std::vector<ServedLog> logs;
  for (const Json& address : untrusted_addresses) {
    const std::string url = address.value("url", std::string());
    if (address.contains("problem")) {
      troubles.push_back(url + ": " + address.value("problem", std::string()));
    }
    if (!address.contains("checkpoint")) continue;
    ServedLog log{address.value("address", std::string()),
                  address.value("checkpoint", std::string()), 0};
    const Result<Checkpoint> checkpoint = open_checkpoint(log.note, key);
    if (!checkpoint.ok()) {
      troubles.push_back(url + ": what it serves is not of this log: " + checkpoint.error().cause);
      continue;
    }
    log.size = checkpoint->tree.size;
    logs.push_back(std::move(log));
  }
  // Of one checkpoint several addresses may have the lines: each of them stays.
  std::stable_sort(logs.begin(), logs.end(),
                   [](const ServedLog& a, const ServedLog& b) { return a.size > b.size; });
  return logs;
}

Result<std::vector<SiblingImport>> import_sibling_logs(TerminalRoot& root) {
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  HALLMARK_TRY(const Policy policy, root.policy());
  std::vector<SiblingImport> reports;
  std::optional<Error> trouble;
  for (const std::string& name : sibling_names(policy, terminal.name)) {
    Result<SiblingImport> imported = import_one(root, policy, name);
    // One sibling's trouble does not keep the others from being asked.
    if (imported.ok()) {
      reports.push_back(std::move(*imported));
    } else if (!trouble) {
      trouble = imported.error();
    }
  }
  if (trouble) return *trouble;
  return reports;
}

}  // namespace hallmark
