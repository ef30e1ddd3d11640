// Reading JSON strictly, from people and from strangers.
//
// nlohmann/json does the parsing; this adds limits (size, depth, no duplicate keys) and a reader
// that takes an object apart completely: a missing key, a wrong type and an unknown key are errors
// which name the file, the line and the key. `//` comments are allowed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace hallmark {

using Json = nlohmann::json;

struct JsonLimits {
  std::size_t size = std::size_t{8} << 20U;  // bytes
  std::size_t depth = 64;                    // nested arrays and objects
};

Result<Json> parse_json(std::string_view untrusted_text, std::string_view subject,
                        const JsonLimits& limits = {});

// What tools write: two spaces of indent, sorted keys, UTF-8, a newline at the end. The same value
// gives the same bytes. Text that is not UTF-8 is an error.
Result<std::string> canonical_dump(const Json& value);

// Where a document came from, and the first thing that was wrong with it.
class JsonDocument {
 public:
  static Result<JsonDocument> parse(std::string_view untrusted_text, std::string subject);

  const Json& root() const { return *root_; }
  // Records an error at `pointer` (RFC 6901) unless there is one already.
  void fail(const std::string& pointer, const std::string& cause) const;
  Status status() const;

 private:
  struct State {
    std::string subject;
    std::string text;
    std::optional<Error> first_error;
  };
  std::shared_ptr<const Json> root_;
  std::shared_ptr<State> state_;
};

// Reads one object. Getters return an empty value after an error, so that a parse function reads
// straight down and asks document.status() once at the end.
class ObjectReader {
 public:
  explicit ObjectReader(const JsonDocument& document);
  ObjectReader(const JsonDocument& document, const Json& value, std::string pointer);
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;
  // Every key must have been asked for. Without memory for the message, the program ends.
  ~ObjectReader();  // NOLINT(bugprone-exception-escape)

  std::string text(const std::string& key);
  std::string text_or(const std::string& key, const std::string& fallback);
  int64_t integer(const std::string& key);
  uint64_t unsigned_integer(const std::string& key);
  int64_t integer_or(const std::string& key, int64_t fallback);
  bool boolean_or(const std::string& key, bool fallback);
  Sha256Digest digest(const std::string& key);
  std::vector<std::string> texts(const std::string& key);
  std::vector<std::string> texts_or_none(const std::string& key);
  bool has(const std::string& key) const;

  using Visit = std::function<void(ObjectReader&)>;
  void object(const std::string& key, const Visit& visit);
  // An array of objects.
  void each(const std::string& key, const Visit& visit);
  // An array of strings and objects.
  void each_text_or_object(const std::string& key,
                           const std::function<void(const std::string&)>& visit_text,
                           const Visit& visit);

  // The value of "format" must be `expected`.
  void expect_format(const std::string& expected);
  // Records an error about `key`.
  void fail(const std::string& key, const std::string& cause) const;

 private:
  const Json* take(const std::string& key, bool required);
  // `visit` is given each item of the array and its pointer.
  void each_item(const std::string& key,
                 const std::function<void(const Json&, std::string)>& visit);
  std::string pointer_to(const std::string& key) const;

  const JsonDocument& document_;
  const Json* object_ = nullptr;
  std::string pointer_;
  std::set<std::string> taken_;
};

}  // namespace hallmark
