#include "signer/sibling_import.hpp"

#include <algorithm>

#include "core/model/approval.hpp"
#include "signer/rules.hpp"
#include "signer/sibling_bounds.hpp"
#include "signer/sibling_work.hpp"
#include "verify/log/log_key.hpp"
#include "verify/log/tiles.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxBatch = uint64_t{256} << 20U;  // bytes of lines
constexpr std::size_t kMaxSiblingNote = 8192;         // bytes
constexpr int64_t kClockSkew = 600;                   // seconds that two clocks may differ by
constexpr uint64_t kLeastLine = 64;                   // bytes: each has six keys

std::string log_of(const SiblingImportCase& subject) { return subject.known.terminal + "'s log"; }

// What the known lines come to at the sizes that are asked for.
struct KnownAt {
  MerkleFrontier from;  // at the first line that was handed in
  Sha256Digest root;    // at the checkpoint's size, where that is known
};
Result<KnownAt> known_at(const SiblingImportCase& subject) {
  KnownAt out;
  MerkleFrontier tree;
  HALLMARK_CHECK(
      subject.context.state.each_sibling_line(subject.known.terminal, [&](std::string_view line) {
        if (tree.size() < subject.from) out.from.append(merkle_leaf(line));
        tree.append(merkle_leaf(line));
        if (tree.size() == subject.checkpoint.tree.size) out.root = tree.root();
        return ok_status();
      }));
  return out;
}

Error contradicted(const Sibling& sibling) {
  return verification_error(
      "terminal " + sibling.terminal, sibling.contradiction,
      "find out who has its log key; nothing is signed until a policy drops it");
}

// Two histories that one key has signed.
Status contradict(SiblingImportCase& subject, const std::string& cause) {
  subject.known.contradiction = cause;
  HALLMARK_TRY(Transaction transaction, subject.context.state.begin());
  HALLMARK_CHECK(subject.context.state.set_sibling(subject.known));
  HALLMARK_CHECK(transaction.commit());
  return contradicted(subject.known);
}

std::string two_trees(const MerkleTree& tree) {
  return "has signed two histories: of the first " + std::to_string(tree.size) +
         " lines of its log there are two";
}

// Its key says that there are so many lines, wherever they are.
Status note_what_was_seen(SiblingImportCase& subject) {
  const MerkleTree& tree = subject.checkpoint.tree;
  if (tree.size == subject.known.seen.size && tree.root != subject.known.seen.root) {
    return contradict(subject, two_trees(tree));
  }
  if (tree.size <= subject.known.seen.size) return ok_status();
  subject.known.seen = tree;
  HALLMARK_TRY(Transaction transaction, subject.context.state.begin());
  HALLMARK_CHECK(subject.context.state.set_sibling(subject.known));
  return transaction.commit();
}

Status read_first(SiblingImportCase& subject) {
  const Json& body = subject.untrusted_request.body;
  const auto from = body.find("from");
  if (from == body.end() || !from->is_number_unsigned() ||
      subject.untrusted_request.fds.size() != 1) {
    return failed("request", "lacks the lines, or the number 'from' of the first");
  }
  subject.from = from->get<uint64_t>();
  if (subject.from <= subject.known.tree.size()) return ok_status();
  return verification_error(log_of(subject), "lacks lines from number " +
                                                 std::to_string(subject.known.tree.size()) +
                                                 " to " + std::to_string(subject.from));
}

Status read_batch(SiblingImportCase& subject) {
  HALLMARK_CHECK(read_first(subject));
  HALLMARK_TRY(subject.file,
               private_copy(subject.context.layout, subject.untrusted_request.fds[0].get(),
                            kMaxBatch, "lines of " + log_of(subject)));
  HALLMARK_TRY(MappedFile batch,
               MappedFile::map(subject.file.fd.get(), kMaxBatch, log_of(subject)));
  subject.batch.emplace(std::move(batch));
  const std::string_view bytes = as_text(subject.batch->bytes());
  const uint64_t count = subject.checkpoint.tree.size - subject.from;
  // No memory is set aside for what cannot be there.
  if (count > bytes.size() / kLeastLine) {
    return verification_error(log_of(subject), "has fewer lines here than its checkpoint says");
  }
  HALLMARK_TRY(subject.lines, untrusted(parse_entry_bundle(bytes, count, log_of(subject))));
  return ok_status();
}

