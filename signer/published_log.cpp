#include "signer/published_log.hpp"

#include <unistd.h>

#include <algorithm>
#include <map>

#include "signer/rules.hpp"
#include "verify/log/log_key.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxPublished = 64;
constexpr std::size_t kMaxCheckpoint = 8192;  // bytes
constexpr const char* kRestore = "restore the newest copy of sign/; nothing is signed until then";

Result<std::vector<std::string>> handed_in_checkpoints(const Message& untrusted_request) {
  std::vector<std::string> notes;
  if (!untrusted_request.body.contains("published_checkpoints")) return notes;
  HALLMARK_TRY(const Json* list,
               request_array(untrusted_request.body, "published_checkpoints", kMaxPublished));
  for (const Json& note : *list) {
    if (!note.is_string()) return failed("request", "has a checkpoint that is no text");
    notes.push_back(note.get<std::string>());
    if (notes.back().size() > kMaxCheckpoint) {
      return failed("request", "has too long a checkpoint");
    }
  }
  return notes;
}

// What this signer published last; empty: nothing yet. sign/ may have been put back to an older day
// without it.
Result<std::string> own_public_checkpoint(const SignerContext& context) {
  const std::string path = context.layout.public_log(context.origin.terminal) / "checkpoint";
  if (::access(path.c_str(), F_OK) != 0) return std::string();
  return read_file(path, kMaxCheckpoint);
}

// The roots of the log when it had these numbers of leaves.
Result<std::map<uint64_t, Sha256Digest>> roots_at(const SignerContext& context, const LogHead& head,
                                                  const std::vector<Checkpoint>& checkpoints) {
  std::map<uint64_t, Sha256Digest> roots;
  for (const Checkpoint& checkpoint : checkpoints) roots[checkpoint.tree.size] = {};
  MerkleFrontier tree;
  HALLMARK_CHECK(context.log.each_line(head, [&](std::string_view line) {
    tree.append(merkle_leaf(line));
    const auto wanted = roots.find(tree.size());
    if (wanted != roots.end()) wanted->second = tree.root();
    return ok_status();
  }));
  return roots;
}

Error contradicted(const std::string& cause) {
  return verification_error("signing state", cause, kRestore);
}

Status contradict(const SignerContext& context, const std::string& cause) {
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.set_contradiction(cause));
  HALLMARK_CHECK(transaction.commit());
  return contradicted(cause);
}

}  // namespace

Status no_contradiction_stands(PublishedLogCase& subject) {
  HALLMARK_TRY(const std::string cause, subject.context.state.contradiction());
  return cause.empty() ? ok_status() : Status(contradicted(cause));
}

Status published_checkpoints_are_this_terminals(PublishedLogCase& subject) {
  HALLMARK_TRY(std::vector<std::string> notes, handed_in_checkpoints(subject.untrusted_request));
  subject.handed_in = !notes.empty();
  HALLMARK_TRY(std::string own, own_public_checkpoint(subject.context));
  if (!own.empty()) notes.push_back(std::move(own));
  if (notes.empty()) return ok_status();
  HALLMARK_TRY(const std::optional<InstalledPolicy> policy, subject.context.state.policy());
  if (!policy) return policy_error("policy", "is not installed", "hallmark init");
  HALLMARK_TRY(const NoteKey key, log_key_of(policy->policy, subject.context.origin.terminal));
  for (const std::string& note : notes) {
    Result<Checkpoint> checkpoint = open_checkpoint(note, key);
    if (!checkpoint.ok()) {
      return verification_error("published checkpoint",
                                "is not of this terminal's log: " + checkpoint.error().message(),
                                "find out who put it where this terminal publishes");
    }
    subject.published.push_back(std::move(*checkpoint));
  }
  return ok_status();
}

Status published_log_is_the_beginning_of_this_one(PublishedLogCase& subject) {
  const SignerContext& context = subject.context;
  HALLMARK_TRY(const LogHead head, context.state.log_head());
  HALLMARK_TRY(const std::optional<SignedCheckpoint> last, context.state.last_checkpoint());
  for (const Checkpoint& seen : subject.published) {
    if (seen.tree.size <= head.tree.size()) continue;
    return contradict(context, "is an old copy: the published log has " +
                                   std::to_string(seen.tree.size) + " leaves, and it knows of " +
                                   std::to_string(head.tree.size()));
  }
  // Nearly always the one that was signed last; only another costs reading the whole log.
  std::vector<Checkpoint> others = subject.published;
  std::erase_if(others, [&](const Checkpoint& seen) { return last && seen.tree == last->tree; });
  if (others.empty()) return ok_status();
  HALLMARK_TRY(const auto roots, roots_at(context, head, others));
  for (const Checkpoint& seen : others) {
    if (roots.at(seen.tree.size) == seen.tree.root) continue;
    return contradict(context, "does not continue the published log: of the first " +
                                   std::to_string(seen.tree.size) +
                                   " leaves at least one is another; it was an old copy");
  }
  return ok_status();
}

const char* published_log_verdict(const PublishedLogCase& subject) {
  return subject.handed_in ? "agrees" : "not compared";
}

}  // namespace hallmark
