#include "verify/contents_paths.hpp"

namespace hallmark {
namespace {

// Where the first line begins that is not before the path.
std::size_t first_from(std::string_view text, std::string_view path) {
  std::size_t low = 0;
  std::size_t high = text.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    const std::size_t before = middle == 0 ? std::string_view::npos : text.rfind('\n', middle - 1);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const std::size_t end = text.find('\n', middle);
    if (text.substr(begin, end - begin) < path) {
      low = end + 1;
    } else {
      high = begin;
    }
  }
  return low;
}

}  // namespace

std::string_view paths_between(std::string_view text, std::string_view from,
                               const std::optional<std::string>& until) {
  if (until) text = text.substr(0, first_from(text, *until));
  return text.substr(first_from(text, from));
}

void SortedPaths::add(std::string_view other) {
  if (text_.empty()) {
    text_ = other;
    return;
  }
  std::string both;
  both.reserve(text_.size() + other.size());
  PathWalk a(text_);
  PathWalk b(other);
  while (a.more() && b.more()) {
    const auto order = a.path() <=> b.path();
    both += order > 0 ? b.line() : a.line();
    if (order <= 0) a.next();
    if (order >= 0) b.next();
  }
  for (; a.more(); a.next()) both += a.line();
  for (; b.more(); b.next()) both += b.line();
  text_ = std::move(both);
}

void SortedPaths::subtract(std::string_view other) {
  if (text_.empty() || other.empty()) return;
  std::string rest;
  PathWalk b(other);
  for (PathWalk a(text_); a.more(); a.next()) {
    while (b.more() && b.path() < a.path()) b.next();
    if (!b.more() || b.path() != a.path()) rest += a.line();
  }
  text_ = std::move(rest);
}

std::string SortedPaths::cut(std::size_t size) {
  const std::size_t end = text_.rfind('\n', size) + 1;
  std::string first(PathWalk(std::string_view(text_).substr(end)).path());
  text_.resize(end);
  return first;
}

}  // namespace hallmark
