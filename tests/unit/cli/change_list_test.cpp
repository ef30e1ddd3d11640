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

const std::string kBegin = "{\"action\":\"begin\",\"terminal\":\"t1\"}\n";

// "+PATH" and "-PATH", in order, without the first line.
std::string short_form(const std::string& changes) {
  std::string out;
  for (std::size_t begin = 0; begin < changes.size();) {
    const std::size_t end = changes.find('\n', begin);
    REQUIRE(end != std::string::npos);
    const Json line = Json::parse(changes.substr(begin, end - begin));
    begin = end + 1;
    if (line["action"] == "begin") continue;
    out += (out.empty() ? "" : " ");
    out += (line["action"] == "put" ? "+" : "-") + line["path"].get<std::string>();
  }
  return out;
}

std::string next(const std::string& list, const std::string& files) {
  const auto changes = next_changes(list, files, "t1", "list");
  REQUIRE(changes.ok());
  return *changes;
}

TEST_CASE("change list: in the order of publishing, each once, removed when no host has it") {
  const std::string first =
      next("", published("pool/z", "1") + published("dists/p", "1") + published("dists/I", "1"));
  CHECK(short_form(first) == "+pool/z +dists/p +dists/I");
  REQUIRE(first.starts_with(kBegin));
  const std::string put = first.substr(kBegin.size());
  CHECK(Json::parse(put.substr(0, put.find('\n'))) == Json{{"action", "put"},
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

TEST_CASE("change list: the log is never removed") {
  const std::string first =
      next("", published("log/t1/tile/0/000", "1") + published("pool/a", "1"));
  CHECK(short_form(next(first, published("pool/b", "1"))) == "+pool/b -pool/a");
}

TEST_CASE("change list: a file that is none is refused before anything is published") {
  const test::TestFolder folder;
  const std::string put = published("pool/a", "1");
  for (const std::string& text :
       {std::string("no JSON\n"), std::string("{}\n"), std::string("[]\n"),
        std::string("{\"action\":\"remove\",\"path\":\"x\"}\n"), kBegin + kBegin,
        kBegin + "{\"action\":\"move\",\"path\":\"x\"}\n",
        kBegin + "{\"action\":\"put\",\"path\":\"x\"}\n",
        kBegin + "{\"action\":\"remove\",\"path\":\"x\",\"y\":1}\n"}) {
    INFO(text);
    folder.write("list", text);
    CHECK_FALSE(ChangeList::read(folder.path("list"), "t1").ok());
    CHECK(folder.read("list") == text);
  }
  folder.write("list", kBegin);
  CHECK(ChangeList::read(folder.path("list"), "t1").ok());
  const auto another = ChangeList::read(folder.path("list"), "t2");
  REQUIRE_FALSE(another.ok());
  CHECK(another.error().message().find("terminal t1") != std::string::npos);
  CHECK_FALSE(ChangeList::read(folder.path(), "t1").ok());
  CHECK_FALSE(ChangeList::read(folder.path("nowhere/list"), "t1").ok());
}

Result<uint64_t> add(const std::string& path, const std::string& files) {
  HALLMARK_TRY(const ChangeList list, ChangeList::read(path, "t1"));
  return list.add(files);
}

TEST_CASE("change list: a file, new, added to, or with half a line at its end") {
  const test::TestFolder folder;
  const std::string path = folder.path("list");
  CHECK(*add(path, published("pool/a", "1")) == 2);
  const std::string once = folder.read("list");
  CHECK(*add(path, published("pool/a", "1")) == 0);
  CHECK(folder.read("list") == once);
  folder.write("half", once + "{\"action\":\"pu");
  CHECK(*add(folder.path("half"), published("pool/a", "1") + published("x", "1")) == 1);
  CHECK(short_form(folder.read("half")) == "+pool/a +x");
  CHECK_FALSE(add(folder.path("nowhere/list"), published("pool/a", "1")).ok());
}

}  // namespace
}  // namespace hallmark
