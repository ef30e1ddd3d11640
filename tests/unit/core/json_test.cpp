#include "core/json.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace hallmark;

namespace {

// A small document type, read as the models are.
struct Pet {
  std::string name;
  int64_t legs = 0;
  std::vector<std::string> toys;
};

Result<Pet> parse_pet(const std::string& text) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(text, "pet.json"));
  Pet pet;
  {
    ObjectReader reader(document);
    pet.name = reader.text("name");
    reader.object("body", [&](ObjectReader& body) { pet.legs = body.integer("legs"); });
    pet.toys = reader.texts_or_none("toys");
  }
  HALLMARK_CHECK(document.status());
  return pet;
}

}  // namespace

TEST_CASE("a document with comments reads") {
  const auto pet =
      parse_pet("// a cat\n{\"name\": \"Tom\", \"body\": {\"legs\": 4}, \"toys\": [\"ball\"]}");
  REQUIRE(pet.ok());
  CHECK(pet->name == "Tom");
  CHECK(pet->legs == 4);
  CHECK(pet->toys == std::vector<std::string>{"ball"});
}

TEST_CASE("an unknown key is an error that names file, line and key") {
  const auto pet = parse_pet("{\n\"name\": \"Tom\",\n\"body\": {\"legs\": 4,\n\"tail\": true}\n}");
  REQUIRE_FALSE(pet.ok());
  CHECK(pet.error().message() == "pet.json:4: body/tail is not a known key");
}

TEST_CASE("a wrong type is an error that names file, line and key") {
  const auto pet = parse_pet("{\n\"name\": \"Tom\",\n\"body\":\n{\"legs\": \"four\"}}");
  REQUIRE_FALSE(pet.ok());
  CHECK(pet.error().message() == "pet.json:4: body/legs must be a whole number");
}

TEST_CASE("a missing key is an error that names what lacks it") {
  const auto pet = parse_pet("{\"name\": \"Tom\",\n\"body\": {}}");
  REQUIRE_FALSE(pet.ok());
  CHECK(pet.error().message() == "pet.json:2: body must have 'legs'");
}

TEST_CASE("a line is found past comments, strings with braces and arrays") {
  const auto pet = parse_pet(
      "/* { */ {\"name\": \"}\\\"]\", // \"body\"\n\"toys\": [\"[\", \"}\"],\n\"body\": {\"legs\": "
      "1.5}}");
  REQUIRE_FALSE(pet.ok());
  CHECK(pet.error().subject == "pet.json:3");
}

TEST_CASE("10,000 levels of nesting are refused") {
  const std::string arrays(10'000, '[');
  const auto deep = parse_json(arrays + std::string(10'000, ']'), "deep.json");
  REQUIRE_FALSE(deep.ok());
  CHECK(deep.error().cause == "is nested deeper than 64 levels");
}

TEST_CASE("a repeated key is refused, at whatever depth") {
  const auto twice = parse_json(R"({"a": {"b": 1, "b": 2}})", "twice.json");
  REQUIRE_FALSE(twice.ok());
  CHECK(twice.error().cause == "repeats the key 'b'");
}

TEST_CASE("text that is too long, cut, or followed by more is refused") {
  CHECK_FALSE(parse_json(std::string(100, ' ') + "1", "long", {50, 64}).ok());
  CHECK_FALSE(parse_json("{\"a\": ", "cut").ok());
  CHECK_FALSE(parse_json("{} {}", "two").ok());
  CHECK_FALSE(parse_json("", "empty").ok());
}

TEST_CASE("numbers beyond 64 bits and negative sizes are refused") {
  CHECK_FALSE(parse_pet(R"({"name": "a", "body": {"legs": 18446744073709551615}})").ok());
  CHECK_FALSE(parse_pet(R"({"name": "a", "body": {"legs": 1e3}})").ok());
  const auto document = JsonDocument::parse(R"({"size": -1})", "size.json");
  REQUIRE(document.ok());
  { ObjectReader(*document).unsigned_integer("size"); }
  CHECK_FALSE(document->status().ok());
}

TEST_CASE("what tools write is the same for the same value, whatever the order of keys") {
  const auto one = canonical_dump(Json{{"b", 1}, {"a", Json::array({1, 2})}});
  const auto two = canonical_dump(Json{{"a", Json::array({1, 2})}, {"b", 1}});
  REQUIRE(one.ok());
  REQUIRE(two.ok());
  CHECK(*one == *two);
  CHECK(one->ends_with("}\n"));
  CHECK_FALSE(canonical_dump(Json("\xff")).ok());
}
