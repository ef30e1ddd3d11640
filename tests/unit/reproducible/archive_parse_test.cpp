#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"
#include "reproducible/archive_chain.hpp"
#include "reproducible/fetch_apt.hpp"
#include "reproducible/fetch_proxies.hpp"
#include "tests/unit/tools.hpp"
#include "verify/archive_index.hpp"
#include "verify/archive_release.hpp"

using namespace hallmark;

namespace {
const std::string kHex = sha256("").hex();
}

TEST_CASE("a Release names its files by SHA-256") {
  const auto release = parse_release(
      "Suite: stable\nCodename: bookworm\nAcquire-By-Hash: yes\nMD5Sum:\n 0 0 a\nSHA256:\n " +
          kHex + "        12 main/binary-amd64/Packages\n",
      "Release");
  REQUIRE(release.ok());
  CHECK(release->is_for("stable"));
  CHECK(release->is_for("bookworm"));
  CHECK(!release->is_for("trixie"));
  CHECK(release->by_hash);
  CHECK(release->files.at("main/binary-amd64/Packages").size == 12);
}

TEST_CASE("a Release says whether it is there for security") {
  const auto is_security = [](const std::string& fields) {
    const auto release =
        parse_release(fields + "SHA256:\n " + std::string(64, 'a') + " 1 a\n", "R");
    REQUIRE(release.ok());
    return release->is_security();
  };
  CHECK(is_security("Label: Debian-Security\nSuite: oldstable\n"));
  CHECK(is_security("Label: Ubuntu\nSuite: jammy-security\n"));
  CHECK(is_security("Codename: bookworm-security\n"));
  CHECK(!is_security("Label: Debian\nSuite: stable\nCodename: bookworm\n"));
  CHECK(!is_security("Label: Debian\nSuite: stable-updates\n"));
  CHECK(!is_security("Origin: Debian-Security\nDescription: no-security\nSuite: security-tools\n"));
}

TEST_CASE("malformed Release files are refused") {
  for (const std::string& listing :
       {std::string(), " " + kHex + " 1", " " + kHex + " x a", " " + kHex + " 1 ../a",
        " " + kHex + " 1 /a", std::string(" 00 1 a"), " " + kHex + " 1 a\n " + kHex + " 2 a"}) {
    INFO(listing);
    CHECK(!parse_release("Suite: s\nSHA256:\n" + listing + "\n", "Release").ok());
  }
  CHECK(!parse_release("Suite: s\n", "Release").ok());
}

TEST_CASE("malformed Packages stanzas are refused") {
  const auto read = [](const std::string& text) {
    return read_packages(text, "Packages", [](const IndexPackage&) {}).ok();
  };
  const std::string head = "Package: a\nVersion: 1\nArchitecture: all\n";
  CHECK(read(head + "Filename: pool/a.deb\nSize: 1\nSHA256: " + kHex + "\n"));
  CHECK(read(""));
  CHECK(!read(head + "Filename: ../a.deb\nSize: 1\nSHA256: " + kHex + "\n"));
  CHECK(!read(head + "Filename: /a.deb\nSize: 1\nSHA256: " + kHex + "\n"));
  CHECK(!read(head + "Filename: a.deb\nSize: -1\nSHA256: " + kHex + "\n"));
  CHECK(!read(head + "Filename: a.deb\nSize: 1\nSHA256: 00\n"));
  CHECK(!read(head + "Filename: a.deb\nSize: 1\n"));
}

TEST_CASE("an index that is not what its name says is refused") {
  CHECK(decompress_index("plain", "main/Packages").ok());
  CHECK(!decompress_index("plain", "main/Packages.xz").ok());
  CHECK(!decompress_index("plain", "main/Packages.gz").ok());
  const std::string xz = test::run_tool("/usr/bin/xz", {"--stdout"}, "text");
  CHECK(decompress_index(xz, "Packages.xz").value() == "text");
  CHECK(!decompress_index(xz, "Packages.gz").ok());
  CHECK(!decompress_index(xz.substr(0, xz.size() - 20), "Packages.xz").ok());
  CHECK(!decompress_index(test::run_tool("/usr/bin/xz", {"--stdout"}, xz), "Packages.xz").ok());
  const std::string empty = test::run_tool("/usr/bin/gzip", {"--stdout"}, "");
  CHECK(decompress_index(empty, "Packages.gz").value().empty());
}

TEST_CASE("what apt prints is read for digests alone") {
  const auto digests =
      parse_print_uris("Reading package lists...\n'file:/a.deb' a.deb 1 SHA256:" + kHex + "\n");
  REQUIRE(digests.ok());
  CHECK(digests->size() == 1);
  CHECK(!parse_print_uris("'file:/a.deb' a.deb 1 MD5Sum:00\n").ok());
  CHECK(!parse_print_uris("'file:/a.deb' a.deb 1 SHA256:00\n").ok());
}

TEST_CASE("URLs of the pool escape what URLs must") {
  CHECK(pool_url("http://e.example.org", "pool/g++_1~2.deb") ==
        "http://e.example.org/pool/g%2b%2b_1~2.deb");
}

TEST_CASE("apt's proxies are kept") {
  const Proxies both = parse_proxies("Acquire::http::Proxy http://p.example.org:3128\n");
  CHECK(both.http == "http://p.example.org:3128");
  CHECK(both.https == both.http);
  CHECK(both.for_url("https://x") == both.https);
  const Proxies direct =
      parse_proxies("Acquire::http::Proxy http://p\nAcquire::https::Proxy DIRECT\n");
  CHECK(direct.https.empty());
  CHECK(parse_proxies("").http.empty());
}
