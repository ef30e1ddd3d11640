#include "core/json.hpp"

#include "core/json_locate.hpp"

namespace hallmark {
namespace {

// Builds the value through nlohmann's own DOM builder while counting depth and refusing repeated
// keys, so that a hostile document is dropped before it costs stack or hides a second meaning.
class LimitedBuilder : public nlohmann::json_sax<Json> {
 public:
  LimitedBuilder(Json& out, std::size_t max_depth) : inner_(out, false), max_depth_(max_depth) {}

  const std::string& problem() const { return problem_; }
  std::size_t problem_offset() const { return problem_offset_; }

  bool null() override { return inner_.null(); }
  bool boolean(bool value) override { return inner_.boolean(value); }
  bool number_integer(int64_t value) override { return inner_.number_integer(value); }
  bool number_unsigned(uint64_t value) override { return inner_.number_unsigned(value); }
  bool number_float(double value, const std::string& text) override {
    return inner_.number_float(value, text);
  }
  bool string(std::string& value) override { return inner_.string(value); }
  bool binary(Json::binary_t& value) override { return inner_.binary(value); }

  bool start_object(std::size_t elements) override {
    keys_.emplace_back();
    return descend() && inner_.start_object(elements);
  }
  bool key(std::string& value) override {
    if (!keys_.back().insert(value).second) return stop("repeats the key '" + value + "'");
    return inner_.key(value);
  }
  bool end_object() override {
    keys_.pop_back();
    --depth_;
    return inner_.end_object();
  }
  bool start_array(std::size_t elements) override {
    return descend() && inner_.start_array(elements);
  }
  bool end_array() override {
    --depth_;
    return inner_.end_array();
  }
  bool parse_error(std::size_t position, const std::string& /*last_token*/,
                   const Json::exception& /*error*/) override {
    problem_offset_ = position;
    return stop("is not valid JSON");
  }

