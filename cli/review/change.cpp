#include "cli/review/change.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace hallmark {
namespace {

constexpr std::size_t kMostNames = 40;
constexpr std::size_t kLongestList = 4000;                   // bytes
constexpr std::size_t kMostChanges = 2000;                   // of a part
constexpr std::size_t kMostBytes = (std::size_t{2} << 20U);  // of a part, as JSON

// A package must not write lines of its own, nor move the cursor.
std::string without_control(std::string text, const char* kept) {
  std::replace_if(
      text.begin(), text.end(),
      [&](char c) {
        const bool control = static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
        return control && (c == '\0' || std::strchr(kept, c) == nullptr);
      },
      ' ');
  return text;
}

Change read_change(ObjectReader& entry) {
  return {one_line(entry.text("words")), entry.boolean_or("alert", false),
          without_control(entry.text_or("detail", ""), "\t\n")};
}

Json to_json(const Change& change) {
  Json json = {{"words", change.words}, {"alert", change.alert}};
  if (!change.detail.empty()) json["detail"] = change.detail;
  return json;
}

}  // namespace

std::string one_line(std::string text) { return without_control(std::move(text), ""); }

std::vector<Change> bounded(std::vector<Change> changes) {
  const auto size_of = [](const Change& change) { return to_text(to_json(change)).size(); };
  std::size_t bytes = 0;
  for (const Change& change : changes) bytes += size_of(change);
  if (changes.size() <= kMostChanges && bytes <= kMostBytes) return changes;
  std::stable_partition(changes.begin(), changes.end(),
                        [](const Change& change) { return change.alert; });
  std::vector<Change> out;
  bytes = 0;
  for (Change& change : changes) {
    bytes += size_of(change);
    if (out.size() == kMostChanges || bytes > kMostBytes) break;
    out.push_back(std::move(change));
  }
  const std::string more = std::to_string(changes.size() - out.size());
  out.push_back({more + " changes more are not shown", true, {}});
  return out;
}

std::string to_text(const Json& untrusted_words) {
  return untrusted_words.dump(-1, ' ', true, Json::error_handler_t::replace);
}

Json to_json(const ReviewPart& part) {
  Json changes = Json::array();
  for (const Change& change : part.changes) changes.push_back(to_json(change));
  return {{"title", part.title}, {"changes", std::move(changes)}};
}

Result<ReviewPart> parse_review_part(const std::string& untrusted_text) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(untrusted_text, "comparison"));
  ReviewPart part;
  {
    ObjectReader reader(document);
    part.title = one_line(reader.text("title"));
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
  std::size_t count = 0;
  while (count < std::min(names.size(), kMostNames) && listed.size() < kLongestList) {
    listed += (count == 0 ? "" : ", ") + names[count];
    ++count;
  }
  if (names.size() > count) listed += " and " + std::to_string(names.size() - count) + " more";
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

}  // namespace hallmark
