// A list that only grows, and says each thing once.
#include "cli/change_list.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"
#include "core/json.hpp"
#include "tests/unit/tools.hpp"

namespace hallmark {
namespace {

std::string published(const std::string& path, const std::string& bytes) {
  return Json{{"path", path},
              {"size", bytes.size()},
              {"sha256", sha256(bytes).hex()},
              {"cache_control", "no-cache"}}
             .dump() +
         "\n";
}

std::string held(const std::string& path) {
  return Json{{"path", path}, {"held", true}}.dump() + "\n";
}

// "+PATH" and "-PATH", in order.
std::string short_form(const std::string& changes) {
  std::string out;
  for (std::size_t begin = 0; begin < changes.size();) {
    const std::size_t end = changes.find('\n', begin);
    REQUIRE(end != std::string::npos);
    const Json line = Json::parse(changes.substr(begin, end - begin));
    out += (out.empty() ? "" : " ");
    out += (line["action"] == "put" ? "+" : "-") + line["path"].get<std::string>();
    begin = end + 1;
  }
  return out;
}

std::string next(const std::string& list, const std::string& files) {
  const auto changes = next_changes(list, files, "list");
  REQUIRE(changes.ok());
  return *changes;
}

TEST_CASE("change list: in the order of publishing, each once, removed when no host has it") {
  const std::string first =
      next("", published("pool/z", "1") + published("dists/p", "1") + published("dists/I", "1"));
  CHECK(short_form(first) == "+pool/z +dists/p +dists/I");
  CHECK(Json::parse(first.substr(0, first.find('\n'))) == Json{{"action", "put"},
                                                               {"path", "pool/z"},
                                                               {"size", 1},
                                                               {"sha256", sha256("1").hex()},
                                                               {"cache_control", "no-cache"}});
  CHECK(
      next(first, published("pool/z", "1") + published("dists/p", "1") + published("dists/I", "1"))
          .empty());
  const std::string second = next(first, published("pool/a", "2") + published("dists/p", "2") +
                                             published("dists/I", "2") + held("pool/z"));
  CHECK(short_form(second) == "+pool/a +dists/p +dists/I");
  const std::string all = first + second;
  const std::string third =
      next(all, published("pool/a", "2") + published("dists/p", "2") + published("dists/I", "2"));
  CHECK(short_form(third) == "-pool/z");
  CHECK(short_form(next(all + third, published("pool/z", "1"))) ==
        "+pool/z -dists/I -dists/p -pool/a");
}

TEST_CASE("change list: a file that is none is refused and left as it is") {
  const test::TestFolder folder;
  for (const std::string text : {"no JSON\n", "{}\n", "{\"action\":\"move\",\"path\":\"x\"}\n",
                                 "[]\n", "{\"action\":\"put\",\"path\":\"x\"}\n",
                                 "{\"action\":\"remove\",\"path\":\"x\",\"y\":1}\n"}) {
    INFO(text);
    folder.write("list", text);
    CHECK_FALSE(add_changes(folder.path("list"), published("pool/a", "1")).ok());
    CHECK(folder.read("list") == text);
  }
}

TEST_CASE("change list: a file, new, added to, or with half a line at its end") {
  const test::TestFolder folder;
  const std::string path = folder.path("list");
  CHECK(*add_changes(path, published("pool/a", "1")) == 1);
  const std::string once = folder.read("list");
  CHECK(*add_changes(path, published("pool/a", "1")) == 0);
  CHECK(folder.read("list") == once);
  folder.write("half", once + "{\"action\":\"pu");
  CHECK(*add_changes(folder.path("half"), published("pool/a", "1") + published("x", "1")) == 1);
  CHECK(short_form(folder.read("half")) == "+pool/a +x");
  CHECK_FALSE(add_changes(folder.path("nowhere/list"), published("pool/a", "1")).ok());
}

}  // namespace
}  // namespace hallmark
