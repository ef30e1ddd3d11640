// A review as text for a terminal, and as Markdown for a merge request.
#include <algorithm>

#include "cli/review/change.hpp"

namespace hallmark {
namespace {

std::string indented(const std::string& text, const std::string& indent) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    out += indent + text.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return out;
}

// Longer than any run of backticks in the text.
std::string fence_for(const std::string& text) {
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(longest + 1, '`');
}

std::string markdown_of(const Change& change) {
  std::string out =
      std::string("- ") + (change.alert ? "**!** " : "") + code_span(change.words) + "\n";
  if (change.detail.empty()) return out;
  const std::string fence = fence_for(change.detail);
  return out + "\n  " + fence + "diff\n" + indented(change.detail, "  ") + "  " + fence + "\n";
}

}  // namespace

// A code span shows everything but backticks as it is.
std::string code_span(std::string words) {
  words = one_line(std::move(words));
  std::replace(words.begin(), words.end(), '`', '\'');
  return "`" + words + "`";
}

std::string review_text(const std::vector<ReviewPart>& parts) {
  std::string out;
  for (const ReviewPart& part : parts) {
    out += part.title + (part.changes.empty() ? ": the same\n" : ":\n");
    for (const Change& change : part.changes) {
      out += (change.alert ? "  ! " : "    ") + change.words + "\n" +
             indented(change.detail, "        ");
    }
  }
  return out;
}

std::string review_markdown(const std::vector<ReviewPart>& parts) {
  std::string out;
  for (const ReviewPart& part : parts) {
    out += (out.empty() ? "### " : "\n### ") + code_span(part.title) + "\n\n";
    if (part.changes.empty()) out += "The same.\n";
    for (const Change& change : part.changes) out += markdown_of(change);
  }
  return out;
}

}  // namespace hallmark
