#include "verify/log/checkpoint.hpp"

#include <algorithm>
#include <charconv>

namespace hallmark {
namespace {

Error bad_checkpoint(std::string cause) {
  return verification_error("checkpoint", std::move(cause));
}

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

}  // namespace

std::string render_checkpoint(const Checkpoint& checkpoint) {
  return checkpoint.origin + '\n' + std::to_string(checkpoint.tree.size) + '\n' +
         base64_encode(checkpoint.tree.root.view()) + '\n';
}

Result<Checkpoint> parse_checkpoint(std::string_view untrusted_text) {
  std::string_view rest = untrusted_text;
  Checkpoint checkpoint;
  checkpoint.origin = take_line(rest);
  const std::string_view size = take_line(rest);
  const auto root = base64_decode(take_line(rest));
  const auto read = std::from_chars(size.data(), size.data() + size.size(), checkpoint.tree.size);
  if (read.ec != std::errc() || checkpoint.tree.size == 0) {
    return bad_checkpoint("does not say how many leaves the log has");
  }
  if (!root.ok() || root->size() != Sha256Digest::kSize) {
    return bad_checkpoint("does not say the log's root");
  }
  HALLMARK_TRY(checkpoint.tree.root, Sha256Digest::from_hex(hex_encode(*root)));
  if (checkpoint.origin.empty() || render_checkpoint(checkpoint) != untrusted_text) {
    return bad_checkpoint("is not of the form that Hallmark's logs have");
  }
  return checkpoint;
}

Result<Checkpoint> open_checkpoint(std::string_view untrusted_note, const NoteKey& key) {
  HALLMARK_TRY(const std::string text, open_note(untrusted_note, key));
  HALLMARK_TRY(Checkpoint checkpoint, parse_checkpoint(text));
  if (checkpoint.origin != key.name()) {
    return bad_checkpoint("is of the log '" + checkpoint.origin + "', and its key is of " +
                          key.name());
  }
  return checkpoint;
}

}  // namespace hallmark
