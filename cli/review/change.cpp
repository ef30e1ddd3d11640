#include "cli/review/change.hpp"

#include <algorithm>
#include <iterator>

namespace hallmark {
namespace {

constexpr std::size_t kMostNames = 40;
constexpr std::size_t kMostLines = 60;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

Change read_change(ObjectReader& entry) {
  return {entry.text("words"), entry.boolean_or("alert", false), entry.text_or("detail", "")};
}

}  // namespace

Json to_json(const ReviewPart& part) {
  Json changes = Json::array();
  for (const Change& change : part.changes) {
    Json json = {{"words", change.words}, {"alert", change.alert}};
    if (!change.detail.empty()) json["detail"] = change.detail;
    changes.push_back(std::move(json));
  }
  return {{"title", part.title}, {"changes", std::move(changes)}};
}

Result<ReviewPart> parse_review_part(const std::string& untrusted_text) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(untrusted_text, "comparison"));
  ReviewPart part;
  {
    ObjectReader reader(document);
    part.title = reader.text("title");
    reader.each("changes",
                [&](ObjectReader& entry) { part.changes.push_back(read_change(entry)); });
  }
  HALLMARK_CHECK(document.status());
  return part;
}

void add_listed(std::vector<Change>& changes, const std::string& what, const char* verb,
                const std::vector<std::string>& names, bool alert) {
  if (names.empty()) return;
  std::string listed;
  for (std::size_t i = 0; i < names.size() && i < kMostNames; ++i) {
    listed += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kMostNames) {
    listed += " and " + std::to_string(names.size() - kMostNames) + " more";
  }
  changes.push_back({what + " " + verb + ": " + listed, alert, {}});
}

std::vector<std::string> missing_from(const std::set<std::string>& one,
                                      const std::set<std::string>& other) {
  std::vector<std::string> out;
  std::set_difference(other.begin(), other.end(), one.begin(), one.end(), std::back_inserter(out));
  return out;
}

void add_changed(std::vector<Change>& changes, const std::string& what, const std::string& before,
                 const std::string& after, bool alert) {
  if (before == after) return;
  const auto shown = [](const std::string& text) { return text.empty() ? "none" : text; };
  changes.push_back({what + ": " + shown(before) + " -> " + shown(after), alert, {}});
}

std::string line_difference(const std::string& before, const std::string& after) {
  std::vector<std::string> lost = lines_of(before);
  std::vector<std::string> gained = lines_of(after);
  const auto [first_lost, first_gained] =
      std::mismatch(lost.begin(), lost.end(), gained.begin(), gained.end());
  lost.erase(lost.begin(), first_lost);
  gained.erase(gained.begin(), first_gained);
  while (!lost.empty() && !gained.empty() && lost.back() == gained.back()) {
    lost.pop_back();
    gained.pop_back();
  }
  std::vector<std::string> lines;
  for (const std::string& line : lost) lines.push_back("-" + line);
  for (const std::string& line : gained) lines.push_back("+" + line);
  std::string out;
  for (std::size_t i = 0; i < lines.size() && i < kMostLines; ++i) out += lines[i] + "\n";
  if (lines.size() > kMostLines) {
    out += "… " + std::to_string(lines.size() - kMostLines) + " lines more\n";
  }
  return out;
}

}  // namespace hallmark
