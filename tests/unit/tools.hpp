// What unit tests that use real tools share: a folder that is gone afterwards, and running a tool
// that must succeed.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/fd.hpp"
#include "process/run.hpp"

namespace hallmark::test {

class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hallmark-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    // A gpg-agent that ends removes its sockets meanwhile, which makes remove_all give up.
    std::error_code trouble;
    for (int tries = 0; tries < 10; ++tries) {
      std::filesystem::remove_all(path_, trouble);
      if (!trouble) return;
    }
  }

  std::string path(const std::string& name = ".") const { return (path_ / name).string(); }

  std::string write(const std::string& name, std::string_view bytes) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    const auto file = open_at(AT_FDCWD, path(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    REQUIRE(file.ok());
    REQUIRE(write_all(file->get(), bytes).ok());
    return path(name);
  }

  std::string read(const std::string& name) const {
    auto text = read_file(path(name), uint64_t{1} << 30U);
    REQUIRE(text.ok());
    return *text;
  }

 private:
  std::filesystem::path path_;
};

// stdout of a tool that exits 0.
inline std::string run_tool(const std::string& program, std::vector<std::string> arguments,
                            std::string_view input = "") {
  Command command;
  command.program = program;
  command.arguments = std::move(arguments);
  command.stdin_text = input;
  command.output_limit = uint64_t{1} << 28U;
  const auto out = run_checked(command, program);
  INFO((out.ok() ? std::string() : out.error().message()));
  REQUIRE(out.ok());
  return *out;
}

}  // namespace hallmark::test
