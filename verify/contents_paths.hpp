// Sorted paths, each with a newline, as one text: what contents_batches.cpp adds up and subtracts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hallmark {

// From the front of such a text to its end.
class PathWalk {
 public:
  explicit PathWalk(std::string_view text) : rest_(text) {}

  bool more() const { return !rest_.empty(); }
  std::string_view path() const { return rest_.substr(0, rest_.find('\n')); }
  std::string_view line() const { return rest_.substr(0, rest_.find('\n') + 1); }
  void next() { rest_.remove_prefix(line().size()); }

 private:
  std::string_view rest_;
};

// The part of such a text that is not before the one and is before the other.
std::string_view paths_between(std::string_view text, std::string_view from,
                               const std::optional<std::string>& until);

class SortedPaths {
 public:
  const std::string& text() const { return text_; }
  void add(std::string_view other);
  void subtract(std::string_view other);
  // Drops what goes beyond this many bytes; gives the first path that is gone.
  std::string cut(std::size_t size);

 private:
  std::string text_;
};

}  // namespace hallmark
