// What a person sees: errors, steps and progress on stderr, data on stdout.
//
// Progress is drawn only on a terminal; colour only there and without NO_COLOR. Elsewhere a build
// of targets prints a line for each step that ended, and nothing else shows its progress. With
// --json nothing but the verb's answer goes to stdout. Whatever is printed passes printable() of
// core/utf8.hpp first: text of other programs and of files is in most of it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/result.hpp"

namespace hallmark {

class Screen {
 public:
  Screen();

  void set_json(bool json) { json_ = json; }
  bool json() const { return json_; }

  // "hallmark: error: SUBJECT: CAUSE" and, where there is one, "hallmark: hint: HINT".
  void error(const Error& error) const;
  // A line for people, on stderr.
  void note(const std::string& line) const;
  void warn(const std::string& line) const;
  // The verb's result: `value` with --json, else `text`; on stdout.
  void answer(const Json& value, const std::string& text) const;
  // One finished step of several: its name, what came of it, how long it took.
  void step(const std::string& name, const std::string& outcome,
            std::chrono::milliseconds took) const;

  // A progress event of a server (core/wire.hpp).
  void progress(const Json& event);
  // Wipes the progress line or table. Every printing function above does so itself.
  void clear() const;

 private:
  void start_step(const std::string& name);
  void build_table(const Json& event);
  void draw(const std::vector<std::string>& lines) const;

  bool json_ = false;
  bool terminal_ = false;
  bool colour_ = false;
  mutable std::size_t lines_drawn_ = 0;
  Json table_;  // the last event of a build of several targets, or null
  std::string step_;
  std::chrono::steady_clock::time_point step_began_;
  std::chrono::steady_clock::time_point last_drawn_;
};

// "12.3 MB", "640 B"
std::string human_bytes(uint64_t bytes);
// "0.4 s", "3 min 20 s"
std::string human_time(std::chrono::milliseconds time);

}  // namespace hallmark
