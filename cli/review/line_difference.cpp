#include <algorithm>
#include <cstdint>
#include <string_view>

#include "cli/review/change.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMostGained = 60;
constexpr std::size_t kMostLost = 30;
constexpr std::size_t kLongestLine = 400;      // bytes
constexpr std::size_t kMostCells = 4'000'000;  // of the table below

using Lines = std::vector<std::string_view>;

struct SignedLine {
  char sign;
  std::string_view text;
};

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    lines.push_back(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(lines.back().size() + 1, text.size()));
  }
  return lines;
}

void drop_common_ends(Lines& lost, Lines& gained) {
  const auto [first_lost, first_gained] =
      std::mismatch(lost.begin(), lost.end(), gained.begin(), gained.end());
  lost.erase(lost.begin(), first_lost);
  gained.erase(gained.begin(), first_gained);
  while (!lost.empty() && !gained.empty() && lost.back() == gained.back()) {
    lost.pop_back();
    gained.pop_back();
  }
}

// Of the lines from i and j on: the length of their longest common subsequence.
class CommonLines {
 public:
  CommonLines(const Lines& a, const Lines& b)
      : width_(b.size() + 1), lengths_((a.size() + 1) * width_) {
    for (std::size_t i = a.size(); i-- > 0;) {
      for (std::size_t j = b.size(); j-- > 0;) {
        lengths_[i * width_ + j] =
            a[i] == b[j] ? from(i + 1, j + 1) + 1 : std::max(from(i + 1, j), from(i, j + 1));
      }
    }
  }
  uint32_t from(std::size_t i, std::size_t j) const { return lengths_[i * width_ + j]; }

 private:
  std::size_t width_;
  std::vector<uint32_t> lengths_;
};

std::vector<SignedLine> differing_lines(const Lines& lost, const Lines& gained) {
  std::vector<SignedLine> out;
  std::size_t i = 0;
  std::size_t j = 0;
  // Texts too long for the table are told as lost and gained as a whole.
  if ((lost.size() + 1) * (gained.size() + 1) <= kMostCells) {
    const CommonLines common(lost, gained);
    while (i < lost.size() && j < gained.size()) {
      if (lost[i] == gained[j]) {
        ++i;
        ++j;
      } else if (common.from(i + 1, j) >= common.from(i, j + 1)) {
        out.push_back({'-', lost[i++]});
      } else {
        out.push_back({'+', gained[j++]});
      }
    }
  }
  while (i < lost.size()) out.push_back({'-', lost[i++]});
  while (j < gained.size()) out.push_back({'+', gained[j++]});
  return out;
}

std::string shown(const SignedLine& line) {
  std::string out = line.sign + std::string(line.text.substr(0, kLongestLine));
  if (line.text.size() > kLongestLine) {
    out += "… " + std::to_string(line.text.size() - kLongestLine) + " bytes more";
  }
  return out + "\n";
}

}  // namespace

std::string line_difference(const std::string& before, const std::string& after) {
  Lines lost = lines_of(before);
  Lines gained = lines_of(after);
  drop_common_ends(lost, gained);
  std::string out;
  std::size_t gains = 0;
  std::size_t losses = 0;
  for (const SignedLine& line : differing_lines(lost, gained)) {
    const bool gain = line.sign == '+';
    const std::size_t count = gain ? ++gains : ++losses;
    if (count <= (gain ? kMostGained : kMostLost)) out += shown(line);
  }
  if (gains > kMostGained)
    out += "… " + std::to_string(gains - kMostGained) + " added lines more\n";
  if (losses > kMostLost) out += "… " + std::to_string(losses - kMostLost) + " lost lines more\n";
  return out;
}

}  // namespace hallmark
