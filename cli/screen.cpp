#include "cli/screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "cli/build_table.hpp"
#include "core/utf8.hpp"

namespace hallmark {
namespace {

using std::chrono::milliseconds;

std::string format_number(double number, const char* unit) {
  std::array<char, 48> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.1f %s", number, unit);
  return {text.data(), static_cast<std::size_t>(std::max(size, 0))};
}

uint64_t count_of(const Json& event, const char* key) {
  const auto found = event.find(key);
  return found != event.end() && found->is_number_unsigned() ? found->get<uint64_t>() : 0;
}

std::string printable_text(const Json& event, const char* key) {
  const auto found = event.find(key);
  return found != event.end() && found->is_string() ? printable(found->get<std::string>()) : "";
}

std::string amount(uint64_t count, const std::string& unit) {
  return unit == "bytes" ? human_bytes(count) : std::to_string(count);
}

// "34 % of 120.0 MB, 11.2 MB/s, 7.0 s left"
std::string rate_and_time_left(uint64_t done, uint64_t total, const std::string& unit,
                               milliseconds passed) {
  std::string out = std::to_string(done * 100 / total) + " % of " + amount(total, unit);
  if (unit != "bytes") out += " " + unit;
  if (done == 0 || passed.count() < 500) return out;
  const uint64_t rate = done * 1000 / static_cast<uint64_t>(passed.count());
  const uint64_t left = static_cast<uint64_t>(passed.count()) * (total - done) / done;
  return out + ", " + amount(rate, unit) + "/s, " +
         human_time(milliseconds(static_cast<int64_t>(left))) + " left";
}

struct TerminalSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

// A terminal that does not tell, or tells nonsense, is taken for one of the usual size.
TerminalSize terminal_size() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20 || size.ws_row < 4) {
    return {};
  }
  return {size.ws_col, size.ws_row};
}

// What others wrote, as the rest of a line of ours: its own further lines are set in, so that none
// can pass for one that we began.
std::string set_in(const std::string& untrusted_text) {
  std::string out;
  for (const char c : printable(untrusted_text))
    out += c == '\n' ? std::string("\n    ") : std::string(1, c);
  return out;
}

}  // namespace

std::string human_bytes(uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  double amount = static_cast<double>(bytes);
  const char* unit = "B";
  for (const char* larger : {"kB", "MB", "GB", "TB"}) {
    if (amount < 1000) break;
    amount /= 1000;
    unit = larger;
  }
  return format_number(amount, unit);
}

std::string human_time(milliseconds time) {
  const int64_t seconds = time.count() / 1000;
  if (seconds < 60) return format_number(static_cast<double>(time.count()) / 1000, "s");
  return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
}

Screen::Screen() : terminal_(::isatty(STDERR_FILENO) == 1) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term != nullptr && std::string(term) == "dumb";
  colour_ = terminal_ && !dumb && (no_color == nullptr || *no_color == '\0');
}

void Screen::clear() const {
  if (lines_drawn_ > 1) std::cerr << "\033[" << lines_drawn_ - 1 << "A";
  if (lines_drawn_ > 0) std::cerr << "\r\033[J" << std::flush;
  lines_drawn_ = 0;
}

void Screen::draw(const std::vector<std::string>& lines) const {
  clear();
  for (std::size_t i = 0; i < lines.size(); ++i) std::cerr << (i == 0 ? "" : "\n") << lines[i];
  std::cerr << std::flush;
  lines_drawn_ = lines.size();
}

void Screen::error(const Error& error) const {
  clear();
  std::cerr << "hallmark: " << (colour_ ? "\033[1;31merror:\033[0m " : "error: ")
            << set_in(error.message()) << "\n";
  if (!error.hint.empty()) std::cerr << "hallmark: hint: " << set_in(error.hint) << "\n";
}

void Screen::note(const std::string& line) const {
  clear();
  std::cerr << set_in(line) << "\n";
}

void Screen::warn(const std::string& line) const {
  clear();
  std::cerr << "hallmark: warning: " << set_in(line) << "\n";
}

void Screen::answer(const Json& value, const std::string& text) const {
  clear();
  if (json_) {
    std::cout << value.dump(2, ' ', false, Json::error_handler_t::replace) << "\n" << std::flush;
  } else if (!text.empty()) {
    std::cout << printable(text) << (text.ends_with('\n') ? "" : "\n") << std::flush;
  }
}

void Screen::step(const std::string& name, const std::string& outcome, milliseconds took) const {
  clear();
  std::string line = name + std::string(name.size() < 10 ? 10 - name.size() : 1, ' ') + outcome;
  const std::string time = human_time(took);
  line += std::string(line.size() + time.size() < 98 ? 98 - line.size() - time.size() : 2, ' ');
  std::cerr << set_in(line) << time << "\n";
}

void Screen::start_step(const std::string& name) {
  step_ = name;
  step_began_ = std::chrono::steady_clock::now();
}

void Screen::progress(const Json& event) {
  constexpr milliseconds kBetweenDraws(100);
  if (is_build_table(event)) return build_table(event);
  if (!terminal_ || !event.is_object()) return;
  const std::string step = printable_text(event, "step");
  const auto now = std::chrono::steady_clock::now();
  const bool changed = step != step_;
  if (changed) start_step(step);
  if (!changed && now - last_drawn_ < kBetweenDraws) return;
  last_drawn_ = now;

  const auto passed = std::chrono::duration_cast<milliseconds>(now - step_began_);
  const uint64_t total = count_of(event, "total");
  std::string line = step;
  if (const std::string note = printable_text(event, "note"); !note.empty()) line += ": " + note;
  if (total > 0) {
    const uint64_t done = std::min(count_of(event, "done"), total);
    line += "  " + rate_and_time_left(done, total, printable_text(event, "unit"), passed);
  }
  std::replace(line.begin(), line.end(), '\n', ' ');
  draw({line.substr(0, 110)});
}

void Screen::build_table(const Json& event) {
  const Json before = std::exchange(table_, event);
  const bool finished = is_finished_table(event);
  if (finished) table_ = Json();
  if (terminal_) {
    const TerminalSize size = terminal_size();
    const std::vector<std::string> lines = table_lines(event, size.columns, size.rows - 1);
    draw(lines);
    if (finished) std::cerr << "\n" << std::flush;
    if (finished) lines_drawn_ = 0;
  } else if (!json_) {
    for (const EndedStep& ended : steps_ended(before, event)) {
      step(ended.name, ended.target, ended.took);
    }
  }
}

}  // namespace hallmark
