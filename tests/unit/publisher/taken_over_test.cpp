// What a public address serves, taken over into files of ours.
#include "publisher/transfer/taken_over.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"
#include "tests/unit/publisher/http_server.hpp"
#include "tests/unit/verify/log_fixtures.hpp"
#include "verify/log/tiles.hpp"

namespace hallmark::publisher_test {
namespace {

const std::string kNotFound =
    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

WantedFile wanted(const std::string& path, const std::string& bytes) {
  return {{path, bytes.size(), sha256(bytes)}, false, -1};
}

std::string read(const UniqueFd& file) {
  const auto bytes = read_all(file.get(), uint64_t{1} << 20U, "file");
  REQUIRE(bytes.ok());
  return *bytes;
}

TEST_CASE("taken over: from whichever address has the very bytes, in the order asked for") {
  const test::TestFolder folder;
  const Layout layout{folder.path()};
  const HttpServer behind([](const std::string& request) {
    return request.starts_with("GET /pool/a ") ? HttpServer::ok("aa") : kNotFound;
  });
  const HttpServer newest([](const std::string& request) {
    return HttpServer::ok(request.starts_with("GET /pool/b ") ? "bb" : "other");
  });
  WantedFile b = wanted("pool/b", "bb");
  b.size_is_limit = true;
  b.file.size = 100;
  const auto files =
      take_over_files(layout, {behind.url(), newest.url()}, {b, wanted("pool/a", "aa")});
  INFO((files.ok() ? "" : files.error().message()));
  REQUIRE(files.ok());
  REQUIRE(files->size() == 2);
  CHECK(read(files->at(0)) == "bb");
  CHECK(read(files->at(1)) == "aa");
}

TEST_CASE("taken over: other bytes are not") {
  const test::TestFolder folder;
  const Layout layout{folder.path()};
  for (const std::string body : {"ab", "aaa", "a"}) {
    const HttpServer server([&](const std::string&) { return HttpServer::ok(body); });
    const auto files = take_over_files(layout, {server.url()}, {wanted("pool/a", "aa")});
    REQUIRE_FALSE(files.ok());
    CHECK(files.error().kind == ErrorKind::kVerification);
    WantedFile limited = wanted("pool/a", "aa");
    limited.size_is_limit = true;
    CHECK_FALSE(take_over_files(layout, {server.url()}, {limited}).ok());
  }
  CHECK(take_over_files(layout, {"http://127.0.0.1:1"}, {wanted("pool/a", "aa")}).error().kind ==
        ErrorKind::kRemote);
  CHECK_FALSE(take_over_files(layout, {}, {wanted("pool/a", "aa")}).ok());
}

// A log of `size` lines, as it is served.
std::map<std::string, std::string> log_files(std::size_t size) {
  std::map<std::string, std::string> files;
  TileWriter writer([&](const std::string& path, std::string_view bytes) {
    files["/log/t1/" + path] = bytes;
    return ok_status();
  });
  for (std::size_t i = 0; i < size; ++i) REQUIRE(writer.add("line " + std::to_string(i)).ok());
  REQUIRE(writer.finish().ok());
  return files;
}

TEST_CASE("taken over: the lines of a log, from a bundle's start to the checkpoint's size") {
  const test::TestFolder folder;
  const Layout layout{folder.path()};
  const std::map<std::string, std::string> files = log_files(300);
  const HttpServer server([&](const std::string& request) {
    const auto file = files.find(request.substr(4, request.find(' ', 4) - 4));
    return file == files.end() ? kNotFound : HttpServer::ok(file->second);
  });
  const auto lines = [&](uint64_t from, uint64_t to) {
    return take_over_lines(layout, server.url(), {"t1", from, to}, [](const Json&) {});
  };
  const auto all = lines(0, 300);
  REQUIRE(all.ok());
  CHECK(parse_entry_bundle(read(*all), 300, "lines").ok());
  const auto rest = lines(256, 300);
  REQUIRE(rest.ok());
  const std::string bytes = read(*rest);
  const auto entries = parse_entry_bundle(bytes, 44, "lines");
  REQUIRE(entries.ok());
  CHECK(entries->front() == "line 256");

  CHECK_FALSE(lines(0, 301).ok());  // is not served
  CHECK_FALSE(lines(1, 300).ok());
  CHECK_FALSE(lines(256, 256).ok());
}

TEST_CASE("taken over: what is no bundle of so many lines") {
  const test::TestFolder folder;
  const Layout layout{folder.path()};
  const HttpServer server([](const std::string&) { return HttpServer::ok("<html>"); });
  const auto lines = take_over_lines(layout, server.url(), {"t1", 0, 3}, [](const Json&) {});
  REQUIRE_FALSE(lines.ok());
  CHECK(lines.error().kind == ErrorKind::kVerification);
}

}  // namespace
}  // namespace hallmark::publisher_test
