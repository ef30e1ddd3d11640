#include "signer/sibling_work.hpp"

#include <deque>
#include <set>

#include "core/model/approval.hpp"
#include "signer/rules.hpp"
#include "signer/sibling_apks.hpp"
#include "signer/sibling_rules.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxPage = 256;
constexpr uint64_t kLookAhead = 4096;   // lines of each log
constexpr uint64_t kMostImported = 64;  // lines: as many files are handed in at once

using Queue = std::deque<SiblingLine>;
// Of first lines: terminal and number.
using Settled = std::set<std::pair<std::string, uint64_t>>;

// It was first another sibling's line, which comes from that one's own log.
bool is_copy(const Policy& policy, const SiblingLine& line) {
  return !line.origin.empty() && policy.log_key(line.origin) != nullptr;
}

bool belongs_to(const SiblingWork& work, const SiblingLine& line) {
  const SiblingLine& first = work.first;
  if (line.sequence != first.sequence + work.lines || line.request != first.request ||
      line.kind != first.kind || line.origin != first.origin ||
      line.origin_sequence != first.origin_sequence) {
    return false;
  }
  if (!first.number) return true;
  return work.lines < kMostImported && line.number == *first.number + work.lines;
}

SiblingWork take_work(Queue& queue) {
  SiblingWork work{queue.front(), 1};
  queue.pop_front();
  for (; !queue.empty() && belongs_to(work, queue.front()); ++work.lines) queue.pop_front();
  return work;
}

// Copies whose first line is judged, or will be by what comes before, are in nobody's way.
void drop_settled_copies(const Policy& policy, const Settled& settled, Queue& queue) {
  while (!queue.empty() && is_copy(policy, queue.front()) &&
         settled.contains({queue.front().origin, queue.front().origin_sequence})) {
    queue.pop_front();
  }
}

// The queue whose turn it is: the oldest that waits for no other.
Queue* next_queue(const Policy& policy, std::vector<Queue>& queues) {
  Queue* next = nullptr;
  for (Queue& queue : queues) {
    if (queue.empty() || is_copy(policy, queue.front())) continue;
    if (next == nullptr || queue.front().time < next->front().time) next = &queue;
  }
  return next;
}

Result<std::vector<SiblingWork>> work_in_order(const SignerContext& context, const Policy& policy,
                                               const std::string& only) {
  std::vector<Queue> queues;
  for (const std::string& terminal : siblings_of(policy, context.origin.terminal)) {
    HALLMARK_TRY(const std::vector<SiblingLine> lines,
                 context.state.pending_lines(terminal, kLookAhead));
    queues.emplace_back(lines.begin(), lines.end());
  }
  Settled settled;
  std::vector<SiblingWork> out;
  while (out.size() < kMaxPage) {
    for (Queue& queue : queues) drop_settled_copies(policy, settled, queue);
    Queue* queue = next_queue(policy, queues);
    if (queue == nullptr) break;
    SiblingWork work = take_work(*queue);
    settled.emplace(work.first.terminal, work.first.sequence);
    if (only.empty() || only == work.first.terminal) out.push_back(std::move(work));
  }
  return out;
}

Result<bool> is_here(const State& state, const Json& line) {
  HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(line.value("sha256", "")));
  const std::string release = line.value("lock", line.value("manifest", ""));
  return state.is_accepted_at({release, line.value("suite", ""), line.value("component", "")},
                              sha256);
}

// What must be handed in of what this line accepted.
Result<Json> needed_file(const SignerContext& context, const std::string& terminal,
                         const Json& line) {
  HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(line.value("sha256", "")));
  Json file = {{"name", line.value("name", "")},
               {"sha256", sha256.hex()},
               {"size", line.value("size", uint64_t{0})}};
  if (line.contains("path")) file["path"] = line["path"];
  if (!line.contains("application")) return file;
  HALLMARK_TRY(const std::optional<SignedApk> apk, form_to_adopt(context, terminal, sha256));
  if (apk) {
    file["unsigned_sha256"] = sha256.hex();
    file["unsigned_size"] = file["size"];
    file.update({{"sha256", apk->apk.sha256.hex()}, {"size", apk->apk.size}});
  }
  if (!apk || !file.contains("path")) file["unserved"] = true;
  return file;
}

