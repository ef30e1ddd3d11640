#include "cli/build_table.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "cli/json_text.hpp"
#include "cli/screen.hpp"
#include "core/utf8.hpp"

namespace hallmark {
namespace {

using std::chrono::milliseconds;

constexpr uint64_t kLongest = uint64_t{1000} * 3600 * 24 * 365;  // ms: what more says is nonsense

struct Step {
  std::string name;
  std::optional<milliseconds> took;  // until now, if it is running
  std::optional<milliseconds> expected;
  bool running = false;
};

struct Row {
  std::string target;
  std::string state;
  std::vector<Step> steps;
};

std::optional<milliseconds> time_of(const Json& step, const char* key) {
  const auto found = step.find(key);
  if (found == step.end() || !found->is_number_unsigned()) return std::nullopt;
  return milliseconds(static_cast<int64_t>(std::min(found->get<uint64_t>(), kLongest)));
}

const Json& list_in(const Json& object, const char* key) {
  static const Json kNone = Json::array();
  if (!object.is_object()) return kNone;
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? *found : kNone;
}

// On one line, and nothing that a terminal obeys.
std::string word_of(const Json& object, const char* key) {
  std::string word = printable(text_of(object, key));
  std::replace(word.begin(), word.end(), '\n', ' ');
  return word;
}

std::vector<Row> rows_of(const Json& event) {
  std::vector<Row> rows;
  for (const Json& target : list_in(event, "targets")) {
    if (!target.is_object()) continue;
    Row row{word_of(target, "target"), word_of(target, "state"), {}};
    for (const Json& step : list_in(target, "steps")) {
      if (!step.is_object()) continue;
      const auto running = step.find("running");
      row.steps.push_back({word_of(step, "step"), time_of(step, "ms"), time_of(step, "expected_ms"),
                           running != step.end() && *running == true});
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

bool is_over(const Row& row) { return row.state == "built" || row.state == "failed"; }

std::string time_words(const Step& step) {
  if (!step.took) return step.expected ? "(" + human_time(*step.expected) + ")" : "";
  std::string words = human_time(*step.took);
  if (step.running) words += step.expected ? " of " + human_time(*step.expected) : " …";
  return words;
}

using Cells = std::vector<std::string>;

std::vector<Cells> cells_of(const std::vector<Row>& rows) {
  std::vector<Cells> table = {{"target", "state"}};
  if (!rows.empty()) {
    for (const Step& step : rows.front().steps) table.front().push_back(step.name);
  }
  for (const Row& row : rows) {
    Cells cells = {row.target, row.state};
    for (const Step& step : row.steps) cells.push_back(time_words(step));
    cells.resize(table.front().size());
    table.push_back(std::move(cells));
  }
  return table;
}

// In characters of a terminal, as far as UTF-8 tells: continuation bytes take no place.
std::size_t places(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string cut(const std::string& text, std::size_t width) {
  std::size_t end = 0;
  std::size_t used = 0;
  for (; end < text.size(); ++end) {
    const bool starts = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
    if (starts && ++used > width) break;
  }
  return text.substr(0, end);
}

std::string line_of(const Cells& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    line += cells[i] + std::string(widths[i] - places(cells[i]) + 2, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

// Those that a person waits for, if not all can be shown.
void keep_most_interesting(std::vector<Row>& rows, std::size_t most) {
  const auto rank = [](const Row& row) {
    if (row.state == "builds") return 0;
    if (row.state == "failed") return 1;
    return row.state == "waits" ? 2 : 3;
  };
  if (rows.size() <= most) return;
  std::stable_sort(rows.begin(), rows.end(),
                   [&rank](const Row& a, const Row& b) { return rank(a) < rank(b); });
  rows.resize(most);
}

}  // namespace

bool is_build_table(const Json& untrusted_event) {
  return !list_in(untrusted_event, "targets").empty();
}

bool is_finished_table(const Json& untrusted_event) {
  const std::vector<Row> rows = rows_of(untrusted_event);
  return std::all_of(rows.begin(), rows.end(), is_over);
}

std::vector<std::string> table_lines(const Json& untrusted_event, std::size_t width,
                                     std::size_t most) {
  std::vector<Row> rows = rows_of(untrusted_event);
  keep_most_interesting(rows, most > 1 ? most - 1 : 1);
  const std::vector<Cells> table = cells_of(rows);
  std::vector<std::size_t> widths(table.front().size());
  for (const Cells& cells : table) {
    for (std::size_t i = 0; i < cells.size(); ++i)
      widths[i] = std::max(widths[i], places(cells[i]));
  }
  std::vector<std::string> lines;
  for (const Cells& cells : table) lines.push_back(cut(line_of(cells, widths), width));
  return lines;
}

std::vector<EndedStep> steps_ended(const Json& untrusted_before, const Json& untrusted_now) {
  const auto ended = [](const Step& step) { return step.took && !step.running; };
  std::map<std::string, Row> before;
  for (Row& row : rows_of(untrusted_before)) before[row.target] = std::move(row);
  std::vector<EndedStep> out;
  for (const Row& row : rows_of(untrusted_now)) {
    const Row& old = before[row.target];
    const bool fails = row.state == "failed" && old.state != "failed";
    for (std::size_t i = 0; i < row.steps.size(); ++i) {
      const Step& step = row.steps[i];
      if (!ended(step) || (i < old.steps.size() && ended(old.steps[i]))) continue;
      const bool last = i + 1 == row.steps.size() || !row.steps[i + 1].took;
      if (fails && last) continue;
      out.push_back({step.name, row.target, *step.took});
    }
    if (!fails) continue;
    milliseconds took{0};
    for (const Step& step : row.steps) took += step.took.value_or(milliseconds(0));
    out.push_back({"failed", row.target, took});
  }
  return out;
}

}  // namespace hallmark
