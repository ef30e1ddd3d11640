// What Contents says of a .deb: which entries of its data member are listed, and what is refused.
#include "verify/deb_paths.hpp"

#include <zlib.h>

#include <catch2/catch_test_macros.hpp>
#include <map>

#include "tests/unit/tools.hpp"
#include "tests/unit/verify/deb_fixtures.hpp"
#include "verify/contents_index.hpp"

namespace hallmark {
namespace {

using deb_test::tar;
using deb_test::TarEntry;

Result<std::string> paths_of_tar(const std::string& data_tar, const std::string& ending = "",
                                 DebPaths which = DebPaths::kToJudge) {
  auto members = deb_test::deb_members(tar({{"./", "", '5'}, {"./control", deb_test::kControl}}));
  members.at(2).name += ending;
  members.at(2).content = data_tar;
  const UniqueFd fd = deb_test::memory_file(deb_test::ar(members));
  HALLMARK_TRY(const DebPackage deb, read_deb(fd.get(), "x.deb"));
  HALLMARK_TRY(const std::string packed, packed_deb_paths(fd.get(), deb, which, "x.deb"));
  return unpack_deb_paths(packed);
}

std::string paths(const std::vector<TarEntry>& entries) {
  const auto text = paths_of_tar(tar(entries));
  INFO((text.ok() ? "" : text.error().message()));
  REQUIRE(text.ok());
  return *text;
}

void check_refused(const std::string& data_tar, const std::string& words) {
  const auto text = paths_of_tar(data_tar);
  REQUIRE_FALSE(text.ok());
  INFO(text.error().message());
  CHECK(text.error().kind == ErrorKind::kVerification);
  CHECK(text.error().message().find(words) != std::string::npos);
}

TEST_CASE("deb paths: files, links and devices in order; no directories") {
  CHECK(paths({{"./", "", '5'},
               {"./usr/", "", '5'},
               {"./usr/bin/tool", std::string(1000, 'x')},
               {"./usr/bin/link", "", '2'},
               {"usr/bin/hard", "", '1'},
               {"./dev/pipe", "", '6'},
               {"./etc/conf", "y", '\0'}}) ==
        "dev/pipe\netc/conf\nusr/bin/hard\nusr/bin/link\nusr/bin/tool\n");
  CHECK(paths({{"./", "", '5'}}).empty());
  CHECK(paths({{"./a"}, {"a"}, {"//a"}}) == "a\n");
}

TEST_CASE("deb paths: of a data member in each of dpkg's compressions") {
  const std::string data = tar({{"./", "", '5'}, {"./usr/tool", "x"}});
  for (const auto& [ending, tool] : std::map<std::string, std::string>{
           {".gz", "gzip"}, {".xz", "xz"}, {".bz2", "bzip2"}, {".zst", "zstd"}}) {
    INFO(ending);
    const std::string packed = test::run_tool("/usr/bin/" + tool, {"-q", "-c"}, data);
    const auto text = paths_of_tar(packed, ending);
    INFO((text.ok() ? "" : text.error().message()));
    REQUIRE(text.ok());
    CHECK(*text == "usr/tool\n");
    CHECK_FALSE(paths_of_tar(data, ending).ok());
    CHECK_FALSE(paths_of_tar(packed, "").ok());
  }
}

std::string compressed(const std::string& tool, const std::string& bytes) {
  return test::run_tool("/usr/bin/" + tool, {"-q", "-c"}, bytes);
}

TEST_CASE("deb paths: of several streams") {
  const std::string one = deb_test::tar_entry({"./one"});
  const std::string two = tar({{"./two"}});
  for (const auto& [ending, tool] :
       std::map<std::string, std::string>{{".xz", "xz"}, {".bz2", "bzip2"}, {".zst", "zstd"}}) {
    INFO(ending);
    const std::string both = compressed(tool, tar({{"./one"}})) + compressed(tool, two);
    const auto judged = paths_of_tar(both, ending);
    REQUIRE_FALSE(judged.ok());
    CHECK(judged.error().message().find("after its compressed stream") != std::string::npos);
    // Those of the first alone, as dpkg has it.
    const auto accepted = paths_of_tar(both, ending, DebPaths::kAccepted);
    REQUIRE(accepted.ok());
    CHECK(*accepted == "one\n");
    // dpkg installs "one", and there is no end mark.
    const auto cut =
        paths_of_tar(compressed(tool, one) + compressed(tool, two), ending, DebPaths::kAccepted);
    REQUIRE_FALSE(cut.ok());
    CHECK(cut.error().message().find("before its end mark") != std::string::npos);
    CHECK_FALSE(paths_of_tar(compressed(tool, tar({{"./one"}})) + "x", ending).ok());
  }
  const auto all = paths_of_tar(compressed("gzip", one) + compressed("gzip", two), ".gz");
  REQUIRE(all.ok());
  CHECK(*all == "one\ntwo\n");
}

TEST_CASE("deb paths: of one stream of many blocks, all") {
  std::string noise;
  uint32_t number = 1;
  while (noise.size() < 1000000) {
    number = number * 1664525U + 1013904223U;
    noise += static_cast<char>(number >> 24U);
  }
  const std::string data =
      tar({{"./one", noise}, {"./two", std::string(1000000, 'x')}, {"./three"}});
  const std::map<std::string, std::vector<std::string>> tools = {
      {".xz", {"xz", "--block-size=65536"}},
      {".bz2", {"bzip2", "-1"}},
      {".zst", {"zstd", "--no-check"}}};
  for (const auto& [ending, tool] : tools) {
    INFO(ending);
    const auto text =
        paths_of_tar(test::run_tool("/usr/bin/" + tool[0], {"-q", "-c", tool[1]}, data), ending);
    REQUIRE(text.ok());
    CHECK(*text == "one\nthree\ntwo\n");
  }
}

// The same with another dictionary in the last block's header, 2 or 3 times a power of two.
std::string with_dictionary(std::string xz, uint8_t code) {
  const std::size_t at = xz.rfind(std::string("\x02\0\x21\x01", 4));
  REQUIRE(at != std::string::npos);
  xz[at + 4] = static_cast<char>(code);
  const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(xz.data() + at), 8);
  for (unsigned i = 0; i < 4; ++i) xz[at + 8 + i] = static_cast<char>(crc >> (8 * i));
  return xz;
}

TEST_CASE("deb paths: what takes too much memory to be decompressed is refused") {
  constexpr uint8_t k96Mib = 29;
  constexpr uint8_t k128Mib = 30;
  constexpr uint8_t k1536Mib = 37;
  const std::string data = tar({{"./one", std::string(100000, 'x')}});
  const std::string one_block = compressed("xz", data);
  const std::string blocks =
      test::run_tool("/usr/bin/xz", {"-q", "-c", "--block-size=65536"}, data);
  for (const std::string& xz : {one_block, blocks}) {
    CHECK(paths_of_tar(with_dictionary(xz, k96Mib), ".xz").ok());
    for (const uint8_t code : {k128Mib, k1536Mib}) {
      const auto text = paths_of_tar(with_dictionary(xz, code), ".xz");
      REQUIRE_FALSE(text.ok());
      CHECK(text.error().kind == ErrorKind::kVerification);
      CHECK(text.error().message().find("more than 128 MiB of memory") != std::string::npos);
    }
  }
  std::string zst = compressed("zstd", data);
  zst.at(5) = static_cast<char>(17U << 3U);  // a window of 2^27
  CHECK(paths_of_tar(zst, ".zst").ok());
  zst.at(5) = static_cast<char>(18U << 3U);
  CHECK_FALSE(paths_of_tar(zst, ".zst").ok());
}

TEST_CASE("deb paths: a control member that takes too much memory is refused") {
  auto members = deb_test::deb_members("");
  members.at(1).name += ".xz";
  members.at(1).content = with_dictionary(
      compressed("xz", tar({{"./", "", '5'}, {"./control", deb_test::kControl}})), 37);
  const UniqueFd fd = deb_test::memory_file(deb_test::ar(members));
  const auto deb = read_deb(fd.get(), "x.deb");
  REQUIRE_FALSE(deb.ok());
  CHECK(deb.error().message().find("more than 128 MiB of memory") != std::string::npos);
}

TEST_CASE("deb paths: what dpkg unpacks cannot hide from them") {
  CHECK(paths({{"./usr/bin/tool/", "a file", '0'}, {"./etc/conf/", "", '\0'}}) ==
        "etc/conf\nusr/bin/tool\n");
  // What a link or a folder would have as its content is the next entry.
  const std::string inner = deb_test::tar_entry({"./usr/bin/inner"});
  for (const char type : {'1', '2', '3', '4', '5', '6'}) {
    INFO(type);
    CHECK(paths({{"./usr/a", inner, type}}).ends_with("usr/bin/inner\n"));
  }
  CHECK(paths({{"./usr/a", inner, '0'}}) == "usr/a\n");
}

TEST_CASE("deb paths: names that do not fit the header") {
  const std::string name = "./usr/share/" + std::string(120, 'n');
  CHECK(paths({{"././@LongLink", name + '\0', 'L'}, {"./usr/share/nnn", "content"}}) ==
        name.substr(2) + "\n");
  TarEntry ustar{"tool", "x"};
  ustar.prefix = "./usr/bin";
  CHECK(paths({ustar}) == "usr/bin/tool\n");
  CHECK(paths({{"././@LongLink", std::string(200, 't') + '\0', 'K'}, {"./link", "", '2'}}) ==
        "link\n");
  CHECK(paths({{"././@LongLink", std::string("./one\0./two", 11), 'L'}, {"./n"}, {"./next"}}) ==
        "next\none\n");
  CHECK(paths({{"././@LongLink", "./one", 'L'}, {"././@LongLink", "./two", 'L'}, {"./n"}}) ==
        "two\n");
}

TEST_CASE("deb paths: what no line can hold is left out") {
  CHECK(paths({{"./a\nusr/bin/forged\tutils/other"}, {"./b\x7f"}, {"./c d"}, {"./\xc3\xa9"}}) ==
        "c d\n\xc3\xa9\n");
}

TEST_CASE("deb paths: a data member that dpkg would not unpack is refused") {
  check_refused(tar({{"./../etc/passwd"}}), "'..'");
  check_refused(tar({{"./pax", "30 path=usr/bin/other\n", 'x'}}), "type that dpkg");
  check_refused(tar({{"./sparse", "", 'S'}}), "type that dpkg");
  check_refused(tar({{"./contiguous", "", '7'}}), "type that dpkg");
  check_refused(tar({{""}}), "without a name");
  check_refused(tar({{"././@LongLink", "", 'L'}, {"./n"}}), "without a name");
  const std::string whole = tar({{"./file", std::string(2000, 'x')}});
  check_refused(whole.substr(0, 1024), "before its end mark");
  check_refused(whole.substr(0, 512 + 2048), "before its end mark");
  check_refused("", "not compressed as its name says");
  TarEntry bad{"./file"};
  bad.checksum_error = 1;
  check_refused(tar({bad}), "malformed");
  TarEntry size{"./file"};
  size.size = "7777777777x";
  check_refused(tar({size}), "malformed");
  check_refused(tar({{"././@LongLink", std::string(5000, 'n'), 'L'}, {"./n"}}), "too long");
}

TEST_CASE("deb paths: more paths than anybody installs are refused") {
  std::string many;
  for (int i = 0; i < 8300; ++i) {
    const std::string name = std::string(4088, 'n') + std::to_string(i);
    many += deb_test::tar_entry({"././@LongLink", name, 'L'}) + deb_test::tar_entry({"./n"});
  }
  check_refused(many + std::string(1024, '\0'), "too many paths");
}

// Of some length, and whose hash says what is wanted.
std::string chosen_paths(int count, std::size_t size, bool boundaries) {
  std::string out;
  for (int i = 0; count > 0; ++i) {
    const std::string path = "usr/" + std::to_string(i) + std::string(size, 'p');
    if (begins_contents_shard(path) != boundaries) continue;
    out += deb_test::tar_entry({"././@LongLink", path + '\0', 'L'}) + deb_test::tar_entry({"./n"});
    --count;
  }
  return out + std::string(1024, '\0');
}

TEST_CASE("deb paths: paths that are chosen so that no shard begins, or each does, are refused") {
  CHECK(paths_of_tar(chosen_paths(510, 4000, false)).ok());
  check_refused(chosen_paths(530, 4000, false), "more than 2 MiB of paths on end");
  CHECK(paths_of_tar(chosen_paths(64, 1, true)).ok());
  check_refused(chosen_paths(70, 1, true), "too many paths that a shard of Contents begins at");
}

TEST_CASE("deb paths: the name has the section in front, if that is a word") {
  const auto name = [](const std::string& control) {
    const UniqueFd fd = deb_test::memory_file(deb_test::deb_of_control(control));
    const auto deb = read_deb(fd.get(), "x.deb");
    REQUIRE(deb.ok());
    return contents_name(*deb);
  };
  CHECK(name(deb_test::kControl) == "utils/hm-test");
  CHECK(name(deb_test::control_with("Section", "Section: contrib/utils\n")) ==
        "contrib/utils/hm-test");
  CHECK(name(deb_test::control_with("Section", "")) == "hm-test");
  CHECK(name(deb_test::control_with("Section", "Section: a,b/other\n")) == "hm-test");
  CHECK(name(deb_test::control_with("Section", "Section: two words\n")) == "hm-test");
  CHECK(name(deb_test::control_with("Section", "Section: two\n lines\n")) == "hm-test");
  const std::string longest(100, 's');
  CHECK(name(deb_test::control_with("Section", "Section: " + longest + "\n")) ==
        longest + "/hm-test");
  CHECK(name(deb_test::control_with("Section", "Section: s" + longest + "\n")) == "hm-test");
}

}  // namespace
}  // namespace hallmark
