// A client's file, taken to where the client cannot write.
#include "signer/private_copy.hpp"

#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "tests/unit/tools.hpp"
#include "tests/unit/verify/deb_fixtures.hpp"

namespace hallmark {
namespace {

using deb_test::memory_file;

// A terminal's folder with nothing in it but the signer's part.
struct Folder {
  test::TestFolder folder;
  Layout layout{folder.path("t")};

  Folder() { REQUIRE(make_dirs(layout.sign(), 0700).ok()); }

  Result<PrivateCopy> copy(int fd, uint64_t limit = uint64_t{8} << 20U) const {
    return private_copy(layout, fd, limit, "thing");
  }
};

TEST_CASE("private copy: the bytes and their digest, whatever the size") {
  const Folder folder;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{262143},
                                 std::size_t{262144}, std::size_t{262145}, std::size_t{3000000}}) {
    std::string bytes(size, 'x');
    for (std::size_t i = 0; i < size; i += 97) bytes[i] = static_cast<char>('a' + i % 23);
    const UniqueFd original = memory_file(bytes);
    const auto copy = folder.copy(original.get());
    REQUIRE(copy.ok());
    CHECK(copy->digest.size == size);
    CHECK(copy->digest.sha256 == sha256(bytes));
    const auto text = read_all(copy->fd.get(), size, "copy");
    REQUIRE(text.ok());
    CHECK(*text == bytes);
  }
}

TEST_CASE("private copy: what the client does afterwards does not matter") {
  const Folder folder;
  const UniqueFd original = memory_file("before");
  const auto copy = folder.copy(original.get());
  REQUIRE(copy.ok());
  REQUIRE(::pwrite(original.get(), "AFTER!", 6, 0) == 6);
  CHECK(*read_all(copy->fd.get(), 100, "copy") == "before");
}

TEST_CASE("private copy: too large, or no regular file") {
  const Folder folder;
  const UniqueFd original = memory_file("four");
  CHECK(folder.copy(original.get(), 4).ok());
  const auto large = folder.copy(original.get(), 3);
  REQUIRE_FALSE(large.ok());
  CHECK(large.error().kind == ErrorKind::kVerification);
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const UniqueFd in(ends[0]);
  const UniqueFd out(ends[1]);
  const auto pipe = folder.copy(in.get());
  REQUIRE_FALSE(pipe.ok());
  CHECK(pipe.error().message() == "thing: is not a regular file");
}

}  // namespace
}  // namespace hallmark
