// Source packages: accepted with what was built from them, in Sources for as long as a package of
// theirs is in the suite, and signed only as the signer derived them. Each forgery is a named
// refusal.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"
#include "verify/pool_folder.hpp"
#include "verify/source_package.hpp"

namespace hallmark::signer_test {
namespace {

using source_test::TestSource;

const std::string kSources = "main/source/Sources";

std::string sources_of(const TestSource& source) {
  std::vector<UniqueFd> files;
  std::vector<int> fds;
  for (const auto& [name, bytes] : source.all()) {
    files.push_back(deb_test::memory_file(bytes));
    fds.push_back(files.back().get());
  }
  const auto read = read_source(fds, "test.dsc");
  REQUIRE(read.ok());
  return sources_stanza(*read, pool_folder("main", source.package)) + "\n";
}

class Sourced : public TestTerminal {
 public:
  Sourced() { install(); }

  std::map<std::string, std::string> with_sources(const std::string& packages,
                                                  const std::string& sources) const {
    auto files = indices(packages);
    files[kSources] = sources;
    files[kSources + ".gz"] = test::run_tool("/usr/bin/gzip", {"-nc"}, sources);
    files[kSources + ".xz"] = test::run_tool("/usr/bin/xz", {"-c"}, sources);
    return files;
  }
  void must_sign(const std::map<std::string, std::string>& files) {
    ++now;
    const auto answer = sign_release(files);
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
  }
  Json withdraw(const std::string& version) {
    const WithdrawStatement said{"tool",      sha256(policy_text), version,
                                 kEverySuite, "demo-group",        now + 30 * kDay};
    return must_answer(approved(
        {{"type", "withdraw"}, {"product", "tool"}, {"version", version}, {"suite", kEverySuite}},
        render_statement(said), {"carol"}));
  }
};

TestPackage second_package() { return {"hm-test", "1.0-2", "amd64", "libc6"}; }
TestSource second_source() {
  TestSource source;
  source.version = source.file_version = "1.0-2";
  source.files.at(1) = {"tool_1.0-2.debian.tar.xz", "more packaging"};
  return source;
}

TEST_CASE_METHOD(Sourced, "sources: a suite with a source is signed with its Sources") {
  const TestSource from;
  const TestRelease release = sourced_release(from);
  const auto accepted = accept(release);
  INFO((accepted.ok() ? "" : accepted.error().message()));
  REQUIRE(accepted.ok());
  const Json& answer = accepted->body["accepted"];
  REQUIRE(answer.size() == 4);
  CHECK(answer[1]["stanza"].get<std::string>() + "\n" == sources_of(from));
  CHECK_FALSE(answer[2].contains("stanza"));
  CHECK(log_text().find("\"path\":\"pool/main/t/tool/tool_1.0.orig.tar.gz\"") != std::string::npos);

  const auto files = with_sources(stanza_of({}), sources_of(from));
  must_sign(files);
  const std::string release_text = sign_release(files)->body["release"];
  for (const char* form : {"", ".gz", ".xz"}) {
    CHECK(release_text.find(" " + kSources + form + "\n") != std::string::npos);
  }
  // The heartbeat knows them too.
  now += kDay;
  CHECK(ask({{"type", "refresh-apt-release"}, {"suite", "stable"}}).ok());
  // And the same build again changes nothing.
  CHECK(ask(accept_request(release))->body == accepted->body);
}

TEST_CASE_METHOD(Sourced, "sources: what accepted-packages and accepted-release tell of them") {
  must_accept(sourced_release({}));
  const Json held = must_answer({{"type", "accepted-packages"}})["packages"];
  REQUIRE(held.size() == 2);
  const Json& from = held[1];
  CHECK(from["package"] == "tool");
  CHECK(from["architecture"] == "source");
  REQUIRE(from["files"].size() == 3);
  CHECK(from["files"][0]["path"] == "pool/main/t/tool/tool_1.0-1.dsc");
  CHECK(from["files"][0]["sha256"] == from["sha256"]);
  const Json builds = must_answer(
      {{"type", "accepted-release"}, {"product", "tool"}, {"version", "1.0-1"}})["builds"];
  const Json& artefacts = builds[0]["artefacts"];
  REQUIRE(artefacts.size() == 4);
  CHECK(artefacts[1]["kind"] == "dsc");
  CHECK(artefacts[2]["kind"] == "source");
  CHECK(artefacts[2]["path"] == "pool/main/t/tool/tool_1.0.orig.tar.gz");
}

TEST_CASE_METHOD(Sourced, "sources: an index of sources that is not the signer's own") {
  const TestSource from;
  must_accept(sourced_release(from));
  const std::string good = sources_of(from);
  const auto check = [&](const std::string& sources, const std::string& words) {
    check_refused(*this, sign_release(with_sources(stanza_of({}), sources)),
                  "stanzas-are-those-accepted", words);
  };
  const auto with = [&](const std::string& old, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(old), old.size(), to);
  };
  SECTION("nothing at all") { check("", "tool 1.0-1 source: is accepted and missing"); }
  SECTION("another source beside it") {
    check(good + sources_of(second_source()), "tool 1.0-2 source: was never accepted");
  }
  SECTION("another folder") {
    check(with("Directory: pool/main/t/tool", "Directory: pool/main/x/xool"), "another Directory");
  }
  SECTION("other digests") {
    const std::string digest = sha256("upstream").hex();
    check(with(digest, sha256("other").hex()), "another Checksums-Sha256");
  }
  SECTION("another MD5") {
    check(with(source_test::md5_of("upstream"), std::string(32, '0')), "another Files");
  }
  SECTION("another Build-Depends") { check(with("libx-dev", "liby-dev"), "another Build-Depends"); }
  SECTION("another version") { check(with("Version: 1.0-1", "Version: 9"), "was never accepted"); }
  SECTION("twice") { check(good + good, "is in main/source/Sources twice"); }
  SECTION("left out, with all its forms") {
    check_refused(*this, sign_release(indices(stanza_of({}))), "indices-are-exactly-the-suites",
                  "main/source/Sources: is missing");
  }
}

TEST_CASE_METHOD(Sourced, "sources: an index of sources where none was accepted") {
  must_accept(deb_release());
  check_refused(*this, sign_release(with_sources(stanza_of({}), sources_of({}))),
                "indices-are-exactly-the-suites", "is no index of suite");
}

TEST_CASE_METHOD(Sourced, "sources: what is handed in is not what the lock pins") {
  TestRelease release = sourced_release({});
  const std::string rule = "source-is-that-of-the-lock";
  SECTION("no source") {
    release.artefacts.resize(1);
    check_refused(*this, accept(release), "artefacts-are-those-of-the-record",
                  "the lock 3 files of a source");
  }
  SECTION("one file too few") {
    release.artefacts.pop_back();
    check_refused(*this, accept(release), "artefacts-are-those-of-the-record", "hands in 3 files");
  }
  SECTION("other bytes") {
    release.artefacts.back() = "Packaging";
    check_refused(*this, accept(release), rule, "and the lock says");
  }
  SECTION("longer") {
    release.artefacts.back() += "x";
    check_refused(*this, accept(release), rule, "debian.tar.xz");
  }
  SECTION("in another order") {
    std::swap(release.artefacts.at(2), release.artefacts.at(3));
    check_refused(*this, accept(release), rule, "tool_1.0.orig.tar.gz");
  }
}

TEST_CASE_METHOD(Sourced, "sources: a lock whose source is another than it says") {
  TestSource from;
  SECTION("of another version") {
    from.version = from.file_version = "2.0-1";
    check_refused(*this, accept(sourced_release(from)), "source-is-that-of-the-lock",
                  "as the lock says");
  }
  SECTION("with a .dsc that names other files") {
    TestRelease release = sourced_release(from);
    from.files.at(0).second = "Upstream";
    const std::string forged = from.all().front().second;
    std::string lock = release.lock;
    const std::string digest = sha256(release.artefacts.at(1)).hex();
    REQUIRE(forged.size() == release.artefacts.at(1).size());
    lock.replace(lock.find(digest), digest.size(), sha256(forged).hex());
    release.lock = lock;
    release.artefacts.at(1) = forged;
    approve(release, "1.0-1");
    put_record(release, record_json(release, "1.0-1", {"hm-test_1.0-1_amd64.deb"}));
    check_refused(*this, accept(release), "source-is-that-of-the-lock",
                  "no file with these bytes is there");
  }
}

TEST_CASE_METHOD(Sourced, "sources: published files keep their bytes") {
  must_accept(sourced_release({}));
  TestSource other = second_source();
  other.files.at(0).second = "Upstream";
  check_refused(*this, accept(sourced_release(other, second_package())),
                "published-sources-keep-their-bytes", "tool_1.0.orig.tar.gz");
  must_accept(sourced_release(second_source(), second_package()));
}

TEST_CASE_METHOD(Sourced, "sources: an upstream archive of an old release makes no young one old") {
  must_accept(sourced_release({}));
  now += 30 * kDay;
  must_accept(sourced_release(second_source(), second_package()));
  CHECK(withdraw("1.0-2")["packages"].size() == 2);
}

TEST_CASE_METHOD(Sourced, "sources: one leaves the suite with its last package") {
  must_accept(sourced_release({}));
  must_accept(sourced_release(second_source(), second_package()));
  must_sign(with_sources(stanza_of({}) + stanza_of(second_package()),
                         sources_of({}) + sources_of(second_source())));
  const Json left = withdraw("1.0-2")["packages"];
  REQUIRE(left.size() == 2);
  CHECK(left[1] == Json{{"suite", "stable"},
                        {"component", "main"},
                        {"package", "tool"},
                        {"version", "1.0-2"},
                        {"architecture", "source"}});
  must_sign(with_sources(stanza_of({}), sources_of({})));
  CHECK(withdraw("1.0-1")["packages"].size() == 2);
  must_sign(indices(""));
  const Json gone = must_answer({{"type", "accepted-packages"}})["packages"];
  REQUIRE(gone.size() == 4);
  CHECK_FALSE(gone[3].contains("files"));
  keys.signatures = 0;
  check_refused(*this, accept(sourced_release({}, {"hm-test", "1.0-1", "amd64", "libx"})),
                "release-is-not-withdrawn", "was withdrawn");
}

}  // namespace
}  // namespace hallmark::signer_test