// The request is done as a whole, or not at all: other builds of the same release may have brought
// some of the files, its source among them.
Result<Json> files_of(const SignerContext& context, const std::vector<SiblingLine>& lines) {
  Json files = Json::array();
  bool all_here = true;
  HALLMARK_TRY(const CalledBackFiles called_back, called_back_files(context.state, lines));
  for (std::size_t i = 0; i < lines.size() && lines[i].kind == "acceptance"; ++i) {
    HALLMARK_TRY(const Json json, parse_json(lines[i].text, "line of a log"));
    HALLMARK_TRY(const bool here, is_here(context.state, json));
    all_here = all_here && here;
    if (called_back.contains(i)) continue;
    HALLMARK_TRY(Json file, needed_file(context, lines[i].terminal, json));
    files.push_back(std::move(file));
  }
  return all_here ? Json::array() : files;
}

Result<Json> describe_work(const SignerContext& context, const SiblingWork& work) {
  const State& state = context.state;
  HALLMARK_TRY(const std::vector<SiblingLine> lines,
               state.sibling_lines(work.first.terminal, work.first.sequence, work.lines));
  HALLMARK_TRY(const Json line, parse_json(lines.front().text, "line of a log"));
  Json out = {{"terminal", work.first.terminal},
              {"sequence", work.first.sequence},
              {"lines", work.lines},
              {"kind", work.first.kind},
              {"time", format_utc(work.time())},
              {"request", work.first.request}};
  for (const char* key : {"name", "product", "version", "suite", "suites", "from", "approvers"}) {
    if (line.contains(key)) out[key] = line[key];
  }
  HALLMARK_TRY(const bool known, state.policy_was_in_force(work.first.policy));
  if (!known) out["policy"] = work.first.policy;
  HALLMARK_TRY(out["artefacts"], files_of(context, lines));
  return out;
}

}  // namespace

Result<std::optional<SiblingWork>> next_work(const SignerContext& context, const Policy& policy,
                                             const std::string& terminal) {
  HALLMARK_TRY(const std::vector<SiblingLine> lines,
               context.state.pending_lines(terminal, kLookAhead));
  if (lines.empty() || is_copy(policy, lines.front())) return std::optional<SiblingWork>();
  Queue queue(lines.begin(), lines.end());
  return std::optional<SiblingWork>(take_work(queue));
}

Status settle_what_is_known(const SignerContext& context) {
  HALLMARK_TRY(const std::vector<Sibling> siblings, context.state.siblings());
  for (const Sibling& sibling : siblings) {
    HALLMARK_TRY(const std::vector<SiblingLine> policies,
                 context.state.sibling_policies(sibling.terminal));
    for (auto line = policies.rbegin(); line != policies.rend(); ++line) {
      HALLMARK_TRY(const bool known, context.state.policy_was_in_force(line->new_policy));
      if (!known) continue;
      HALLMARK_CHECK(context.state.settle_policies(sibling.terminal, line->sequence));
      break;
    }
  }
  return context.state.settle_copies();
}

Result<Json> siblings_status(const SignerContext& context) {
  Json out = Json::array();
  HALLMARK_TRY(const std::optional<InstalledPolicy> installed, context.state.policy());
  if (!installed) return out;
  for (const std::string& terminal : siblings_of(installed->policy, context.origin.terminal)) {
    HALLMARK_TRY(const std::optional<Sibling> known, context.state.sibling(terminal));
    HALLMARK_TRY(const int64_t left, context.state.count_pending(terminal));
    const Sibling sibling = known.value_or(Sibling{});
    Json entry = {{"terminal", terminal}, {"size", sibling.tree.size()}, {"left", left}};
    if (sibling.imported_at != 0) entry["imported"] = format_utc(sibling.imported_at);
    const std::string behind = what_is_missing(sibling);
    if (!behind.empty()) entry["behind"] = behind;
    if (!sibling.contradiction.empty()) entry["contradiction"] = sibling.contradiction;
    out.push_back(std::move(entry));
  }
  return out;
}

Result<Response> sibling_work_answer(const SignerContext& context, const Message& request) {
  std::string only;
  if (request.body.contains("terminal")) {
    HALLMARK_TRY(only, request_plain_name(request.body, "terminal"));
  }
  HALLMARK_TRY(const InstalledPolicy policy, context.state.policy_in_force());
  HALLMARK_TRY(const std::vector<SiblingWork> work, work_in_order(context, policy.policy, only));
  Json items = Json::array();
  for (const SiblingWork& item : work) {
    HALLMARK_TRY(Json described, describe_work(context, item));
    items.push_back(std::move(described));
  }
  HALLMARK_TRY(Json siblings, siblings_status(context));
  return Response{Json{{"siblings", std::move(siblings)}, {"work", std::move(items)}}, {}};
}

}  // namespace hallmark
