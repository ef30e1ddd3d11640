// Which pinned things are to be had in a newer version: the comparison alone.
#include "reproducible/newer_versions.hpp"

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

using Lines = std::vector<std::string>;

LockedPackage package(const std::string& name, const std::string& version) {
  LockedPackage out;
  out.name = name;
  out.version = version;
  out.architecture = "amd64";
  return out;
}

LockedEnvironment environment(std::vector<LockedPackage> packages) {
  LockedEnvironment out;
  out.name = "env";
  out.packages = std::move(packages);
  return out;
}

ArchiveOffer offer(const std::string& name, const std::string& version,
                   const std::string& suite = "stable") {
  return {name, "amd64", version, "https://deb.example.org", suite, suite.ends_with("-security")};
}

Lines told(std::vector<NewerVersion> found) {
  sort_for_reading(found);
  Lines out;
  for (const NewerVersion& one : found) {
    out.push_back((one.security ? "security " : "") + one.name + " " + one.pinned + " " +
                  one.version + " " + one.suite);
  }
  return out;
}

TEST_CASE("newer versions: what apt chooses now, as dpkg orders versions") {
  const LockedEnvironment pinned =
      environment({package("bash", "5.2"), package("gcc", "12.2-1"), package("libc", "1:1.0"),
                   package("same", "1"), package("tilde", "2.0~rc1")});
  const std::vector<LockedPackage> resolved = {package("bash", "5.1"), package("gcc", "12.10-1"),
                                               package("libc", "9.0"), package("new", "1"),
                                               package("same", "1"),   package("tilde", "2.0")};
  const std::vector<ArchiveOffer> offers = {offer("bash", "5.1"), offer("gcc", "12.10-1"),
                                            offer("libc", "9.0"), offer("same", "1"),
                                            offer("tilde", "2.0")};
  CHECK(told(newer_packages(pinned, resolved, offers)) ==
        Lines{"gcc 12.2-1 12.10-1 stable", "tilde 2.0~rc1 2.0 stable"});
}

TEST_CASE("newer versions: security updates come first") {
  const LockedEnvironment pinned = environment({package("bash", "5.2"), package("zlib", "1.2")});
  CHECK(told(newer_packages(pinned, {package("bash", "5.3"), package("zlib", "1.3")},
                            {offer("bash", "5.3"), offer("zlib", "1.2"),
                             offer("zlib", "1.3", "stable-security")})) ==
        Lines{"security zlib 1.2 1.3 stable-security", "bash 5.2 5.3 stable"});
}

TEST_CASE("newer versions: a point release that took a security update in is one") {
  const LockedEnvironment pinned = environment({package("zlib", "1.2")});
  SECTION("the same version: it is told where it is for security") {
    CHECK(told(newer_packages(pinned, {package("zlib", "1.3")},
                              {offer("zlib", "1.3"), offer("zlib", "1.3", "stable-security")})) ==
          Lines{"security zlib 1.2 1.3 stable-security"});
  }
  SECTION("a version that is higher still") {
    CHECK(told(newer_packages(pinned, {package("zlib", "1.4")},
                              {offer("zlib", "1.4"), offer("zlib", "1.3", "stable-security")})) ==
          Lines{"security zlib 1.2 1.4 stable"});
  }
  SECTION("what the lock has already says nothing") {
    CHECK(told(newer_packages(pinned, {package("zlib", "1.4")},
                              {offer("zlib", "1.4"), offer("zlib", "1.2", "stable-security")})) ==
          Lines{"zlib 1.2 1.4 stable"});
  }
}

TEST_CASE("newer versions: a package that the environment would now do without") {
  CHECK(told(newer_packages(environment({package("libold", "1"), package("gone", "1")}), {},
                            {offer("libold", "2", "stable-security"), offer("libold", "1")})) ==
        Lines{"security libold 1 2 stable-security"});
}

TEST_CASE("newer versions: the source package") {
  LockedSource source;
  source.package = "tool";
  source.version = "2.0";
  CHECK(newer_sources(source, {offer("tool", "1.9"), offer("tool", "2.0")}).empty());
  CHECK(told(newer_sources(source, {offer("tool", "2.1"), offer("tool", "2.10")})) ==
        Lines{"tool 2.0 2.10 stable"});
  CHECK(newer_sources(source, {}).empty());
}

TEST_CASE("newer versions: tags of the product's pattern, the highest first") {
  const std::string listing =
      "a\trefs/tags/v1.0\nb\trefs/tags/v1.9\nc\trefs/tags/v1.10\nd\trefs/tags/v0.9\n"
      "e\trefs/tags/release-3\nf\trefs/heads/v7\ng\trefs/tags/v\nh\trefs/tags/v8/9\n"
      "i\trefs/tags/v\x1b[31m9\nv99\n\trefs/tags/xv9";
  CHECK(newer_tags(listing, "v{version}", "1.0") == Lines{"1.10", "1.9"});
  CHECK(newer_tags(listing, "release-{version}", "1.0") == Lines{"3"});
  CHECK(newer_tags("", "v{version}", "1.0").empty());
  CHECK(newer_tags("a\trefs/tags/2.0/v2.0\na\trefs/tags/2.0/v3.0", "{version}/v{version}", "1") ==
        Lines{"2.0"});
  std::string many;
  for (int i = 10; i < 40; ++i) many += "a\trefs/tags/" + std::to_string(i) + "\n";
  const Lines told_tags = newer_tags(many, "{version}", "1");
  REQUIRE(told_tags.size() == 10);
  CHECK(told_tags.front() == "39");
}

TEST_CASE("newer versions: for programs") {
  NewerVersion tag;
  tag.pinned = "1.0";
  tag.version = "1.1";
  tag.uri = "https://example.org/tool";
  CHECK(to_json({tag}) == Json::parse(R"([{"pinned":"1.0","version":"1.1",
      "uri":"https://example.org/tool","security":false}])"));
  const auto found = newer_packages(environment({package("zlib", "1")}), {},
                                    {offer("zlib", "2", "stable-security")});
  CHECK(to_json(found) == Json::parse(R"([{"environment":"env","name":"zlib",
      "architecture":"amd64","pinned":"1","version":"2","uri":"https://deb.example.org",
      "suite":"stable-security","security":true}])"));
}

}  // namespace
}  // namespace hallmark
