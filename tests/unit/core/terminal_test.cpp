// terminal.json: where a host's expired files may go.
#include "core/model/terminal.hpp"

#include <catch2/catch_test_macros.hpp>
#include <optional>

namespace hallmark {
namespace {

// With these folders; without `trash` the file has no such key.
Result<Terminal> with_folders(const std::string& docroot, const std::optional<std::string>& trash) {
  Terminal terminal{"t1", "terminals", false, {}};
  PackageHost host;
  host.name = "h1";
  host.port = 22;
  host.docroot = docroot;
  terminal.hosts = {host};
  Json json = to_json(terminal);
  json["hosts"][0].erase("trash");
  if (trash) json["hosts"][0]["trash"] = *trash;
  return parse_terminal(json.dump(), "terminal.json");
}

TEST_CASE("terminal.json: the trash is apart from what is served") {
  for (const char* trash : {"/trash", "/www-trash", "/www2/trash", "/srv/..trash", "/trash/"}) {
    INFO(trash);
    const auto terminal = with_folders("/www", trash);
    REQUIRE(terminal.ok());
    CHECK(terminal->hosts[0].trash == trash);
  }
  for (const char* trash :
       {"/www", "/www/", "/www/trash", "/", "//www/./trash", "/x/../www", "trash"}) {
    INFO(trash);
    CHECK_FALSE(with_folders("/www", trash).ok());
    CHECK_FALSE(with_folders("/www/", trash).ok());
  }
  CHECK_FALSE(with_folders("/srv/www", "/srv").ok());
}

TEST_CASE("terminal.json: without a trash, the usual one, unless that would be served") {
  CHECK(with_folders("/www", std::nullopt)->hosts[0].trash == "/trash");
  CHECK(with_folders("/", std::nullopt)->hosts[0].trash.empty());
  CHECK(with_folders("/trash/www", std::nullopt)->hosts[0].trash.empty());
  CHECK(with_folders("/www", "")->hosts[0].trash.empty());
  CHECK_FALSE(with_folders("/", "/trash").ok());
}

}  // namespace
}  // namespace hallmark
