// sign-apt-release: the indices must be the signer's own, in every form, and Release is its own
// text.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

const std::string kPackages = "main/binary-amd64/Packages";

// A suite with the packages hm-test 1.0-1 and zlib-test 2.0.
class Suite : public TestTerminal {
 public:
  Suite() {
    install();
    must_accept(deb_release({first, second}));
  }

  std::string good() const { return stanza_of(first) + stanza_of(second); }

  TestPackage first{};
  TestPackage second{"zlib-test", "2.0", "amd64", "libc6"};
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE_METHOD(Suite, "release: the signer writes Release itself") {
  const auto files = indices(good());
  const auto answer = sign_release(files);
  INFO((answer.ok() ? "" : answer.error().message()));
  REQUIRE(answer.ok());
  std::string expected =
      "Origin: Hallmark demo\nLabel: A demo\nSuite: stable\nCodename: stable\n"
      "Date: Wed, 18 Nov 2026 11:06:40 UTC\nValid-Until: Fri, 18 Dec 2026 11:06:40 UTC\n"
      "Acquire-By-Hash: yes\nArchitectures: amd64 arm64\nComponents: main\n"
      "Description: Throwaway repository of a Hallmark demo: trust nothing in it\nSHA256:\n";
  for (const auto& [path, bytes] : files) {
    expected += " " + sha256(bytes).hex() + " " + std::to_string(bytes.size()) + " " + path + "\n";
  }
  CHECK(answer->body["release"] == expected);
  CHECK(answer->body["inrelease"] == "clear 1 by " + kFingerprint + "\n" + expected);
  CHECK(answer->body["release_gpg"] == "detached 2 by " + kFingerprint + "\n" + expected);
  CHECK(answer->body["date"] == "2026-11-18T11:06:40Z");
  for (const char* name : {"Release", "InRelease", "Release.gpg"}) {
    CHECK(log_text().find("\"name\":\"dists/stable/" + std::string(name) + "\"") !=
          std::string::npos);
  }
}

TEST_CASE_METHOD(Suite, "release: fields that the policy's suite has") {
  Json policy = Json::parse(policy_text);
  policy["suites"][0].update({{"version", "12.4"},
                              {"not_automatic", true},
                              {"but_automatic_upgrades", true},
                              {"changelogs", "no"}});
  change_policy(policy);
  const auto answer = sign_release(indices(good()));
  REQUIRE(answer.ok());
  CHECK(answer->body["release"].get<std::string>().find(
            "Codename: stable\nVersion: 12.4\nDate: Wed, 18 Nov 2026 11:06:40 UTC\n"
            "Valid-Until: Fri, 18 Dec 2026 11:06:40 UTC\nNotAutomatic: yes\n"
            "ButAutomaticUpgrades: yes\nChangelogs: no\nAcquire-By-Hash: yes\n") !=
        std::string::npos);
}

TEST_CASE_METHOD(Suite,
                 "release: the same indices give the same bytes, until half of the validity") {
  const auto first_answer = sign_release(indices(good()));
  now += 14 * kDay;
  open();
  const auto again = sign_release(indices(good()));
  now += 2 * kDay;
  const auto later = sign_release(indices(good()));
  REQUIRE((first_answer.ok() && again.ok() && later.ok()));
  CHECK(again->body == first_answer->body);
  CHECK(later->body["date"] != first_answer->body["date"]);
}

// --- Stanzas ---

TEST_CASE_METHOD(Suite, "release: a package that was never accepted") {
  const std::string evil = stanza_of({"evil", "1.0", "amd64", "libc6"});
  check_refused(*this, sign_release(indices(evil + good())), "stanzas-are-those-accepted",
                "evil 1.0 amd64: was never accepted for stable/main amd64");
}

TEST_CASE_METHOD(Suite, "release: an accepted package in the index of another architecture") {
  check_refused(*this, sign_release(indices(good(), stanza_of(first))),
                "stanzas-are-those-accepted", "was never accepted for stable/main arm64");
}

TEST_CASE_METHOD(Suite, "release: an accepted digest under a lying stanza") {
  std::string text = good();
  std::string words;
  SECTION("another version") {
    text = replaced(text, "Version: 1.0-1", "Version: 9.0-1");
    words =
        "hm-test 9.0-1 amd64: was never accepted for stable/main amd64; hm-test 1.0-1 amd64 was";
  }
  SECTION("another name") {
    text = replaced(text, "Package: hm-test", "Package: openssh-server");
    words = "openssh-server 1.0-1 amd64: was never accepted";
  }
  SECTION("another architecture") {
    text = replaced(text, "Architecture: amd64", "Architecture: all");
    words = "hm-test 1.0-1 all: was never accepted";
  }
  SECTION("other dependencies") {
    text = replaced(text, "Depends: libc6", "Depends: evil");
    words = "has another Depends than the accepted package: 'evil'";
  }
  SECTION("another file") {
    text = replaced(text, "Filename: pool/", "Filename: evil/");
    words = "has another Filename";
  }
  SECTION("another digest") {
    text = replaced(text, "SHA256: ", "SHA256: 0");
    words = "has another SHA256";
  }
  SECTION("a field more") {
    text = replaced(text, "Depends:", "Essential: yes\nDepends:");
    words = "has the field Essential, which the accepted package lacks";
  }
  SECTION("a field less") {
    text = replaced(text, "Depends: libc6\n", "");
    words = "lacks the field Depends";
  }
  SECTION("a field twice") {
    text = replaced(text, "Depends: libc6\n", "Depends: libc6\nDepends: evil\n");
    words = "Depends";
  }
  SECTION("white space") {
    text = replaced(text, "Depends: libc6", "Depends:  libc6");
    words = "another order or form";
  }
  SECTION("a carriage return") { text = replaced(text, "libc6\n", "libc6\r\n"); }
  SECTION("a line of white space") { text = replaced(text, "\n\n", "\n \n"); }
  check_refused(*this, sign_release(indices(text)), "stanzas-are-those-accepted", words);
}

TEST_CASE_METHOD(Suite, "release: a package is dropped, doubled or moved") {
  std::string text;
  std::string words;
  SECTION("dropped") {
    text = stanza_of(first);
    words = "zlib-test 2.0 amd64: is accepted and missing from " + kPackages;
  }
  SECTION("doubled") {
    text = good() + stanza_of(second);
    words = "is in " + kPackages + " twice";
  }
  SECTION("moved") {
    text = stanza_of(second) + stanza_of(first);
    words = "in another order";
  }
  SECTION("all dropped") { words = "is accepted and missing"; }
  check_refused(*this, sign_release(indices(text)), "stanzas-are-those-accepted", words);
}

TEST_CASE_METHOD(Suite, "release: older versions stay, in dpkg's order") {
  TestPackage newer = first;
  newer.version = "1.0-10";
  TestPackage middle = first;
  middle.version = "1.0-9";
  must_accept(deb_release(std::vector{middle}));
  must_accept(deb_release(std::vector{newer}));
  CHECK(sign_release(
            indices(stanza_of(first) + stanza_of(middle) + stanza_of(newer) + stanza_of(second)))
            .ok());
}

// --- Forms ---

TEST_CASE_METHOD(Suite, "release: a compressed form that says something else") {
  auto files = indices(good());
  const auto evil = indices(replaced(good(), "libc6", "evil1"));
  std::string name;
  SECTION("xz") { name = kPackages + ".xz"; }
  SECTION("gz") { name = kPackages + ".gz"; }
  files[name] = evil.at(name);
  check_refused(*this, sign_release(files), "every-form-says-the-same",
                name + ": does not decompress to the plain index");
}

TEST_CASE_METHOD(Suite, "release: a compressed form that is none, or has more in it") {
  auto files = indices(good());
  std::string& gz = files[kPackages + ".gz"];
  SECTION("plain text") { gz = good(); }
  SECTION("xz under the name of gz") { gz = files[kPackages + ".xz"]; }
  SECTION("cut") { gz.resize(gz.size() / 2); }
  SECTION("empty") { gz.clear(); }
  SECTION("a second member") { gz += test::run_tool("/usr/bin/gzip", {"-nc"}, "evil"); }
  check_refused(*this, sign_release(files), "every-form-says-the-same", kPackages + ".gz");
}

TEST_CASE_METHOD(Suite, "release: a decompression bomb is left as soon as it departs") {
  auto files = indices(good());
  files[kPackages + ".xz"] = test::run_tool("/usr/bin/xz", {"-c"}, std::string(1U << 27U, '\0'));
  check_refused(*this, sign_release(files), "every-form-says-the-same", "does not decompress to");
}

TEST_CASE_METHOD(Suite, "release: an index is missing, or one too many") {
  auto files = indices(good());
  std::string words;
  SECTION("a form missing") {
    files.erase(kPackages + ".xz");
    words = kPackages + ".xz: is missing";
  }
  SECTION("an architecture missing") {
    files.erase("main/binary-arm64/Packages");
    words = "main/binary-arm64/Packages: is missing";
  }
  SECTION("one too many") {
    files["main/binary-amd64/Packages.bz2"] = "x";
    words = "main/binary-amd64/Packages.bz2: is no index of suite stable";
  }
  SECTION("a path out of the suite") {
    files["../../evil"] = "x";
    words = "../../evil: is no index";
  }
  check_refused(*this, sign_release(files), "indices-are-exactly-the-suites", words);
}

// --- The heartbeat ---

TEST_CASE_METHOD(Suite,
                 "refresh: the same indices under a new Date, in the log, without approval") {
  const auto signed_first = sign_release(indices(good()));
  REQUIRE(signed_first.ok());
  now += 5 * kDay;
  const auto refreshed = ask({{"type", "refresh-apt-release"}, {"suite", "stable"}});
  REQUIRE(refreshed.ok());
  const auto list = [](const Result<Response>& answer) {
    const auto text = answer->body["release"].get<std::string>();
    return text.substr(text.find("\nSHA256:\n"));
  };
  CHECK(list(refreshed) == list(signed_first));
  CHECK(refreshed->body["date"] > signed_first->body["date"]);
  CHECK(refreshed->body["release"].get<std::string>().find(
            "Date: Mon, 23 Nov 2026 11:06:40 UTC\nValid-Until: Wed, 23 Dec 2026 11:06:40 UTC\n") !=
        std::string::npos);
}

TEST_CASE_METHOD(Suite, "refresh: a suite that was never signed") {
  check_refused(*this, ask({{"type", "refresh-apt-release"}, {"suite", "stable"}}),
                "suite-has-a-release", "has no Release yet");
}

TEST_CASE_METHOD(Suite, "refresh: older content than what was accepted since") {
  REQUIRE(sign_release(indices(good())).ok());
  TestPackage newer = first;
  newer.version = "2.0-1";
  must_accept(deb_release(std::vector{newer}));
  now += kDay;
  keys.signatures = 0;
  check_refused(*this, ask({{"type", "refresh-apt-release"}, {"suite", "stable"}}),
                "nothing-changed-since-the-release", "has changed since its newest Release");
}

TEST_CASE_METHOD(Suite, "refresh: a Date not newer than the last") {
  REQUIRE(sign_release(indices(good())).ok());
  keys.signatures = 0;
  check_refused(*this, ask({{"type", "refresh-apt-release"}, {"suite", "stable"}}),
                "date-is-newer-than-the-last", "its last is");
}

TEST_CASE_METHOD(Suite, "refresh: as often as somebody likes") {
  REQUIRE(sign_release(indices(good())).ok());
  const Json refresh = {{"type", "refresh-apt-release"}, {"suite", "stable"}};
  for (int i = 1; i < 24; ++i) {
    ++now;
    REQUIRE(ask(refresh).ok());
  }
  ++now;
  keys.signatures = 0;
  check_refused(*this, ask(refresh), "indices-are-not-signed-too-often", "24 times within a day");
  now += kDay;
  CHECK(ask(refresh).ok());
}

TEST_CASE_METHOD(Suite, "refresh: a suite that the policy does not know") {
  check_refused(*this, ask({{"type", "refresh-apt-release"}, {"suite", "testing"}}),
                "suite-is-in-the-policy", "suite testing");
}

// --- Time, suite, demo ---

TEST_CASE_METHOD(Suite, "release: a Date not newer than the last") {
  REQUIRE(sign_release(indices(good())).ok());
  TestPackage newer = first;
  newer.version = "2.0-1";
  must_accept(deb_release(std::vector{newer}));
  const std::string text = stanza_of(first) + stanza_of(newer) + stanza_of(second);
  keys.signatures = 0;
  check_refused(*this, sign_release(indices(text)), "date-is-newer-than-the-last",
                "its last is 2026-11-18T11:06:40Z");
}

TEST_CASE_METHOD(Suite, "release: a suite that the policy does not know") {
  const auto answer =
      ask({{"type", "sign-apt-release"}, {"suite", "testing"}, {"indices", Json::array()}});
  check_refused(*this, answer, "suite-is-in-the-policy", "suite testing");
}

TEST_CASE_METHOD(Suite, "release: a terminal that is no demo signs nothing for a demo's policy") {
  demo = false;
  check_refused(*this, sign_release(indices(good())), "demo-terminal-marks-what-it-signs", "demo");
}

TEST_CASE_METHOD(TestTerminal, "release: an empty suite") {
  install();
  CHECK(sign_release(indices("")).ok());
}

TEST_CASE_METHOD(Suite,
                 "release: when the key agent fails nothing is recorded, and it can be run again") {
  const std::string log_before = log_text();
  keys.broken = true;
  REQUIRE_FALSE(sign_release(indices(good())).ok());
  CHECK(log_text() == log_before);
  keys.broken = false;
  CHECK(sign_release(indices(good())).ok());
}

}  // namespace
}  // namespace hallmark::signer_test
