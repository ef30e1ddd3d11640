// A relative path that cannot leave the directory it is used in.
//
// It has no empty, "." or ".." part, is not absolute, holds no NUL or control character; each part
// is at most 255 bytes and the whole at most 4096. It says nothing of symbolic links: open what it
// names with O_NOFOLLOW where the directory is not ours.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hallmark {

class SafePath {
 public:
  static Result<SafePath> parse(std::string_view untrusted_path);

  const std::string& str() const { return path_; }
  std::string file_name() const;
  bool operator==(const SafePath&) const = default;

 private:
  explicit SafePath(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// One path part that is also safe to show: the names of products, suites, terminals, approvers.
// Letters, digits and any of "+-._~", starting with a letter or digit, at most 128 bytes.
bool is_plain_name(std::string_view name);
// The same, with ':' allowed after the start: a version as Debian writes it.
bool is_version_name(std::string_view version);

}  // namespace hallmark