 private:
  bool descend() {
    if (++depth_ > max_depth_) {
      return stop("is nested deeper than " + std::to_string(max_depth_) + " levels");
    }
    return true;
  }
  bool stop(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  nlohmann::detail::json_sax_dom_parser<Json> inner_;
  std::size_t max_depth_;
  std::size_t depth_ = 0;
  std::vector<std::set<std::string>> keys_;
  std::string problem_;
  std::size_t problem_offset_ = 0;
};

std::string at_line(std::string_view subject, std::size_t line) {
  return std::string(subject) + ":" + std::to_string(line);
}

std::string escape_pointer_part(const std::string& key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

Result<Json> parse_json(std::string_view untrusted_text, std::string_view subject,
                        const JsonLimits& limits) {
  if (untrusted_text.size() > limits.size) {
    return failed(std::string(subject),
                  "is larger than the limit of " + std::to_string(limits.size) + " bytes");
  }
  Json value;
  LimitedBuilder builder(value, limits.depth);
  bool parsed = false;
  try {
    parsed = Json::sax_parse(untrusted_text, &builder, Json::input_format_t::json, true, true);
  } catch (const std::exception&) {
    return failed(std::string(subject), "is not valid JSON");
  }
  if (parsed) return value;
  const std::size_t line = line_of_offset(untrusted_text, builder.problem_offset());
  return failed(builder.problem_offset() == 0 ? std::string(subject) : at_line(subject, line),
                builder.problem().empty() ? "is not valid JSON" : builder.problem());
}

Result<std::string> canonical_dump(const Json& value) {
  try {
    return value.dump(2) + "\n";
  } catch (const Json::exception&) {
    return failed("text", "is not UTF-8");
  }
}

Result<JsonDocument> JsonDocument::parse(std::string_view untrusted_text, std::string subject) {
  HALLMARK_TRY(Json root, parse_json(untrusted_text, subject));
  JsonDocument document;
  document.root_ = std::make_shared<const Json>(std::move(root));
  document.state_ =
      std::make_shared<State>(State{std::move(subject), std::string(untrusted_text), std::nullopt});
  return document;
}

void JsonDocument::fail(const std::string& pointer, const std::string& cause) const {
  if (state_->first_error) return;
  const std::size_t line = line_of_pointer(state_->text, pointer);
  const std::string key = pointer.empty() ? "the document" : pointer.substr(1);
  state_->first_error = failed(at_line(state_->subject, line), key + " " + cause);
}

Status JsonDocument::status() const {
  if (state_->first_error) return *state_->first_error;
  return ok_status();
}

ObjectReader::ObjectReader(const JsonDocument& document)
    : ObjectReader(document, document.root(), "") {}

ObjectReader::ObjectReader(const JsonDocument& document, const Json& value, std::string pointer)
    : document_(document), pointer_(std::move(pointer)) {
  if (value.is_object()) {
    object_ = &value;
  } else {
    document_.fail(pointer_, "must be an object");
  }
}

ObjectReader::~ObjectReader() {  // NOLINT(bugprone-exception-escape)
  if (object_ == nullptr) return;
  for (const auto& item : object_->items()) {
    if (!taken_.contains(item.key())) fail(item.key(), "is not a known key");
  }
}

std::string ObjectReader::pointer_to(const std::string& key) const {
  return pointer_ + "/" + escape_pointer_part(key);
}

void ObjectReader::fail(const std::string& key, const std::string& cause) const {
  document_.fail(pointer_to(key), cause);
}

const Json* ObjectReader::take(const std::string& key, bool required) {
  taken_.insert(key);
  if (object_ == nullptr) return nullptr;
  const auto found = object_->find(key);
  if (found != object_->end()) return &*found;
  if (required)
    document_.fail(pointer_, (pointer_.empty() ? "lacks '" : "must have '") + key + "'");
  return nullptr;
}

bool ObjectReader::has(const std::string& key) const {
  return object_ != nullptr && object_->contains(key);
}

std::string ObjectReader::text(const std::string& key) {
  const Json* value = take(key, true);
  if (value == nullptr) return {};
  if (value->is_string()) return value->get<std::string>();
  fail(key, "must be a string");
  return {};
}

std::string ObjectReader::text_or(const std::string& key, const std::string& fallback) {
  if (has(key)) return text(key);
  taken_.insert(key);
  return fallback;
}

int64_t ObjectReader::integer(const std::string& key) {
  const Json* value = take(key, true);
  if (value == nullptr) return 0;
  const bool fits = value->is_number_integer() &&
                    (!value->is_number_unsigned() || value->get<uint64_t>() <= INT64_MAX);
  if (fits) return value->get<int64_t>();
  fail(key, "must be a whole number");
  return 0;
}

uint64_t ObjectReader::unsigned_integer(const std::string& key) {
  const int64_t value = integer(key);
  if (value >= 0) return static_cast<uint64_t>(value);
  fail(key, "must not be negative");
  return 0;
}

int64_t ObjectReader::integer_or(const std::string& key, int64_t fallback) {
  if (has(key)) return integer(key);
  taken_.insert(key);
  return fallback;
}

bool ObjectReader::boolean_or(const std::string& key, bool fallback) {
  const Json* value = take(key, false);
  if (value == nullptr) return fallback;
  if (value->is_boolean()) return value->get<bool>();
  fail(key, "must be true or false");
  return fallback;
}

Sha256Digest ObjectReader::digest(const std::string& key) {
  const std::string hex = text(key);
  const auto parsed = Sha256Digest::from_hex(hex);
  if (parsed.ok()) return *parsed;
  fail(key, "must be a SHA-256 digest: 64 lower-case hexadecimal digits");
  return {};
}

std::vector<std::string> ObjectReader::texts(const std::string& key) {
  const Json* value = take(key, true);
  if (value == nullptr) return {};
  std::vector<std::string> out;
  if (value->is_array()) {
    for (const Json& item : *value) {
      if (item.is_string()) out.push_back(item.get<std::string>());
    }
    if (out.size() == value->size()) return out;
  }
  fail(key, "must be an array of strings");
  return {};
}

std::vector<std::string> ObjectReader::texts_or_none(const std::string& key) {
  if (has(key)) return texts(key);
  taken_.insert(key);
  return {};
}

void ObjectReader::object(const std::string& key, const Visit& visit) {
  const Json* value = take(key, true);
  if (value == nullptr) return;
  ObjectReader reader(document_, *value, pointer_to(key));
  visit(reader);
}

void ObjectReader::each_item(const std::string& key,
                             const std::function<void(const Json&, std::string)>& visit) {
  const Json* value = take(key, true);
  if (value == nullptr) return;
  if (!value->is_array()) {
    fail(key, "must be an array");
    return;
  }
  std::size_t index = 0;
  for (const Json& item : *value) {
    visit(item, pointer_to(key) + "/" + std::to_string(index++));
  }
}

void ObjectReader::each(const std::string& key, const Visit& visit) {
  each_item(key, [&](const Json& item, std::string pointer) {
    ObjectReader reader(document_, item, std::move(pointer));
    visit(reader);
  });
}

void ObjectReader::each_text_or_object(const std::string& key,
                                       const std::function<void(const std::string&)>& visit_text,
                                       const Visit& visit) {
  each_item(key, [&](const Json& item, std::string pointer) {
    if (item.is_string()) {
      visit_text(item.get<std::string>());
      return;
    }
    ObjectReader reader(document_, item, std::move(pointer));
    visit(reader);
  });
}

void ObjectReader::expect_format(const std::string& expected) {
  const std::string found = text("format");
  if (found != expected) fail("format", "must be '" + expected + "'");
}

}  // namespace hallmark
