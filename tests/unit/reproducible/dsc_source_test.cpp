#include "reproducible/dsc_source.hpp"

#include "core/digest.hpp"
#include "tests/unit/verify/gpg_fixtures.hpp"

using namespace hallmark;
using hallmark::test::GpgHome;

namespace {

// A signed source package in a folder, and the lock of it.
struct SourcePackage {
  GpgHome home;
  Lock lock;
  Product product;
  std::string developer = home.make_key("developer");

  SourcePackage() {
    product.origin.kind = OriginKind::kDsc;
    product.origin.package = "tool";
    product.origin.keyring = home.keyring("developers.gpg", {developer});
    const std::string source = home.folder().read("pubring.kbx").substr(0, 32);
    home.folder().write("tool.tar.xz", source);
    const std::string dsc = sign(developer, "2.0", source);
    lock.version = "2.0";
    lock.source.kind = OriginKind::kDsc;
    lock.source.package = "tool";
    lock.source.version = "2.0";
    lock.source.signer = developer;
    lock.source.files = {{"tool.dsc", dsc.size(), sha256(dsc), ""},
                         {"tool.tar.xz", source.size(), sha256(source), ""}};
    const auto verified = verify_dsc(dsc, {product.origin.keyring}, "tool.dsc");
    REQUIRE(verified.ok());
    lock.source_date_epoch = verified->signed_at;
  }

  // Writes tool.dsc; the lock is left as it is.
  std::string sign(const std::string& key, const std::string& version, const std::string& source) {
    std::string dsc = home.clearsign(
        key, "Format: 3.0 (native)\nSource: tool\nVersion: " + version + "\nChecksums-Sha256:\n " +
                 sha256(source).hex() + " " + std::to_string(source.size()) + " tool.tar.xz\n");
    home.folder().write("tool.dsc", dsc);
    return dsc;
  }

  // Makes the lock name the .dsc that is there: what a lying lock would do. The time goes with it,
  // since a second may have passed from one signature to the next.
  void relock_dsc() {
    const std::string dsc = home.folder().read("tool.dsc");
    lock.source.files[0].sha256 = sha256(dsc);
    lock.source.files[0].size = dsc.size();
    const auto verified = verify_dsc(dsc, {product.origin.keyring}, "tool.dsc");
    if (verified.ok()) lock.source_date_epoch = verified->signed_at;
  }

  Status verify() const {
    std::vector<UniqueFd> files;
    for (const LockedFile& file : lock.source.files) {
      auto fd = open_at(AT_FDCWD, home.folder().path(file.name), O_RDONLY);
      if (fd.ok()) files.push_back(std::move(*fd));
    }
    return verify_dsc_source(lock, product, files);
  }
};

bool refused(const Status& status, const std::string& part) {
  REQUIRE(!status.ok());
  INFO(status.error().message());
  CHECK(status.error().kind == ErrorKind::kVerification);
  return status.error().message().find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a .dsc by a developer, with its files, is right") {
  const SourcePackage package;
  const Status status = package.verify();
  INFO((status.ok() ? std::string() : status.error().message()));
  CHECK(status.ok());
}

TEST_CASE("a changed source byte is refused") {
  const SourcePackage package;
  std::string bytes = package.home.folder().read("tool.tar.xz");
  bytes[0] = static_cast<char>(bytes[0] ^ 1);
  package.home.folder().write("tool.tar.xz", bytes);
  CHECK(refused(package.verify(), "source file tool.tar.xz"));
}

TEST_CASE("a changed .dsc is refused by its hash, and by its signature if the lock lies") {
  SourcePackage package;
  std::string dsc = package.home.folder().read("tool.dsc");
  dsc.replace(dsc.find("native"), 6, "quilty");
  package.home.folder().write("tool.dsc", dsc);
  CHECK(refused(package.verify(), "source file tool.dsc"));
  package.relock_dsc();
  CHECK(refused(package.verify(), "bad signature"));
}

TEST_CASE("a .dsc by a key that is not in the keyring is refused") {
  SourcePackage package;
  package.sign(package.home.make_key("mallory"), "2.0", package.home.folder().read("tool.tar.xz"));
  package.relock_dsc();
  CHECK(refused(package.verify(), "not in the keyring"));
}

TEST_CASE("a source file that the .dsc does not name with that hash is refused") {
  SourcePackage package;
  package.sign(package.developer, "2.0", "other bytes");
  package.relock_dsc();
  CHECK(refused(package.verify(), "tool.tar.xz"));
}

TEST_CASE("a signed .dsc of another version is refused") {
  SourcePackage package;
  package.sign(package.developer, "1.0", package.home.folder().read("tool.tar.xz"));
  package.relock_dsc();
  CHECK(refused(package.verify(), "is of tool 1.0"));
}

TEST_CASE("a missing file, and a file too many, are refused") {
  SourcePackage package;
  SECTION("missing") {
    std::filesystem::remove(package.home.folder().path("tool.tar.xz"));
    CHECK(refused(package.verify(), "missing"));
  }
  SECTION("too many") {
    package.home.folder().write("more", "more");
    package.lock.source.files.push_back({"more", 4, sha256("more"), ""});
    CHECK(refused(package.verify(), "does not name"));
  }
  SECTION("left out of the lock") {
    package.lock.source.files.pop_back();
    CHECK(refused(package.verify(), "tool.tar.xz"));
  }
}

TEST_CASE("malformed checksums are refused") {
  const std::string hex = sha256("").hex();
  CHECK(parse_checksums("\n " + hex + " 0 a.tar.xz", "x").ok());
  for (const std::string& text :
       {std::string(), std::string("\n"), "\n " + hex + " 0", "\n " + hex + " x a",
        "\n " + hex + " 0 ../a", "\n " + hex + " 0 a/b", "\n " + hex.substr(1) + " 0 a",
        "\n " + hex + " 0 a b", "\n " + hex + " -1 a", "\n " + hex + " 0 a\n " + hex + " 1 a"}) {
    INFO(text);
    CHECK(!parse_checksums(text, "x").ok());
  }
}
