#include "core/utf8.hpp"

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

TEST_CASE("utf8: what RFC 3629 allows and forbids") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("plain, z\xc3\xbcrich, \xe2\x82\xac, \xf0\x9f\x94\x8f"));
  CHECK_FALSE(is_utf8("\xc0\xaf"));          // an overlong '/'
  CHECK_FALSE(is_utf8("\xe0\x80\xaf"));      // the same in three bytes
  CHECK_FALSE(is_utf8("\xed\xa0\x80"));      // a surrogate
  CHECK_FALSE(is_utf8("\xf4\x90\x80\x80"));  // above U+10FFFF
  CHECK_FALSE(is_utf8("\x80"));
  CHECK_FALSE(is_utf8("cut \xe2\x82"));
}

TEST_CASE("printable: what people write stays") {
  const std::string text =
      "z\xc3\xbcrich\t\xe2\x82\xac 5\n\xe6\x9d\xb1\xe4\xba\xac \xf0\x9f\x94\x8f";
  CHECK(printable(text) == text);
}

TEST_CASE("printable: what could deceive a reader does not") {
  CHECK(printable("\x1b[2Jgone\r\x7f") == "?[2Jgone??");
  CHECK(printable(std::string_view("\0", 1)) == "?");
  CHECK(printable("\xc2\x9b"
                  "31m") == "?31m");  // CSI as one character of Latin-1
  CHECK(printable("\xe2\x80\xae"
                  "gpj.exe") == "?gpj.exe");               // right-to-left override
  CHECK(printable("\xe2\x81\xa6x\xe2\x81\xa9") == "?x?");  // isolates
  CHECK(printable("pay\xe2\x80\x8bpal") == "pay?pal");     // zero-width space
  CHECK(printable("\xf3\xa0\x81\x81") == "?");             // an invisible tag
  CHECK(printable("a\xff\xc3 b") == "a?? b");              // not UTF-8
}

}  // namespace
}  // namespace hallmark
