// A compressed index has one reading, which is the plain one: whoever decodes it, and however.
#include <catch2/catch_test_macros.hpp>

#include "signer/index_check.hpp"
#include "tests/unit/tools.hpp"

using namespace hallmark;
using hallmark::test::run_tool;
using hallmark::test::TestFolder;

namespace {

constexpr const char* kA = "Package: a\n\n";
constexpr const char* kB = "Package: b\n\n";

std::string xz(std::string_view text) { return run_tool("/usr/bin/xz", {"-c"}, text); }
std::string gzip(std::string_view text) { return run_tool("/usr/bin/gzip", {"-nc"}, text); }

bool accepted(const std::string& name, const std::string& form, const std::string& plain) {
  const TestFolder folder;
  const auto form_fd = open_at(AT_FDCWD, folder.write(name, form), O_RDONLY);
  const auto plain_fd = open_at(AT_FDCWD, folder.write("Packages", plain), O_RDONLY);
  REQUIRE(form_fd.ok());
  REQUIRE(plain_fd.ok());
  return check_compressed_form(form_fd->get(), plain_fd->get(), name).ok();
}

}  // namespace

TEST_CASE("whole forms of the plain index are accepted, an empty one too") {
  std::string large;
  for (int i = 0; i < 30'000; ++i) large += "Package: p" + std::to_string(i) + "\n\n";
  for (const std::string& plain : {std::string(), std::string(kA), large}) {
    CHECK(accepted("Packages.xz", xz(plain), plain));
    CHECK(accepted("Packages.gz", gzip(plain), plain));
  }
}

TEST_CASE("gzip members are read one after another, as apt does") {
  CHECK(accepted("Packages.gz", gzip(kA) + gzip(kB), std::string(kA) + kB));
}

TEST_CASE("two xz streams are refused: apt would see the first alone") {
  CHECK_FALSE(accepted("Packages.xz", xz(kA) + xz(kB), std::string(kA) + kB));
  CHECK_FALSE(accepted("Packages.xz", xz("") + xz(kA), kA));
  CHECK_FALSE(accepted("Packages.xz", xz(kA) + xz(""), kA));
}

TEST_CASE("anything behind the end is refused") {
  for (const std::string& more :
       {std::string("x"), std::string(4, '\0'), std::string("\x1f\x8b\x08\xe0", 4)}) {
    CHECK_FALSE(accepted("Packages.xz", xz(kA) + more, kA));
    CHECK_FALSE(accepted("Packages.gz", gzip(kA) + more, kA));
  }
}

TEST_CASE("a cut form, another form, a wrong check sum and no form at all are refused") {
  for (const bool is_xz : {true, false}) {
    const std::string name = is_xz ? "Packages.xz" : "Packages.gz";
    const std::string form = is_xz ? xz(kA) : gzip(kA);
    for (std::size_t size = 0; size < form.size(); ++size) {
      INFO(name << " cut to " << size);
      CHECK_FALSE(accepted(name, form.substr(0, size), kA));
    }
    CHECK_FALSE(accepted(name, is_xz ? gzip(kA) : xz(kA), kA));
    CHECK_FALSE(accepted(name, kA, kA));
    CHECK_FALSE(accepted(name, "", ""));
    CHECK_FALSE(accepted(name, form, kB));
    CHECK_FALSE(accepted(name, form, std::string(kA) + kB));
  }
  std::string wrong_sum = gzip(kA);
  wrong_sum[wrong_sum.size() - 8] = static_cast<char>(wrong_sum[wrong_sum.size() - 8] ^ 1);
  CHECK_FALSE(accepted("Packages.gz", wrong_sum, kA));
}
