// sign-apk: only what was accepted, for the application's own key.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

class App : public TestTerminal {
 public:
  App() {
    install();
    must_accept(apk_release("1.0", apk));
  }

  Message request(const std::string& bytes, const std::string& output = "") const {
    Message message;
    message.body = {{"type", "sign-apk"},
                    {"product", "tool"},
                    {"version", "1.0"},
                    {"artefact", sha256(apk).hex()}};
    message.fds.push_back(deb_test::memory_file(bytes));
    message.fds.push_back(deb_test::memory_file(output));
    return message;
  }

  std::string apk = apk_bytes(7);
};

TEST_CASE_METHOD(App, "sign-apk: the signed APK verifies, is in the log, and is the same again") {
  const Message message = request(apk);
  const auto answer = send(message);
  INFO((answer.ok() ? "" : answer.error().message()));
  REQUIRE(answer.ok());
  const auto report = verify_apk(message.fds[1].get(), {"out.apk", std::nullopt});
  REQUIRE(report.ok());
  CHECK(report->verified);
  const auto written = digest_fd(message.fds[1].get());
  REQUIRE(written.ok());
  CHECK(answer->body["sha256"] == written->sha256.hex());
  CHECK(log_text().find(written->sha256.hex()) != std::string::npos);

  const std::string log_then = log_text();
  open();
  const auto again = send(request(apk));
  REQUIRE(again.ok());
  CHECK(again->body == answer->body);
  CHECK(log_text() == log_then);
}

TEST_CASE_METHOD(App, "sign-apk: other bytes under an accepted digest") {
  Message message = request(apk);
  SECTION("as many") {
    std::string other = apk;
    other.back() = 'x';
    message.fds[0] = deb_test::memory_file(other);
    check_refused(*this, send(message), "apk-has-the-accepted-bytes", "and not the accepted");
  }
  SECTION("one more") {
    message.fds[0] = deb_test::memory_file(apk + "x");
    check_refused(*this, send(message), "apk-has-the-accepted-bytes", "is larger than");
  }
}

TEST_CASE_METHOD(App, "sign-apk: what was never accepted") {
  Message message = request(apk);
  SECTION("another artefact") { message.body["artefact"] = sha256("other").hex(); }
  SECTION("another version") { message.body["version"] = "2.0"; }
  SECTION("another product") { message.body["product"] = "other"; }
  check_refused(*this, send(message), "apk-was-accepted", "never");
}

TEST_CASE_METHOD(App, "sign-apk: an accepted .deb is not an APK") {
  const TestRelease release = deb_release();
  must_accept(release);
  Message message = request(release.artefacts[0]);
  message.body["version"] = "1.0-1";
  message.body["artefact"] = sha256(release.artefacts[0]).hex();
  check_refused(*this, send(message), "apk-was-accepted", "was never accepted");
}

TEST_CASE_METHOD(App, "sign-apk: found by its digest alone; another key than its own is refused") {
  Message message = request(apk);
  message.body.erase("product");
  message.body.erase("version");
  message.body["key"] = "app";
  CHECK(send(message).ok());
  keys.signatures = 0;
  message = request(apk);
  message.body["key"] = "other";
  check_refused(*this, send(message), "application-keeps-its-key", "and by no other");
}

TEST_CASE_METHOD(App, "sign-apk: without a digest, the file says what it is") {
  Message message = request(apk);
  message.body.erase("artefact");
  CHECK(send(message).ok());
  message = request(apk);
  message.body["artefact"] = nullptr;
  CHECK_FALSE(send(message).ok());
}

TEST_CASE_METHOD(App, "sign-apk: without a digest, what was never accepted") {
  std::string other = apk;
  SECTION("as many bytes as what was") { other.back() = 'x'; }
  SECTION("one more, which are not even copied") { other += "x"; }
  Message message = request(other);
  message.body.erase("artefact");
  check_refused(*this, send(message), "apk-was-accepted", "was never accepted");
}

TEST_CASE_METHOD(App, "sign-apk: what is not a bundle is not signed as one") {
  Message message = request(apk);
  message.body["type"] = "sign-aab";
  check_refused(*this, send(message), "bundle-was-accepted", "was never accepted");
}

TEST_CASE_METHOD(App, "sign-apk: a version code that was overtaken") {
  must_accept(apk_release("1.1", apk_bytes(8)));
  check_refused(*this, send(request(apk)), "version-code-is-the-newest",
                "a higher one was accepted");
}

TEST_CASE_METHOD(App, "sign-apk: an output with something in it") {
  check_refused(*this, send(request(apk, "x")), "output-is-an-empty-file", "is not an empty");
}

TEST_CASE_METHOD(
    App, "sign-apk: when the key agent fails the output stays empty and nothing is logged") {
  const std::string log_then = log_text();
  keys.broken = true;
  const Message message = request(apk);
  REQUIRE_FALSE(send(message).ok());
  const auto written = digest_fd(message.fds[1].get());
  REQUIRE(written.ok());
  CHECK(written->size == 0);
  CHECK(log_text() == log_then);
}

}  // namespace
}  // namespace hallmark::signer_test