Result<bool> known_lines_are_these(const SiblingImportCase& subject) {
  const uint64_t overlap = subject.known.tree.size() - subject.from;
  uint64_t sequence = 0;
  bool same = true;
  if (overlap == 0) return same;
  HALLMARK_CHECK(
      subject.context.state.each_sibling_line(subject.known.terminal, [&](std::string_view line) {
        if (sequence >= subject.from) same = same && line == subject.lines[sequence - subject.from];
        ++sequence;
        return ok_status();
      }));
  return same;
}

Status checkpoint_is_of_known_lines(SiblingImportCase& subject) {
  const MerkleTree& tree = subject.checkpoint.tree;
  HALLMARK_TRY(const KnownAt known, known_at(subject));
  return known.root == tree.root ? ok_status() : contradict(subject, two_trees(tree));
}

Status lines_lead_to_the_checkpoint(SiblingImportCase& subject) {
  HALLMARK_CHECK(read_batch(subject));
  MerkleFrontier tree = subject.known.tree;
  if (subject.from != tree.size()) {
    HALLMARK_TRY(KnownAt known, known_at(subject));
    tree = std::move(known.from);
  }
  for (const std::string_view line : subject.lines) tree.append(merkle_leaf(line));
  if (tree.root() != subject.checkpoint.tree.root) {
    return verification_error(log_of(subject),
                              "is not continued by these lines to what its checkpoint says",
                              "hallmark sync; if it stays so, hand in the log from its first line");
  }
  HALLMARK_TRY(const bool same, known_lines_are_these(subject));
  if (same) return ok_status();
  return contradict(subject, two_trees({subject.known.tree.size(), {}}));
}

Status store_line(const SignerContext& context, ReadLine read) {
  SiblingLine& line = read.line;
  const std::string terminal = line.terminal;
  line.pending = !line.request.empty() && line.origin != context.origin.terminal;
  HALLMARK_CHECK(context.state.add_sibling_line(line));
  if (read.release) {
    // Of a clock that was ahead: else no Release could follow until then.
    if (read.release->date > context.now() + kClockSkew) read.release->date = context.now();
    HALLMARK_CHECK(context.state.add_known_release(*read.release));
  }
  if (read.checksums) {
    read.checksums->time = line.time;
    HALLMARK_CHECK(context.state.set_known_checksums(*read.checksums));
  }
  if (read.apk) HALLMARK_CHECK(context.state.add_sibling_apk({terminal, *read.apk}));
  return ok_status();
}

}  // namespace

Status policy_for_the_sibling(SiblingImportCase& subject) {
  HALLMARK_TRY(subject.policy, subject.context.state.policy_in_force());
  return ok_status();
}

Status sibling_is_in_the_policy(SiblingImportCase& subject) {
  HALLMARK_TRY(subject.known.terminal,
               request_plain_name(subject.untrusted_request.body, "terminal"));
  const std::string& terminal = subject.known.terminal;
  const LogKeyPolicy* named = subject.policy.policy.log_key(terminal);
  if (terminal == subject.context.origin.terminal) {
    return policy_error("terminal " + terminal, "is this one, and no sibling of itself");
  }
  if (named == nullptr) {
    return policy_error("terminal " + terminal, "has no log key in the installed policy");
  }
  subject.known.key = named->key;
  HALLMARK_TRY(subject.key, log_key_of(subject.policy.policy, terminal));
  return ok_status();
}

Status sibling_keeps_its_log_key(SiblingImportCase& subject) {
  HALLMARK_TRY(const std::optional<Sibling> known,
               subject.context.state.sibling(subject.known.terminal));
  if (!known) return ok_status();
  if (known->key != subject.known.key) {
    return policy_error("terminal " + known->terminal, "was known by another log key",
                        "a terminal with a new log has a new name");
  }
  subject.known = *known;
  return ok_status();
}

