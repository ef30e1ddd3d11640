#include "cli/log_words.hpp"

#include <algorithm>
#include <vector>

#include "cli/json_text.hpp"

namespace hallmark {
namespace {

std::vector<std::string> texts_of(const Json& leaf, const char* key) {
  std::vector<std::string> out;
  const auto found = leaf.find(key);
  if (found == leaf.end() || !found->is_array()) return out;
  for (const Json& item : *found) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

// Empty: not of one of these kinds.
std::string done_by_approval(const std::string& kind, const Json& leaf) {
  const std::string release = text_of(leaf, "product") + " " + text_of(leaf, "version");
  const std::string suite = text_of(leaf, "suite");
  if (kind == "acceptance") return "accepted for " + release;
  if (kind == "promotion") {
    return "of " + release + ", promoted from " + text_of(leaf, "from") + " to " + suite;
  }
  if (kind == "withdrawal") return "of " + release + ", called back from " + suite;
  if (kind == "rollout") {
    return leaf.value("share", Json()).dump() + "% of the machines take " + release + " from " +
           suite + " (asked for: " + leaf.value("to", Json()).dump() + "%)";
  }
  if (kind == "lower-version") {
    return "may come into " + suite + " once as " + text_of(leaf, "version_wanted") + ", below " +
           text_of(leaf, "version_now") + " (" + text_of(leaf, "reason") + ")";
  }
  if (kind == "lower-evidence") {
    return "'" + text_of(leaf, "evidence") + "' is enough in " + joined(texts_of(leaf, "suites")) +
           " until " + text_of(leaf, "until");
  }
  if (kind == "dissent") {
    return "overruled about " + release + " (" + text_of(leaf, "reason") + ")";
  }
  return "";
}

std::string what_happened(const Json& leaf) {
  const std::string kind = text_of(leaf, "kind");
  if (kind == "attestation") {
    return "has rebuilt " + text_of(leaf, "product") + " " + text_of(leaf, "version") + " for " +
           text_of(leaf, "suite") + "/" + text_of(leaf, "component") + " " +
           text_of(leaf, "architecture");
  }
  if (kind == "refusal") {
    return "refused " + text_of(leaf, "request") + ": " + text_of(leaf, "cause");
  }
  if (const std::string done = done_by_approval(kind, leaf); !done.empty()) {
    return done + ", approved by " + joined(texts_of(leaf, "approvers"));
  }
  if (kind == "policy") return "in force";
  const std::vector<std::string> keys = texts_of(leaf, "keys");
  return keys.empty() ? "recorded" : "signed by " + joined(keys);
}

}  // namespace

bool wanted(const Json& leaf, const LogFilter& filter) {
  if (!filter.kind.empty() && text_of(leaf, "kind") != filter.kind) return false;
  // Times are of one form, in which order is that of the text.
  if (text_of(leaf, "time") < filter.since) return false;
  if (filter.key.empty()) return true;
  const std::vector<std::string> keys = texts_of(leaf, "keys");
  return std::any_of(keys.begin(), keys.end(),
                     [&](const std::string& key) { return lower(key) == lower(filter.key); });
}

std::string log_words(const Json& leaf) {
  const auto sequence = leaf.find("sequence");
  std::string out = (sequence != leaf.end() ? sequence->dump() : "?") + "  " +
                    text_of(leaf, "time") + "  " + text_of(leaf, "kind") + "  " +
                    text_of(leaf, "name") + ": " + what_happened(leaf);
  const std::string digest = text_of(leaf, "sha256");
  if (!digest.empty()) out += "; sha256 " + digest;
  return out;
}

}  // namespace hallmark
