#include "core/deb822.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

using hallmark::parse_deb822;

namespace {

bool refused(std::string_view text) { return !parse_deb822(text, "text").ok(); }

std::string cause(std::string_view text) {
  const auto result = parse_deb822(text, "text");
  return result.ok() ? "accepted" : result.error().message();
}

}  // namespace

TEST_CASE("deb822: paragraphs, fields and continuation lines") {
  const auto paragraphs = parse_deb822(
      "\n\nPackage: figlet \t\nDescription: Make large letters\n Long text.\n .\n\tEnd.\n\n\n"
      "Package: b\nConffiles:\n /etc/b 0123",
      "text");
  REQUIRE(paragraphs.ok());
  REQUIRE(paragraphs->size() == 2);
  CHECK((*paragraphs)[0].fields.size() == 2);
  CHECK(*(*paragraphs)[0].find("package") == "figlet");
  CHECK(*(*paragraphs)[0].find("Description") == "Make large letters\n Long text.\n .\n\tEnd.");
  CHECK(*(*paragraphs)[1].find("Conffiles") == "\n /etc/b 0123");
  CHECK((*paragraphs)[1].find("Missing") == nullptr);
}

TEST_CASE("deb822: a field written is the text it was read from") {
  for (const std::string text : {"A: b\n", "A:\n", "A:\n one\n two\n", "A-b: c: d\n e\n"}) {
    const auto paragraphs = parse_deb822(text, "text");
    REQUIRE(paragraphs.ok());
    const auto& [name, value] = paragraphs->front().fields.front();
    CHECK(hallmark::deb822_field(name, value) == text);
  }
}

TEST_CASE("deb822: nothing is no paragraph") {
  CHECK(parse_deb822("", "text")->empty());
  CHECK(parse_deb822("\n\n", "text")->empty());
}

TEST_CASE("deb822: forms that readers disagree about are refused") {
  CHECK(refused("A: 1\nA: 2\n"));              // a field twice
  CHECK(refused("Version: 1\nvErSiOn: 2\n"));  // whatever its case
  CHECK(refused(" continued\n"));
  CHECK(refused("A: 1\n\n continued\n"));
  CHECK(refused("A: 1\n \nB: 2\n"));  // white space alone: a separator for some
  CHECK(refused("A: 1\n\t\nB: 2\n"));
  CHECK(refused("# comment\nA: 1\n"));
  CHECK(refused("A: 1\n# comment: 2\n"));
  CHECK(refused("-A: 1\n"));
  CHECK(refused("A\n"));
  CHECK(refused(": 1\n"));
  CHECK(refused("A B: 1\n"));
  CHECK(refused("\xc3\xa4: 1\n"));
}

TEST_CASE("deb822: control characters and bytes that are not UTF-8 are refused") {
  CHECK(refused("A: 1\r\n"));
  CHECK(refused(std::string_view("A: 1\0\n", 6)));
  CHECK(refused("A: \x1b[31m\n"));
  CHECK(refused("A: \x7f\n"));
  CHECK(refused("A: \xff\n"));
  CHECK(refused("A: \xc0\xaf\n"));  // overlong
  CHECK(refused("A: \xe0\x80\xaf\n"));
  CHECK(refused("A: \xed\xa0\x80\n"));      // a surrogate
  CHECK(refused("A: \xf4\x90\x80\x80\n"));  // above U+10FFFF
  CHECK(refused("A: \xe2\x82\n"));          // cut
  CHECK(refused("A: \x80\n"));
  CHECK_FALSE(refused("A: \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf\n"));
}

TEST_CASE("deb822: an error names the text and the line") {
  CHECK(cause("A: 1\n\nB: 1\nb: 2\n").find("text, line 4: the field b is there twice") == 0);
}

TEST_CASE("deb822: limits") {
  hallmark::Deb822Limits limits;
  limits.text = 100;
  limits.paragraph = 20;
  limits.fields = 2;
  CHECK(parse_deb822("A: 1\nB: 2\n\nA: 1\nB: 2\n", "text", limits).ok());
  CHECK_FALSE(parse_deb822("A: 1\nB: 2\nC: 3\n", "text", limits).ok());
  CHECK_FALSE(parse_deb822("A: 1\n 234567\n 234567\n", "text", limits).ok());
  CHECK_FALSE(parse_deb822(std::string(101, '\n'), "text", limits).ok());
  CHECK_FALSE(parse_deb822(std::string(129, 'a') + ": 1\n", "text").ok());
}

TEST_CASE("deb822: a text that must be one paragraph") {
  CHECK(hallmark::parse_deb822_paragraph("A: 1\n\n", "text").ok());
  CHECK_FALSE(hallmark::parse_deb822_paragraph("\n", "text").ok());
  CHECK_FALSE(hallmark::parse_deb822_paragraph("A: 1\n\nB: 2\n", "text").ok());
}