Status sibling_did_not_contradict_itself(SiblingImportCase& subject) {
  if (subject.known.contradiction.empty()) return ok_status();
  return contradicted(subject.known);
}

Status sibling_checkpoint_is_signed_by_its_key(SiblingImportCase& subject) {
  HALLMARK_TRY(const std::string note, request_text(subject.untrusted_request.body, "checkpoint"));
  if (note.size() > kMaxSiblingNote) return failed("request", "has too long a checkpoint");
  Result<Checkpoint> checkpoint = open_checkpoint(note, *subject.key);
  if (!checkpoint.ok()) {
    return verification_error("checkpoint of " + log_of(subject),
                              "is none: " + checkpoint.error().message(),
                              "find out who put it where that terminal publishes");
  }
  subject.checkpoint = std::move(*checkpoint);
  return ok_status();
}

Status sibling_log_continues_what_was_seen(SiblingImportCase& subject) {
  HALLMARK_CHECK(note_what_was_seen(subject));
  if (subject.checkpoint.tree.size <= subject.known.tree.size()) {
    return checkpoint_is_of_known_lines(subject);
  }
  return lines_lead_to_the_checkpoint(subject);
}

Status sibling_lines_can_be_read(SiblingImportCase& subject) {
  for (uint64_t i = 0; i < subject.lines.size(); ++i) {
    const uint64_t sequence = subject.from + i;
    if (sequence < subject.known.tree.size()) continue;
    HALLMARK_TRY(ReadLine line,
                 untrusted(read_sibling_line(subject.lines[i], subject.known.terminal, sequence)));
    subject.read.push_back(std::move(line));
  }
  return ok_status();
}

Status sibling_adopted_what_is_there(SiblingImportCase& subject) {
  const std::string& here = subject.context.origin.terminal;
  HALLMARK_TRY(const LogHead head, subject.context.state.log_head());
  for (const ReadLine& read : subject.read) {
    const SiblingLine& line = read.line;
    if (line.origin != here || line.origin_sequence < head.tree.size()) continue;
    return verification_error(
        "state of this terminal",
        "is an old copy, or " + line.terminal + "'s log is forged: that tells of line " +
            std::to_string(line.origin_sequence) + " of this terminal's log, which has " +
            std::to_string(head.tree.size()),
        "put back the newest copy of sign/");
  }
  return ok_status();
}

Status sibling_is_not_ahead_of_the_clock(SiblingImportCase& subject) {
  if (subject.read.empty()) return ok_status();
  const int64_t time = subject.read.back().line.time;
  if (time <= subject.context.now() + kClockSkew) return ok_status();
  return policy_error("terminal " + subject.known.terminal,
                      "has written a line at " + format_utc(time) + ", and here it is " +
                          format_utc(subject.context.now()),
                      "compare the clocks of the two terminals");
}

Result<Response> import_sibling_lines(const SiblingImportCase& subject) {
  const SignerContext& context = subject.context;
  Sibling sibling = subject.known;
  const bool fresh = subject.checkpoint.tree.size >= sibling.seen.size;
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_TRY(SiblingTimes times, SiblingTimes::of(context, subject.policy.policy, sibling));
  for (ReadLine read : subject.read) {
    sibling.tree.append(merkle_leaf(read.line.text));
    HALLMARK_TRY(read.line.time, times.next(read.line));
    HALLMARK_CHECK(store_line(context, std::move(read)));
  }
  if (fresh) sibling.imported_at = context.now();
  HALLMARK_CHECK(context.state.set_sibling(sibling));
  HALLMARK_CHECK(settle_what_is_known(context));
  if (!subject.read.empty()) {
    const int64_t seen = std::min(context.now(), subject.read.back().line.time);
    HALLMARK_TRY(const std::optional<int64_t> floor, context.state.time_floor());
    HALLMARK_CHECK(context.state.set_time_floor(std::max(seen, floor.value_or(seen))));
  }
  HALLMARK_CHECK(transaction.commit());
  return Response{Json{{"terminal", sibling.terminal},
                       {"size", sibling.tree.size()},
                       {"new_lines", subject.read.size()},
                       {"fresh", fresh}},
                  {}};
}

}  // namespace hallmark
