// What a host serves that this terminal did not sign is not replaced.
#include "publisher/transfer/replace_check.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"
#include "tests/unit/publisher/http_server.hpp"
#include "tests/unit/publisher/repository_fixtures.hpp"

namespace hallmark::publisher_test {
namespace {

std::string inrelease(const std::string& text) {
  return "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + text +
         "\n-----BEGIN PGP SIGNATURE-----\n\nabcd\n-----END PGP SIGNATURE-----\n";
}

TEST_CASE("replace check: own Releases and judged ones only, at every address") {
  const test::TestFolder folder;
  auto state = RepositoryState::open(std::string(folder.path()) + "/state.db");
  REQUIRE(state.ok());
  const std::string known = inrelease("Suite: stable");
  REQUIRE(state->add_known_inrelease("stable", sha256(known)).ok());
  REQUIRE(state->add_known_inrelease("stable", sha256(known)).ok());
  const auto check = [&](const std::vector<std::string>& urls, const std::string& suite) {
    PackageHost host;
    host.urls = urls;
    return check_replaceable(*state, {Release{suite, 0, "", "", ""}}, host);
  };
  const HttpServer knows([&](const std::string&) { return HttpServer::ok(known); });
  const HttpServer other(
      [](const std::string&) { return HttpServer::ok(inrelease("Suite: stable\nDate: later")); });
  const HttpServer portal([](const std::string&) { return HttpServer::ok("<html>"); });
  const HttpServer none([](const std::string&) {
    return std::string("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  CHECK(check({knows.url() + "/", portal.url(), none.url()}, "stable").ok());
  const Status unknown = check({knows.url(), other.url()}, "stable");
  REQUIRE_FALSE(unknown.ok());
  CHECK(unknown.error().kind == ErrorKind::kVerification);
  CHECK(unknown.error().hint.find("hallmark sync") != std::string::npos);
  CHECK_FALSE(check({knows.url()}, "candidates").ok());
  const Status down = check({"http://127.0.0.1:1"}, "stable");
  REQUIRE_FALSE(down.ok());
  CHECK(down.error().kind == ErrorKind::kRemote);
}

}  // namespace
}  // namespace hallmark::publisher_test
