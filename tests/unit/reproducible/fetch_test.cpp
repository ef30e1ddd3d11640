// Pin and fetch as a whole, on a small signed archive: everything but the network.
#include <filesystem>

#include "reproducible/archive_chain.hpp"
#include "reproducible/fetch_lock.hpp"
#include "reproducible/fetch_pin.hpp"
#include "tests/unit/reproducible/archive_fixtures.hpp"

using namespace hallmark;
using hallmark::test::SmallArchive;

namespace {

FetchContext context_of(const SmallArchive& archive) {
  return {archive.layout(), archive.apt_folder(), nullptr};
}

Lock pinned(const SmallArchive& archive) {
  const auto lock = pin(archive.product(), "2.0", context_of(archive));
  INFO((lock.ok() ? std::string() : lock.error().message()));
  REQUIRE(lock.ok());
  return *lock;
}

Result<FetchReport> fetched(const SmallArchive& archive, const Lock& lock) {
  return fetch_lock(to_json(lock).dump(), archive.product(), context_of(archive));
}

void forget_quarantine(const SmallArchive& archive) {
  std::filesystem::remove_all(archive.layout().quarantine());
}

// A file of the quarantine, changed in one byte.
void change(const std::string& path) {
  auto bytes = read_file(path, uint64_t{1} << 30U);
  REQUIRE(bytes.ok());
  (*bytes)[bytes->size() / 2] = static_cast<char>((*bytes)[bytes->size() / 2] ^ 1);
  const auto file = open_at(AT_FDCWD, path, O_WRONLY | O_TRUNC);
  REQUIRE(file.ok());
  REQUIRE(write_all(file->get(), *bytes).ok());
}

bool refused(const Result<FetchReport>& result, const std::string& part,
             ErrorKind kind = ErrorKind::kVerification) {
  REQUIRE(!result.ok());
  INFO(result.error().message());
  return result.error().kind == kind && result.error().message().find(part) != std::string::npos;
}

bool refused(const Result<Lock>& result, const std::string& part,
             ErrorKind kind = ErrorKind::kVerification) {
  REQUIRE(!result.ok());
  INFO(result.error().message());
  return result.error().kind == kind && result.error().message().find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("pin resolves source and environment, and fetch finds everything right") {
  const SmallArchive archive;
  const Lock lock = pinned(archive);
  CHECK(lock.product_sha256 == sha256(archive.product()));
  CHECK(lock.source.signer == archive.developer_key());
  CHECK(lock.source.files.size() == 2);
  CHECK(lock.source.files[0].name == "tool_2.0.dsc");
  REQUIRE(lock.environments.size() == 1);
  std::string names;
  for (const LockedPackage& package : lock.environments[0].packages) names += package.name + " ";
  CHECK(names == "apt base build-essential compiler fakeroot helper ");
  const auto report = fetched(archive, lock);
  INFO((report.ok() ? std::string() : report.error().message()));
  REQUIRE(report.ok());
  CHECK(report->downloaded == 0);
  CHECK(report->files == 11);

  forget_quarantine(archive);
  const auto again = fetched(archive, lock);
  INFO((again.ok() ? std::string() : again.error().message()));
  REQUIRE(again.ok());
  CHECK(again->downloaded == 11);
  CHECK(!std::filesystem::exists(archive.layout().fetch() / "work"));
}

TEST_CASE("a changed byte on the server is refused, and nothing stays under its final name") {
  const SmallArchive archive;
  const Lock lock = pinned(archive);
  forget_quarantine(archive);
  SECTION("of a build-dependency") {
    change(archive.folder().path("archive/pool/helper_13_amd64.deb"));
    CHECK(refused(fetched(archive, lock), "package helper 13"));
    const std::string hex = sha256("the bytes of helper 13\n").hex();
    CHECK(!std::filesystem::exists(archive.layout().quarantined(hex)));
  }
  SECTION("of the source") {
    change(archive.folder().path("archive/pool/tool_2.0.tar.xz"));
    CHECK(refused(fetched(archive, lock), "source file tool_2.0.tar.xz"));
  }
  SECTION("of an index") {
    change(archive.folder().path("archive/dists/stable/main/binary-amd64/Packages"));
    CHECK(refused(fetched(archive, lock), "main/binary-amd64/Packages"));
  }
  SECTION("more bytes than pinned") {
    archive.folder().write("archive/pool/helper_13_amd64.deb", std::string(100'000, 'x'));
    CHECK(refused(fetched(archive, lock), "longer"));
  }
}

TEST_CASE("a changed byte in quarantine is refused and named") {
  const SmallArchive archive;
  const Lock lock = pinned(archive);
  const LockedEnvironment& environment = lock.environments[0];
  const auto path = [&](const Sha256Digest& digest) {
    return archive.layout().quarantined(digest.hex()).string();
  };
  SECTION("package") {
    change(path(environment.packages[0].sha256));
    CHECK(refused(fetched(archive, lock), "package apt 1.0"));
  }
  SECTION("source") {
    change(path(lock.source.files[1].sha256));
    CHECK(refused(fetched(archive, lock), "tool_2.0.tar.xz"));
  }
  SECTION("InRelease") {
    change(path(environment.archives[0].inrelease_sha256));
    CHECK(refused(fetched(archive, lock), "InRelease"));
  }
  SECTION("index") {
    change(path(environment.archives[0].indices[0].sha256));
    CHECK(refused(fetched(archive, lock), "main/binary-amd64/Packages"));
  }
}

TEST_CASE("a lock that says something else than the signed archive is refused") {
  SmallArchive archive;
  Lock lock = pinned(archive);
  LockedEnvironment& environment = lock.environments[0];
  SECTION("a package that is in no index") {
    const std::string bytes = "evil\n";
    archive.folder().write("archive/pool/evil.deb", bytes);
    environment.packages[0].sha256 = sha256(bytes);
    environment.packages[0].size = bytes.size();
    environment.packages[0].url = archive.uri() + "/pool/evil.deb";
    CHECK(refused(fetched(archive, lock), "not in the signed indices"));
  }
  SECTION("a package under another name") {
    environment.packages[0].name = "other";
    CHECK(refused(fetched(archive, lock), "package other 1.0"));
  }
  SECTION("a package under another version") {
    environment.packages[0].version = "2.0";
    CHECK(refused(fetched(archive, lock), "package apt 2.0"));
  }
  SECTION("one file under two names") {
    environment.packages.push_back(environment.packages[0]);
    environment.packages.back().name = "zz";
    CHECK(refused(fetched(archive, lock), "same file twice"));
  }
  SECTION("an index of its own") {
    const std::string index = "Package: base\n";
    archive.folder().write("archive/own", index);
    environment.archives[0].indices[0].sha256 = sha256(index);
    environment.archives[0].indices[0].size = index.size();
    archive.folder().write("archive/dists/stable/main/binary-amd64/Packages", index);
    CHECK(refused(fetched(archive, lock), "not what the signed InRelease names"));
  }
  SECTION("another suite") {
    environment.archives[0].suite = "testing";
    CHECK(!fetched(archive, lock).ok());
  }
  SECTION("another keyring") {
    environment.archives[0].keyring_sha256 = sha256("other");
    CHECK(refused(fetched(archive, lock), "keyring"));
  }
  SECTION("another signer of the .dsc") {
    lock.source.signer = archive.mallory_key();
    CHECK(refused(fetched(archive, lock), "signed by"));
  }
  SECTION("a source file left out") {
    lock.source.files.pop_back();
    CHECK(refused(fetched(archive, lock), "tool_2.0.tar.xz"));
  }
  SECTION("another source version") {
    lock.source.version = "3.0";
    CHECK(!fetched(archive, lock).ok());
  }
  SECTION("another product") {
    lock.product_sha256 = sha256("other");
    CHECK(refused(fetched(archive, lock), "not the file that the lock was made from"));
  }
  SECTION("another target") {
    lock.targets[0].suite = "unstable";
    CHECK(refused(fetched(archive, lock), "not the file that the lock was made from"));
  }
}

TEST_CASE("an InRelease by another key, in the lock or on the server, is refused") {
  SmallArchive archive;
  Lock lock = pinned(archive);
  archive.sign_release(archive.mallory_key());
  CHECK(refused(pin(archive.product(), "2.0", context_of(archive)), "InRelease"));
  const std::string forged = archive.folder().read("archive/dists/stable/InRelease");
  lock.environments[0].archives[0].inrelease_sha256 = sha256(forged);
  lock.environments[0].archives[0].inrelease_size = forged.size();
  CHECK(refused(fetched(archive, lock), "InRelease"));
}

TEST_CASE("an InRelease of another suite is refused") {
  SmallArchive archive;
  archive.folder().write(
      "apt/sources.list.d/own.sources",
      "Types: deb\nURIs: " + archive.uri() +
          "\nSuites: testing\nComponents: main\nSigned-By: " + archive.keyring() + "\n");
  std::filesystem::create_directory(archive.folder().path("archive/dists/testing"));
  std::filesystem::copy(archive.folder().path("archive/dists/stable"),
                        archive.folder().path("archive/dists/testing"),
                        std::filesystem::copy_options::recursive);
  std::string product = archive.product();
  product.replace(product.find("\"suite\":\"stable\""), 16, "\"suite\":\"testing\"");
  CHECK(refused(pin(product, "2.0", context_of(archive)), "is the Release of stable"));
}

TEST_CASE("an InRelease that the archive has replaced since is said so") {
  SmallArchive archive;
  const Lock lock = pinned(archive);
  forget_quarantine(archive);
  archive.add_package("more", "1");
  archive.write_indices();
  archive.sign_release();
  CHECK(refused(fetched(archive, lock), "moved on", ErrorKind::kFailed));
}

TEST_CASE("a .dsc that no developer signed is not pinned") {
  SmallArchive archive;
  archive.add_source(archive.mallory_key());
  archive.write_indices();
  archive.sign_release();
  CHECK(refused(pin(archive.product(), "2.0", context_of(archive)), "tool_2.0.dsc"));
}

TEST_CASE("a version that the archive does not have is not pinned") {
  const SmallArchive archive;
  CHECK(
      refused(pin(archive.product(), "9.9", context_of(archive)), "tool 9.9", ErrorKind::kFailed));
}

TEST_CASE("a file that is missing on the server is remote trouble") {
  const SmallArchive archive;
  const Lock lock = pinned(archive);
  forget_quarantine(archive);
  std::filesystem::remove(archive.folder().path("archive/pool/helper_13_amd64.deb"));
  CHECK(refused(fetched(archive, lock), "helper_13", ErrorKind::kRemote));
}

TEST_CASE("what a killed request left behind is no obstacle") {
  const SmallArchive archive;
  const Lock lock = pinned(archive);
  forget_quarantine(archive);
  archive.folder().write(
      "root/fetch/work/downloads/" + lock.environments[0].packages[0].sha256.hex(), "half");
  CHECK(fetched(archive, lock).ok());
}
