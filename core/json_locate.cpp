#include "core/json_locate.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

namespace hallmark {
namespace {

// Walks the tokens of valid JSON and remembers the path of the current value.
class Walker {
 public:
  Walker(std::string_view json, std::string target) : json_(json), target_(std::move(target)) {}

  std::size_t find() {
    value("");
    return found_;
  }

  std::size_t find_end_of_last_element() {
    value("");
    return last_element_;
  }

 private:
  // A target below the current path, or the path itself, is best located here so far.
  void note(const std::string& path, std::size_t offset) {
    const bool encloses = target_ == path || target_.starts_with(path + "/");
    if (encloses) found_ = offset;
  }

  void skip_space() {
    while (at_ < json_.size()) {
      if (json_.substr(at_, 2) == "//") {
        at_ = std::min(json_.find('\n', at_), json_.size());
      } else if (json_.substr(at_, 2) == "/*") {
        at_ = std::min(json_.find("*/", at_), json_.size() - 2) + 2;
      } else if (std::string_view(" \t\r\n").find(json_[at_]) != std::string_view::npos) {
        ++at_;
      } else {
        return;
      }
    }
  }

  std::string_view string_token() {
    const std::size_t begin = at_++;
    while (at_ < json_.size() && json_[at_] != '"') at_ += json_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, json_.size());
    return json_.substr(begin, at_ - begin);
  }

  bool take(char c) {
    skip_space();
    if (at_ >= json_.size() || json_[at_] != c) return false;
    ++at_;
    return true;
  }

  void object(const std::string& path) {
    while (!take('}') && at_ < json_.size()) {
      skip_space();
      const std::size_t begin = at_;
      const auto key = nlohmann::json::parse(string_token(), nullptr, false);
      if (!key.is_string()) return;
      const nlohmann::json::json_pointer part =
          nlohmann::json::json_pointer() / key.get<std::string>();
      const std::string below = path + part.to_string();
      note(below, begin);
      if (!take(':')) return;
      value(below);
      if (!take(',') && at_ < json_.size() && json_[at_] != '}') return;
    }
  }

  void array(const std::string& path) {
    for (std::size_t index = 0; !take(']') && at_ < json_.size(); ++index) {
      const std::string below = path + "/" + std::to_string(index);
      skip_space();
      note(below, at_);
      value(below);
      if (path == target_) last_element_ = at_;
      if (!take(',') && at_ < json_.size() && json_[at_] != ']') return;
    }
  }

  void value(const std::string& path) {
    if (take('{')) {
      object(path);
    } else if (take('[')) {
      array(path);
    } else if (at_ < json_.size() && json_[at_] == '"') {
      string_token();
    } else {
      at_ = std::min(json_.find_first_of(",]} \t\r\n/", at_), json_.size());
    }
  }

  std::string_view json_;
  std::string target_;
  std::size_t at_ = 0;
  std::size_t found_ = 0;
  std::size_t last_element_ = std::string_view::npos;
};

}  // namespace

std::size_t line_of_offset(std::string_view text, std::size_t offset) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
  return 1 + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
}

std::size_t line_of_pointer(std::string_view json, const std::string& pointer) {
  return line_of_offset(json, Walker(json, pointer).find());
}

std::size_t end_of_last_element(std::string_view json, const std::string& pointer) {
  return Walker(json, pointer).find_end_of_last_element();
}

}  // namespace hallmark
