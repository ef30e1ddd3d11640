// What is newer than a lock, asked of a small signed archive by the real apt, gpgv and git.
#include "reproducible/fetch_updates.hpp"

#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "tests/unit/reproducible/archive_fixtures.hpp"
#include "tests/unit/reproducible/git_fixtures.hpp"
#include "tests/unit/reproducible/says.hpp"

namespace hallmark {
namespace {

using Lines = std::vector<std::string>;
using test::SmallArchive;
using test::Upstream;

FetchContext context_of_machine(const SmallArchive& archive) {
  return {archive.layout(), archive.apt_folder(), nullptr};
}

Lock lock_of(const SmallArchive& archive, const std::string& product,
             const std::string& version = "2.0") {
  const auto lock = pin(product, version, context_of_machine(archive));
  INFO((lock.ok() ? std::string() : lock.error().message()));
  REQUIRE(lock.ok());
  return *lock;
}

Result<std::vector<NewerVersion>> updates(const SmallArchive& archive, const Lock& lock,
                                          const std::string& product) {
  return find_updates(to_json(lock).dump(), product, context_of_machine(archive));
}

Lines newer(const SmallArchive& archive, const Lock& lock, const std::string& product) {
  const auto found = updates(archive, lock, product);
  INFO((found.ok() ? std::string() : found.error().message()));
  REQUIRE(found.ok());
  Lines out;
  for (const NewerVersion& one : *found) {
    out.push_back((one.security ? "security " : "") + one.name + " " + one.pinned + " " +
                  one.version + " " + one.suite);
  }
  return out;
}

Error refusal_of(const SmallArchive& archive, const Lock& lock) {
  const auto found = updates(archive, lock, archive.product());
  REQUIRE(!found.ok());
  return found.error();
}

void publish(SmallArchive& archive) {
  archive.write_indices();
  archive.sign_release();
}

TEST_CASE("updates: none, then some, those for security first; nothing of them is downloaded") {
  SmallArchive archive;
  const Lock lock = lock_of(archive, archive.product());
  CHECK(newer(archive, lock, archive.product()).empty());

  archive.add_package("base", "1.1", "Essential: yes\n");
  archive.add_package("unrelated", "6");
  publish(archive);
  archive.add_security_suite("helper", "14");
  CHECK(newer(archive, lock, archive.product()) ==
        Lines{"security helper 13 14 stable-security", "base 1.0 1.1 stable"});
  const std::string helper = sha256("the bytes of helper 14\n").hex();
  CHECK(!std::filesystem::exists(archive.layout().quarantined(helper)));
  CHECK(!std::filesystem::exists(archive.layout().fetch() / "work"));
}

TEST_CASE("updates: the pinned source need not be in the archive any more") {
  SmallArchive archive;
  const Lock lock = lock_of(archive, archive.product());
  archive.add_source(archive.developer_key(), "2.1");
  publish(archive);
  std::filesystem::remove(archive.folder().path("archive/pool/tool_2.0.dsc"));
  CHECK(newer(archive, lock, archive.product()) == Lines{"tool 2.0 2.1 stable"});
}

TEST_CASE("updates: an archive that another key signed is an error, and no update") {
  SmallArchive archive;
  const Lock lock = lock_of(archive, archive.product());
  archive.add_package("base", "1.1", "Essential: yes\n");
  archive.write_indices();
  SECTION("one that is in the lock") {
    archive.sign_release(archive.mallory_key());
    const Error error = refusal_of(archive, lock);
    CHECK(error.kind == ErrorKind::kVerification);
    CHECK(says(error.message(), "dists/stable/InRelease"));
  }
  SECTION("a suite that came since") {
    archive.sign_release();
    archive.add_security_suite("helper", "14", archive.mallory_key());
    const Error error = refusal_of(archive, lock);
    CHECK(error.kind == ErrorKind::kVerification);
    CHECK(says(error.message(), "dists/stable-security/InRelease"));
  }
  SECTION("the machine trusts another keyring by now, and the lock does not") {
    const std::string other = archive.gpg().keyring("other.gpg", {archive.mallory_key()});
    archive.sign_release(archive.mallory_key());
    archive.write_apt_sources("stable", other);
    const Error error = refusal_of(archive, lock);
    CHECK(error.kind == ErrorKind::kVerification);
    CHECK(says(error.message(), "none of its keyrings"));
    CHECK(says(error.hint, "pin --renew"));
  }
}

TEST_CASE("updates: an index that is not what its InRelease names") {
  SmallArchive archive;
  const Lock lock = lock_of(archive, archive.product());
  archive.add_package("base", "1.1", "Essential: yes\n");
  publish(archive);
  archive.add_package("base", "1.2", "Essential: yes\n");
  archive.write_indices();
  const Error error = refusal_of(archive, lock);
  CHECK(error.kind == ErrorKind::kVerification);
  CHECK(says(error.message(), "main/binary-amd64/Packages"));
}

TEST_CASE("updates: an archive that does not answer is remote trouble") {
  SmallArchive archive;
  const Lock lock = lock_of(archive, archive.product());
  std::filesystem::remove_all(archive.folder().path("archive"));
  const Error error = refusal_of(archive, lock);
  CHECK(error.kind == ErrorKind::kRemote);
  CHECK(says(error.message(), "dists/stable/InRelease"));
}

TEST_CASE("updates: of another product, or of an environment that it has no longer") {
  SmallArchive archive;
  Lock lock = lock_of(archive, archive.product());
  SECTION("product") { lock.product = "other"; }
  SECTION("kind of source") {
    lock.source = LockedSource();
    lock.source.kind = OriginKind::kTarball;
    lock.source.files = {{"a.tar.gz", 1, {}, "https://example.org/a.tar.gz"},
                         {"a.tar.gz.asc", 1, {}, "https://example.org/a.tar.gz.asc"}};
    lock.source.signers = {std::string(40, 'A')};
    lock.source.keyring = LockedKeyring{1, {}};
  }
  SECTION("environment") {
    lock.environments[0].name = "old";
    lock.targets[0].environment = "old";
  }
  const Error error = refusal_of(archive, lock);
  INFO(error.message());
  CHECK(error.kind == ErrorKind::kVerification);
  CHECK(says(error.hint, "pin --renew"));
}

TEST_CASE("updates: newer tags of a git source") {
  SmallArchive archive;
  const Upstream upstream;
  upstream.tag("v1.0");
  const std::string product =
      R"({"format":"hallmark-product-v1","name":"hello","origin":{"kind":"git","url":")" +
      upstream.path() + R"(","tag":"v{version}","signers":[")" + upstream.public_key("author") +
      R"("]},"environments":[{"name":"env","suite":"stable"}],)"
      R"("targets":[{"suite":"stable","component":"main","architecture":"amd64",)"
      R"("environment":"env"}],"recipe":{"kind":"deb","packages":["hello"]}})";
  const Lock lock = lock_of(archive, product, "1.0");
  CHECK(newer(archive, lock, product).empty());
  upstream.tag("v1.1", "mallory");
  upstream.tag("other-2");
  CHECK(newer(archive, lock, product) == Lines{" 1.0 1.1 "});
  std::filesystem::remove_all(upstream.path());
  const auto gone = updates(archive, lock, product);
  REQUIRE(!gone.ok());
  CHECK(gone.error().kind == ErrorKind::kRemote);
}

}  // namespace
}  // namespace hallmark
