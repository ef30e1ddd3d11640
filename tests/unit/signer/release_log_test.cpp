// The release log: its lines, its root, and what a crash at each place leaves behind.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <sstream>

#include "tests/unit/signer/signer_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

class Installed : public TestTerminal {
 public:
  Installed() {
    install();
    must_accept(deb_release());
  }

  // As if the program died after its transaction, when so much of the log line was on disk.
  void tear_last_line(std::size_t bytes_left) const {
    const std::string text = log_text();
    const std::size_t start = text.rfind('\n', text.size() - 2) + 1;
    std::filesystem::resize_file(root.path("sign/log/release.log"), start + bytes_left);
  }
};

TEST_CASE_METHOD(Installed, "log: each line numbers itself, and the state has the root over them") {
  check_refused(*this, ask({{"type", "accept-build"}, {"product", "{"}, {"lock", "{"}}),
                "lock-is-of-this-product", "");
  std::istringstream lines(log_text());
  std::string line;
  MerkleFrontier tree;
  int64_t sequence = 0;
  while (std::getline(lines, line)) {
    const Json entry = Json::parse(line);
    CHECK(entry["sequence"] == sequence++);
    CHECK(entry["demo"] == true);
    CHECK(entry["terminal"] == "t1");
    CHECK(entry["time"] == "2026-11-18T11:06:40Z");
    tree.append(merkle_leaf(line));
  }
  CHECK(sequence == 3);
  const auto status = ask({{"type", "status"}});
  REQUIRE(status.ok());
  CHECK(status->body["log"]["root"] == tree.root().hex());
}

TEST_CASE_METHOD(Installed, "log: an acceptance says what, from what, and by whom") {
  const std::string text = log_text();
  const Json entry = Json::parse(text.substr(text.find('\n') + 1));
  CHECK(entry["kind"] == "acceptance");
  CHECK(entry["name"] == "hm-test_1.0-1_amd64.deb");
  for (const char* key :
       {"size", "sha256", "lock", "record", "statement", "approvers", "evidence"}) {
    CHECK(entry.contains(key));
  }
}

TEST_CASE_METHOD(Installed, "log: a line that a crash tore, or kept from the file, is completed") {
  const std::string whole = log_text();
  SECTION("not begun") { tear_last_line(0); }
  SECTION("torn") { tear_last_line(40); }
  SECTION("all but the line feed") {
    std::filesystem::resize_file(root.path("sign/log/release.log"), whole.size() - 1);
  }
  open();
  // Whatever may write begins with that; this is refused, and has a line of its own.
  CHECK_FALSE(ask({{"type", "nothing"}}).ok());
  CHECK(log_text().starts_with(whole));
}

TEST_CASE_METHOD(Installed,
                 "log: a signature whose line was torn is handed out with the same bytes") {
  const auto files = indices(stanza_of({}));
  const auto signed_release = sign_release(files);
  REQUIRE(signed_release.ok());
  const std::string whole = log_text();
  tear_last_line(7);
  open();
  const auto again = sign_release(files);
  REQUIRE(again.ok());
  CHECK(again->body == signed_release->body);
  CHECK(log_text() == whole);
}

// Runs `work` in another process and kills it after so many microseconds.
template <typename Work>
void run_and_kill(const Work& work, useconds_t microseconds) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    work();
    ::_exit(0);
  }
  ::usleep(microseconds);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST_CASE_METHOD(TestTerminal,
                 "log: a signer killed at any moment loses nothing and doubles nothing") {
  install();
  std::string stanzas;
  for (int i = 0; i < 40; ++i) {
    const TestPackage package{"p" + std::to_string(100 + i), "1.0", "amd64", "libc6"};
    TestRelease release = deb_release(std::vector{package});
    Json lock = lock_json(release.product, "1.0");
    lock["source_date_epoch"] = i;
    release.lock = *canonical_dump(lock);
    approve(release, "1.0");
    put_record(release, record_json(release, "1.0", {package.name + "_1.0_amd64.deb"}));
    stanzas += stanza_of(package);
    state.reset();  // SQLite connections do not survive a fork
    const auto work = [&] {
      open();
      static_cast<void>(accept(release).ok());
    };
    run_and_kill(work, static_cast<useconds_t>(i * 250));
    open();
    must_accept(release);
  }
  std::istringstream lines(log_text());
  std::string line;
  MerkleFrontier tree;
  int acceptances = 0;
  while (std::getline(lines, line)) {
    const Json entry = Json::parse(line);
    CHECK(entry["sequence"] == tree.size());
    tree.append(merkle_leaf(line));
    acceptances += entry["kind"] == "acceptance" ? 1 : 0;
  }
  CHECK(acceptances == 40);
  CHECK(ask({{"type", "status"}})->body["log"]["root"] == tree.root().hex());
  CHECK(sign_release(indices(stanzas)).ok());
}

TEST_CASE_METHOD(Installed,
                 "log: when it was cut, changed or is ahead of the state, nothing is signed") {
  const std::string path = "sign/log/release.log";
  std::string text = log_text();
  std::string words;
  SECTION("cut") {
    text.clear();
    words = "has lost lines";
  }
  SECTION("changed at its end") {
    text[text.size() - 3] ^= 1;
    words = "ends with other lines";
  }
  SECTION("a line more: the state is an old copy") {
    text += "{}\n";
    words = "the state is an old copy";
  }
  root.write(path, text);
  open();
  const auto answer = sign_release(indices(stanza_of({})));
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().message().find(words) != std::string::npos);
  CHECK(keys.signatures == 0);
  CHECK(log_text() == text);
}

TEST_CASE_METHOD(Installed, "log: what strangers say cannot forge a line, nor fill the disk") {
  TestRelease release = deb_release("2.0-1");
  release.signatures = {{"x\n{\"kind\":\"release\"}\n\xff" + std::string(100000, 'y'), "z"}};
  const std::string before = log_text();
  REQUIRE_FALSE(accept(release).ok());
  const std::string added = log_text().substr(before.size());
  CHECK(added.find('\n') == added.size() - 1);
  CHECK(added.size() < 4096);
}

}  // namespace
}  // namespace hallmark::signer_test
