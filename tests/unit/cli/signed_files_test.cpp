// Where a signed file may be put.
#include "cli/signed_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "core/fd.hpp"

namespace hallmark {
namespace {

TEST_CASE("signed files: only a regular file is ever replaced") {
  std::string folder_name = std::filesystem::temp_directory_path() / "signed-files-XXXXXX";
  REQUIRE(::mkdtemp(folder_name.data()) != nullptr);
  const auto folder = open_dir(folder_name);
  REQUIRE(folder.ok());
  const int fd = folder->get();
  REQUIRE(write_file_atomic(fd, "old.apk", "old", 0644).ok());
  REQUIRE(::mkfifoat(fd, "device", 0600) == 0);
  REQUIRE(::mkdirat(fd, "folder", 0700) == 0);
  REQUIRE(::symlinkat("old.apk", fd, "link") == 0);

  for (const char* name : {"new.apk", "old.apk"}) CHECK(check_output_name(fd, name).ok());
  for (const char* name : {"device", "folder", "link", "", ".", ".."}) {
    INFO(name);
    const Status checked = check_output_name(fd, name);
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.error().kind == ErrorKind::kUsage);
  }
  std::filesystem::remove_all(folder_name);
}

}  // namespace
}  // namespace hallmark
