// What a public address may answer, and what each answer proves.
#include "publisher/transfer/served_check.hpp"

#include <catch2/catch_test_macros.hpp>
#include <mutex>
#include <set>

#include "core/digest.hpp"
#include "tests/unit/publisher/http_server.hpp"

namespace hallmark::publisher_test {
namespace {

ServedFile file_of(const std::string& path, const std::string& bytes) {
  return {path, bytes.size(), sha256(bytes)};
}

struct Outcome {
  Status status = ok_status();
  std::set<std::string> good;
  std::set<std::string> bad;
};

Outcome check(const std::string& url, const std::vector<ServedFile>& files) {
  HttpServedCheck served;
  Outcome outcome;
  outcome.status = served.compare(
      url, files, [&](const ServedFile& file) { outcome.good.insert(file.path); },
      [&](const ServedFile& file) { outcome.bad.insert(file.path); });
  return outcome;
}

TEST_CASE("served: the same bytes, asked for past every cache") {
  std::mutex mutex;
  std::string request;
  const HttpServer server([&](const std::string& received) {
    const std::lock_guard<std::mutex> lock(mutex);
    request = received;
    return HttpServer::ok("bytes");
  });
  const Outcome outcome = check(server.url() + "/", {file_of("pool/a b+1~2.deb", "bytes")});
  CHECK(outcome.status.ok());
  CHECK(outcome.good == std::set<std::string>{"pool/a b+1~2.deb"});
  const std::lock_guard<std::mutex> lock(mutex);
  CHECK(request.starts_with("GET /pool/a%20b%2B1~2.deb HTTP/"));
  CHECK(request.find("Cache-Control: no-cache\r\n") != std::string::npos);
}

TEST_CASE("served: what it tells caches is warned of, once for each kind of file") {
  const HttpServer server([](const std::string& request) {
    const bool right = request.find("/pool/right") != std::string::npos;
    std::string answer = HttpServer::ok("bytes");
    return answer.insert(answer.find("Connection"),
                         right ? "cache-control: public\r\nCache-Control: immutable\r\n"
                               : "Cache-Control: public, max-age=600, \x01x\r\n");
  });
  HttpServedCheck served;
  const std::vector<ServedFile> files = {
      file_of("pool/right", "bytes"), file_of("pool/a", "bytes"), file_of("pool/b", "bytes"),
      file_of("dists/InRelease", "bytes"), file_of("dists/Release", "bytes")};
  REQUIRE(served
              .compare(
                  server.url(), files, [](const ServedFile&) {}, [](const ServedFile&) {})
              .ok());
  REQUIRE(served.cache_warnings().size() == 2);
  for (const std::string& warning : served.cache_warnings()) {
    INFO(warning);
    CHECK(warning.find("'public, max-age=600, ?x'") != std::string::npos);
    CHECK(warning.find("pool/right") == std::string::npos);
  }
}

TEST_CASE("served: many files, one of them tampered with") {
  const HttpServer server([](const std::string& request) {
    return HttpServer::ok(request.starts_with("GET /f17 ") ? "bytez" : "bytes");
  });
  std::vector<ServedFile> files;
  for (int i = 0; i < 100; ++i) files.push_back(file_of("f" + std::to_string(i), "bytes"));
  const Outcome outcome = check(server.url(), files);
  REQUIRE_FALSE(outcome.status.ok());
  CHECK(outcome.status.error().kind == ErrorKind::kVerification);
  CHECK(outcome.status.error().subject == server.url() + "/f17");
  CHECK(outcome.good.size() == 99);
  CHECK(outcome.bad == std::set<std::string>{"f17"});
}

TEST_CASE("served: answers that are not the file") {
  const std::string endless = HttpServer::ok(std::string(1000, 'x'));
  const std::vector<std::pair<std::string, std::string>> answers = {
      {"shorter", HttpServer::ok("byte")},
      {"longer", endless},
      {"not found",
       "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nConnection: close\r\n\r\nbytes"},
      {"elsewhere",
       "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n"
       "Connection: close\r\n\r\n"},
      {"a part",
       "HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\n"
       "Connection: close\r\n\r\nbytes"},
  };
  for (const auto& [what, answer] : answers) {
    INFO(what);
    const HttpServer server([&answer = answer](const std::string&) { return answer; });
    const Outcome outcome = check(server.url(), {file_of("f", "bytes")});
    REQUIRE_FALSE(outcome.status.ok());
    CHECK(outcome.status.error().kind == ErrorKind::kVerification);
    CHECK(outcome.bad.size() == 1);
  }
}

TEST_CASE("served: an address that cannot be asked proves nothing") {
  std::string url;
  {
    const HttpServer gone([](const std::string&) { return std::string(); });
    url = gone.url();
    const Outcome cut = check(url, {file_of("f", "bytes")});
    REQUIRE_FALSE(cut.status.ok());
    CHECK(cut.status.error().kind == ErrorKind::kRemote);
    CHECK(cut.bad.empty());
  }
  const HttpServer ill([](const std::string&) {
    return std::string("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  for (const std::string& address : {url, ill.url(), std::string("file:///etc")}) {
    INFO(address);
    const Outcome outcome = check(address, {file_of("passwd", "bytes")});
    REQUIRE_FALSE(outcome.status.ok());
    CHECK(outcome.status.error().kind == ErrorKind::kRemote);
    CHECK(outcome.bad.empty());
  }
}

}  // namespace
}  // namespace hallmark::publisher_test
