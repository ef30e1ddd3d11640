#include "core/debian_version.hpp"

#include <catch2/catch_test_macros.hpp>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/tools.hpp"

using hallmark::compare_debian_versions;
using hallmark::is_debian_version;
using hallmark::test::run_tool;

namespace {

// Chosen for the corners of deb-version(7); each is compared with every third.
constexpr std::string_view kVersions =
    "0 0~ 0~~ 0~a 0a 0+ 0.0 00 0-0 0-1 1 1.0 1.00 1.0-0 0:1.0 1.0-1 1.0-1~bp1 1.0-1+b1 "
    "1.0-1.1 1.0-a 1.0-01 1.0~rc1 1.0~rc1-1 1.0~~ 1.0+dfsg 1.0.1 1.0a 1.0A 1.0aa 1.0a1 "
    "1:0.1 2:0.1 10:0 1.10 1.9 1-1-1 1.0-1-1 1-2 1.2.3~4.5+6 20201231 "
    "1.0-99999999999999999999 1.0-100000000000000000000";

std::vector<std::string> words(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> found;
  for (std::string word; in >> word;) found.push_back(word);
  return found;
}

// What dpkg itself says of each line's two versions: "<", "=" or ">".
std::string ask_dpkg(const std::string& pairs) {
  return run_tool("/bin/sh",
                  {"-c",
                   "while read -r a b; do"
                   "  if dpkg --compare-versions \"$a\" lt \"$b\"; then echo '<';"
                   "  elif dpkg --compare-versions \"$a\" eq \"$b\"; then echo '=';"
                   "  else echo '>'; fi; done"},
                  pairs);
}

// The same from dpkg's Perl library, in one process.
std::string ask_dpkg_perl(const std::string& pairs) {
  return run_tool("/usr/bin/perl",
                  {"-MDpkg::Version", "-ne",
                   "chomp; my @v = split / /;"
                   "print qw(= > <)[version_compare($v[0], $v[1])], \"\\n\";"},
                  pairs);
}

std::string ask_us(const std::string& pairs) {
  std::istringstream in(pairs);
  std::string a;
  std::string b;
  std::string answers;
  while (in >> a >> b) {
    const auto order = compare_debian_versions(a, b);
    answers += order < 0 ? "<\n" : order > 0 ? ">\n" : "=\n";
  }
  return answers;
}

void check_each_line(const std::string& pairs, const std::string& ours, const std::string& theirs) {
  std::istringstream pair_lines(pairs);
  std::istringstream our_lines(ours);
  std::istringstream their_lines(theirs);
  std::string pair;
  std::string our;
  std::string their;
  while (std::getline(pair_lines, pair)) {
    REQUIRE(std::getline(our_lines, our));
    REQUIRE(std::getline(their_lines, their));
    INFO(pair);
    CHECK(our == their);
  }
}

std::string random_version(std::mt19937& random) {
  const std::string_view characters = "0123456789019.~+-aAzZb";
  std::string version = std::to_string(random() % 3);
  if (random() % 4 == 0) version += ':' + std::to_string(random() % 3);
  for (auto left = random() % 7; left > 0; --left) {
    version += characters[random() % characters.size()];
  }
  return version;
}

}  // namespace

TEST_CASE("debian version: the order is dpkg's, corner by corner") {
  const std::vector<std::string> versions = words(kVersions);
  std::string pairs;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    for (std::size_t j = i % 3; j < versions.size(); j += 3) {
      pairs += versions[i] + ' ' + versions[j] + '\n';
    }
  }
  check_each_line(pairs, ask_us(pairs), ask_dpkg(pairs));
}

TEST_CASE("debian version: the order is dpkg's for 20,000 random pairs") {
  std::mt19937 random(20201231);
  std::string pairs;
  for (int i = 0; i < 20000;) {
    const std::string a = random_version(random);
    const std::string b = random_version(random);
    if (!is_debian_version(a) || !is_debian_version(b)) continue;
    pairs += a + ' ' + b + '\n';
    ++i;
  }
  check_each_line(pairs, ask_us(pairs), ask_dpkg_perl(pairs));
}

TEST_CASE("debian version: what is accepted, dpkg accepts") {
  std::mt19937 random(7);
  std::string accepted;
  for (int i = 0; i < 300; ++i) {
    const std::string version = random_version(random);
    if (is_debian_version(version)) accepted += version + '\n';
  }
  run_tool("/bin/sh", {"-ec", "while read -r v; do dpkg --validate-version \"$v\"; done"},
           accepted);
}

TEST_CASE("debian version: syntax") {
  for (const char* good : {"1", "0", "1.0-1", "2:1.0-1+b1", "1.0~rc1-1~deb12u1", "1-2-3", "0:0"}) {
    INFO(good);
    CHECK(is_debian_version(good));
  }
  for (const char* bad :
       {"",      " ",    "a",         "-1",  "1.0-", ":1",    "a:1",  "1:",      "-1:1",
        "1:2:3", "1.0 ", " 1.0",      "1/0", "1_0",  "1.0\n", "../1", "1.0-1/2", "10000000000:1",
        "~1",    "+1",   "1\xc3\xa4", "%31"}) {
    INFO(bad);
    CHECK_FALSE(is_debian_version(bad));
  }
  CHECK(is_debian_version(std::string(128, '1')));
  CHECK_FALSE(is_debian_version(std::string(129, '1')));
}

TEST_CASE("debian version: without its epoch") {
  CHECK(hallmark::without_epoch("1:2.0-3") == "2.0-3");
  CHECK(hallmark::without_epoch("2.0-3") == "2.0-3");
}

TEST_CASE("debian names: packages") {
  for (const char* good : {"a0", "libc6", "g++", "0ad", "lib-x.y+z"}) {
    CHECK(hallmark::is_debian_package_name(good));
  }
  for (const char* bad :
       {"", "a", "A1", "-a", "+a", ".a", "a_b", "a/b", "..", "a b", "a\n", "a:b"}) {
    CHECK_FALSE(hallmark::is_debian_package_name(bad));
  }
  CHECK_FALSE(hallmark::is_debian_package_name(std::string(129, 'a')));
}

TEST_CASE("debian names: architectures") {
  for (const char* good : {"amd64", "all", "arm64", "kfreebsd-amd64", "musl-linux-arm64"}) {
    CHECK(hallmark::is_debian_architecture(good));
  }
  for (const char* bad : {"", "any", "linux-any", "any-amd64", "gnu-any-any", "x-any-y", "AMD64",
                          "-a", "a/b", "a b"}) {
    CHECK_FALSE(hallmark::is_debian_architecture(bad));
  }
}
