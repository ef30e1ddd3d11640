#include "cli/updates.hpp"

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

TEST_CASE("updates in words") {
  const Json updates = Json::parse(R"([
    {"environment":"env","name":"zlib","architecture":"amd64","pinned":"1","version":"2",
     "uri":"https://deb.example.org","suite":"stable-security","security":true},
    {"name":"tool","pinned":"2.0","version":"2.1","uri":"https://deb.example.org",
     "suite":"stable","security":false},
    {"pinned":"2.0","version":"2.2","uri":"https://example.org/tool","security":false}])");
  CHECK(updates_in_words("tool 2.0", updates) ==
        "tool 2.0: 3 newer, 1 for security\n"
        "  security  environment env: zlib:amd64 1, now 2 (stable-security of "
        "https://deb.example.org)\n"
        "            source: package tool 2.0, now 2.1 (stable of https://deb.example.org)\n"
        "            source: 2.0, now 2.2 (a tag of https://example.org/tool, not verified)\n");
  CHECK(updates_in_words("tool 2.0", Json::array()) == "tool 2.0: nothing newer\n");
}

}  // namespace
}  // namespace hallmark
