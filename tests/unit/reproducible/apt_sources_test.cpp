#include "reproducible/apt_sources.hpp"

#include "tests/unit/tools.hpp"

using namespace hallmark;
using hallmark::test::TestFolder;

namespace {

const std::string kDebian = "/usr/share/keyrings/debian-archive-keyring.gpg";

std::string summary(const Result<std::vector<AptSource>>& sources) {
  if (!sources.ok()) return sources.error().message();
  std::string out;
  for (const AptSource& source : *sources) {
    out += source.uri + " " + source.suite;
    for (const std::string& component : source.components) out += " " + component;
    out += "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("the distribution's own archives are found among others with the same suite") {
  const TestFolder apt;
  apt.write("sources.list.d/debian.sources",
            "# Debian\nTypes: deb\n# a comment inside\nURIs: http://deb.example.org/debian/\n"
            "Suites: bookworm bookworm-updates\nComponents: main\nSigned-By: " +
                kDebian +
                "\n\nTypes: deb deb-src\nURIs: http://deb.example.org/debian-security\n"
                "Suites: bookworm-security\nComponents: main\nSigned-By: " +
                kDebian + "\n");
  apt.write("sources.list.d/a-vendor.list",
            "deb [arch=amd64 signed-by=/usr/share/keyrings/vendor.gpg] https://vendor.example.org "
            "bookworm main\ndeb https://tools.example.org cloud-bookworm main\n");
  apt.write("sources.list.d/broken.sources", "no field\n");
  CHECK(summary(base_archives(apt.path(), "bookworm")) ==
        "http://deb.example.org/debian bookworm main\n"
        "http://deb.example.org/debian bookworm-updates main\n"
        "http://deb.example.org/debian-security bookworm-security main\n");
}

TEST_CASE("one-line entries, with the default keyrings") {
  const TestFolder apt;
  apt.write("etc/sources.list",
            "deb cdrom:[Debian]/ bookworm main\n"
            "deb http://deb.example.org/debian bookworm main # comment\n"
            "deb http://deb.example.org/debian bookworm main contrib\n"
            "deb-src http://deb.example.org/debian bookworm main\n"
            "#deb http://off.example.org/debian bookworm main\n"
            "deb [trusted=yes] http://trusted.example.org/debian bookworm main\n"
            "deb http://flat.example.org/ ./\n");
  apt.write("etc/trusted.gpg.d/b.asc", "");
  apt.write("etc/trusted.gpg.d/a.gpg", "");
  const std::string folder = apt.path("etc");
  const auto sources = base_archives(folder, "bookworm");
  CHECK(summary(sources) == "http://deb.example.org/debian bookworm main contrib\n");
  CHECK(sources->front().keyrings ==
        std::vector<std::string>{folder + "/trusted.gpg.d/a.gpg", folder + "/trusted.gpg.d/b.asc"});
}

TEST_CASE("entries that are off, trusted, for sources or with a key inside do not count") {
  for (const char* field : {"Enabled: no", "Trusted: yes", "Types: deb-src",
                            "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n AAAA"}) {
    std::string text = "Types: deb\nURIs: http://e.example.org\nSuites: s\nComponents: main\n";
    if (std::string(field).starts_with("Types")) text.erase(0, 11);
    INFO(field);
    CHECK(parse_deb822_sources(text + field + "\n").empty());
  }
}

TEST_CASE("a suite without an entry is an error with a hint") {
  const TestFolder apt;
  const auto sources = base_archives(apt.path(), "trixie");
  REQUIRE(!sources.ok());
  CHECK(!sources.error().hint.empty());
}

TEST_CASE("which suites belong to a base suite") {
  CHECK(is_suite_of("bookworm", "bookworm"));
  CHECK(is_suite_of("bookworm-updates", "bookworm"));
  CHECK(is_suite_of("bookworm-security", "bookworm"));
  CHECK(!is_suite_of("bookworm-backports", "bookworm"));
  CHECK(!is_suite_of("bookwormx", "bookworm"));
  CHECK(!is_suite_of("trixie", "bookworm"));
}
