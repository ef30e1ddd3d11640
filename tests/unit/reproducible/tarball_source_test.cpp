// A release archive and its signature: pinned, fetched, checked again by the builder, unpacked in
// the sandbox. Everything but the network, by the real gpg and tar.
#include "reproducible/tarball_source.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "reproducible/build_source.hpp"
#include "reproducible/fetch_lock.hpp"
#include "reproducible/fetch_pin.hpp"
#include "tests/unit/reproducible/archive_fixtures.hpp"
#include "tests/unit/reproducible/build_fixtures.hpp"
#include "tests/unit/reproducible/says.hpp"

namespace hallmark {
namespace {

using test::run_tool;
using test::SmallArchive;

// An upstream that serves tool-1.0.tar.gz and its signature.
class Released {
 public:
  Released() {
    archive.folder().write("tree/tool-1.0/-rf", "a file of that name\n");
    archive.folder().write("tree/tool-1.0/build.sh", "exit 1\n");
    run_tool("/usr/bin/tar", {"--create", "--gzip", "--file=" + tarball(), "--directory",
                              archive.folder().path("tree"), "tool-1.0"});
    sign(upstream);
  }

  std::string tarball() const { return archive.folder().path("tool-1.0.tar.gz"); }
  std::string signature() const { return tarball() + ".asc"; }

  void sign(const std::string& key, std::vector<std::string> options = {}) const {
    options.insert(options.end(),
                   {"--local-user", key, "--armor", "--detach-sign", "--output", "-", tarball()});
    archive.folder().write("tool-1.0.tar.gz.asc", archive.gpg().gpg(std::move(options)));
  }

  std::string product(const std::string& threshold = "1") const {
    const std::string folder = archive.folder().path();
    return R"({"format":"hallmark-product-v1","name":"tool","origin":{"kind":"tarball",)"
           R"("url":")" +
           folder + R"(/tool-{version}.tar.gz","signature":")" + folder +
           R"(/tool-{version}.tar.gz.asc","openpgp_signers":[")" + upstream + R"(",")" + second +
           R"("],"keyring":"upstream.asc","threshold":)" + threshold +
           R"(},"environments":[{"name":"env","suite":"stable","packages":["fakeroot"]}],)"
           R"("targets":[{"suite":"stable","component":"main","architecture":"amd64",)"
           R"("environment":"env"}],"recipe":{"kind":"deb","packages":["tool"]}})";
  }

  FetchContext context(const std::string& with_keyring) const {
    return {archive.layout(), archive.apt_folder(), nullptr, with_keyring};
  }

  Result<Lock> pin(const std::string& threshold = "1") const {
    return hallmark::pin(product(threshold), "1.0", context(keyring));
  }

  Lock pinned() const {
    const auto lock = pin();
    INFO((lock.ok() ? std::string() : lock.error().message()));
    REQUIRE(lock.ok());
    return *lock;
  }

  Result<FetchReport> fetch(const Lock& lock, const std::string& with_keyring) const {
    return fetch_lock(to_json(lock).dump(), product(), context(with_keyring));
  }

  Status prepare(const Lock& lock, const std::string& folder) const {
    const auto parsed = parse_product(product(), "product");
    REQUIRE(parsed.ok());
    return prepare_source(lock, *parsed, archive.layout(), archive.folder().path(folder));
  }

  SmallArchive archive;
  std::string upstream = archive.gpg().make_key("upstream");
  std::string second = archive.gpg().make_key("second");
  std::string mallory = archive.gpg().make_key("other");
  std::string keyring = archive.gpg().gpg({"--armor", "--export", upstream, second, mallory});
};

template <typename T>
std::string refusal(const Result<T>& result, ErrorKind kind = ErrorKind::kVerification) {
  REQUIRE(!result.ok());
  CHECK(result.error().kind == kind);
  return result.error().message();
}

TEST_CASE("tarball: pinned, fetched elsewhere, and ready for the sandbox") {
  const Released released;
  const Lock lock = released.pinned();
  CHECK(lock.source.signers == std::vector<std::string>{released.upstream});
  REQUIRE(lock.source.files.size() == 2);
  CHECK(lock.source.files[0].name == "tool-1.0.tar.gz");
  CHECK(lock.source.files[1].name == "tool-1.0.tar.gz.asc");
  REQUIRE(lock.source.keyring);
  CHECK(lock.source.keyring->sha256 == sha256(released.keyring));

  std::filesystem::remove_all(released.archive.layout().quarantine());
  CHECK(says(refusal(released.fetch(lock, ""), ErrorKind::kFailed), "is missing"));
  const auto fetched = released.fetch(lock, released.keyring);
  INFO((fetched.ok() ? std::string() : fetched.error().message()));
  REQUIRE(fetched.ok());
  CHECK(released.fetch(lock, "").ok());
  const Status prepared = released.prepare(lock, "source");
  INFO((prepared.ok() ? std::string() : prepared.error().message()));
  CHECK(prepared.ok());
  CHECK(released.archive.folder().read("source/tool-1.0.tar.gz") ==
        released.archive.folder().read("tool-1.0.tar.gz"));
}

TEST_CASE("tarball: the release is dated by the earliest of its signatures") {
  const Released released;
  released.sign(released.upstream,
                {"--faked-system-time", "20320101T000000!", "--local-user", released.second});
  const Lock lock = released.pinned();
  CHECK(lock.source_date_epoch == 1'956'528'000);
  CHECK(lock.source.signers.size() == 2);
  Lock other = lock;
  other.source_date_epoch += 1;
  CHECK(says(refusal(released.fetch(other, "")), "was signed at another time"));
}

TEST_CASE("tarball: what packs it comes into the environment") {
  Released released;
  released.archive.add_package("xz-utils", "5.4");
  released.archive.write_indices();
  released.archive.sign_release();
  const auto has = [](const Lock& lock, const std::string& name) {
    for (const LockedPackage& package : lock.environments[0].packages) {
      if (package.name == name) return true;
    }
    return false;
  };
  CHECK(!has(released.pinned(), "xz-utils"));
  std::string product = released.product();
  for (std::size_t at = product.find(".tar.gz"); at != std::string::npos;
       at = product.find(".tar.gz")) {
    product.replace(at, 7, ".tar.xz");
  }
  std::filesystem::copy_file(released.tarball(), released.archive.folder().path("tool-1.0.tar.xz"));
  std::filesystem::copy_file(released.signature(),
                             released.archive.folder().path("tool-1.0.tar.xz.asc"));
  const auto lock = pin(product, "1.0", released.context(released.keyring));
  REQUIRE(lock.ok());
  CHECK(has(*lock, "xz-utils"));
}

TEST_CASE("tarball: forged or unsigned archives are not pinned, and nothing of them stays") {
  const Released released;
  const test::TestFolder& folder = released.archive.folder();
  std::string expected;
  SECTION("a changed byte") {
    std::string bytes = folder.read("tool-1.0.tar.gz");
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    folder.write("tool-1.0.tar.gz", bytes);
    expected = "has a bad signature";
  }
  SECTION("signed by a key that is not named") {
    released.sign(released.mallory);
    expected = "is signed by " + released.mallory + ", which is not one of its signers";
  }
  SECTION("signed by a key that the keyring lacks") {
    released.sign(released.archive.mallory_key());
    expected = "a key that is not in the keyring";
  }
  SECTION("a signature that is a page of a web server") {
    folder.write("tool-1.0.tar.gz.asc", "<html>not found</html>\n");
    expected = "has no good signature";
  }
  SECTION("no signature at all") {
    folder.write("tool-1.0.tar.gz.asc", "");
    expected = "has no good signature";
  }
  SECTION("a clearsigned text in the place of the signature") {
    folder.write("tool-1.0.tar.gz.asc",
                 released.archive.gpg().clearsign(released.upstream, "text\n"));
    expected = "";
  }
  SECTION("the archive itself, signed and packed in one") {
    folder.write("tool-1.0.tar.gz.asc",
                 released.archive.gpg().gpg({"--local-user", released.upstream, "--armor", "--sign",
                                             "--output", "-", released.tarball()}));
    expected = "";
  }
  SECTION("an expired key") {
    const std::string old = released.archive.gpg().make_key(
        "old", {"--faked-system-time", "20200101T000000!"}, "2021-01-01");
    released.sign(old, {"--faked-system-time", "20200601T000000!"});
    const auto lock = pin(released.product(), "1.0",
                          released.context(released.keyring + released.archive.gpg().gpg(
                                                                  {"--armor", "--export", old})));
    CHECK(says(refusal(lock), "a key that has expired"));
    return;
  }
  CHECK(says(refusal(released.pin()), expected));
  CHECK(!std::filesystem::exists(released.archive.layout().quarantine() / "sha256"));
}

TEST_CASE("tarball: two keys of two") {
  const Released released;
  CHECK(says(refusal(released.pin("2")), "signed by 1 of its signers, and 2 are asked for"));
  released.sign(released.upstream, {"--local-user", released.second});
  CHECK(released.pin("2").ok());
}

TEST_CASE("tarball: a lock that was written by hand, and a quarantine that was changed") {
  const Released released;
  Lock lock = released.pinned();
  SECTION("other signers") {
    lock.source.signers = {released.second};
    CHECK(says(refusal(released.fetch(lock, "")), "by other keys"));
  }
  SECTION("another address") {
    lock.source.files[0].url = "https://evil.example.org/tool-1.0.tar.gz";
    CHECK(says(refusal(released.fetch(lock, "")), "another source than the product"));
  }
  SECTION("the signature of something else, under its own digest") {
    released.archive.folder().write("evil", "evil\n");
    lock.source.files[0].size = 5;
    lock.source.files[0].sha256 = sha256("evil\n");
    REQUIRE(Quarantine(released.archive.layout().quarantine()).admit_bytes("evil\n").ok());
    CHECK(says(refusal(released.fetch(lock, "")), "has a bad signature"));
    CHECK(says(refusal(released.prepare(lock, "source")), "has a bad signature"));
  }
  SECTION("another keyring, under its own digest") {
    const std::string other = released.archive.gpg().gpg({"--armor", "--export", released.mallory});
    lock.source.keyring = LockedKeyring{other.size(), sha256(other)};
    CHECK(says(refusal(released.fetch(lock, other)), "not in the keyring"));
  }
  SECTION("a byte in quarantine") {
    const std::string path =
        Quarantine(released.archive.layout().quarantine()).path_of(lock.source.files[0].sha256);
    std::filesystem::copy_file("/etc/hostname", path,
                               std::filesystem::copy_options::overwrite_existing);
    CHECK(says(refusal(released.fetch(lock, "")), "was changed in quarantine"));
    CHECK(says(refusal(released.prepare(lock, "source")), "the lock says"));
  }
}

TEST_CASE("tarball: what its signers should never have signed is refused by the builder") {
  const Released released;
  REQUIRE(::symlink("/etc/passwd", released.archive.folder().path("tree/tool-1.0/link").c_str()) ==
          0);
  run_tool("/usr/bin/tar", {"--create", "--gzip", "--file=" + released.tarball(), "--directory",
                            released.archive.folder().path("tree"), "tool-1.0"});
  released.sign(released.upstream);
  const Lock lock = released.pinned();
  CHECK(says(refusal(released.prepare(lock, "source")), "leads out of the archive"));
}

TEST_CASE("tarball: without a keyring nothing is pinned") {
  const Released released;
  const auto lock = pin(released.product(), "1.0", released.context(""));
  CHECK(says(refusal(lock, ErrorKind::kFailed), "is not an armoured OpenPGP keyring"));
}

// Builds from an archive of `tree`, in the sandbox.
Result<BuildResult> build_packed(const std::vector<std::string>& tar_options,
                                 const std::function<void(const test::TestFolder&)>& fill) {
  build_test::TinyBuild build("exit 1\n");
  std::filesystem::remove(build.folder().path("source/build.sh"));
  for (const char* tool : {"/usr/bin/tar", "/usr/bin/gzip", "/usr/bin/mv"}) {
    build_test::copy_tool(build.folder().path("environment"), tool);
  }
  fill(build.folder());
  std::vector<std::string> all = {"--create", "--gzip", "--mtime=2001-09-09 UTC",
                                  "--file=" + build.folder().path("source/tool-1.0.tar.gz"),
                                  "--directory=" + build.folder().path("tree")};
  all.insert(all.end(), tar_options.begin(), tar_options.end());
  run_tool("/usr/bin/tar", all);
  build.lock.source = LockedSource();
  build.lock.source.kind = OriginKind::kTarball;
  build.lock.source.files = {{"tool-1.0.tar.gz", 1, {}, ""}, {"tool-1.0.tar.gz.asc", 1, {}, ""}};
  return build.run();
}

void must_build(const Result<BuildResult>& result, const std::string& contents) {
  INFO((result.ok() ? std::string() : build_test::said(result.error())));
  REQUIRE(result.ok());
  CHECK(result->artefacts[0].digest.sha256 == sha256(contents));
}

TEST_CASE("tarball: built in the sandbox, its one directory as the top, its own dates kept") {
  const auto result = build_packed({"tool-1.0"}, [](const test::TestFolder& folder) {
    folder.write("tree/tool-1.0/-rf", "dash\n");
    folder.write("tree/tool-1.0/README", "upper\n");
    folder.write("tree/tool-1.0/readme", "lower\n");
    folder.write("tree/tool-1.0/build.sh",
                 "cat ./-rf README readme > $OUT/app.apk\n"
                 "date -u -r ./-rf +%F >> $OUT/app.apk\n"
                 "echo $SOURCE_DATE_EPOCH \"$HALLMARK_COMMIT\" >> $OUT/app.apk\n");
  });
  must_build(result, "dash\nupper\nlower\n2001-09-09\n1700000000 \n");
}

TEST_CASE("tarball: with several names at its top, or one that begins with a dash") {
  const auto flat = build_packed({"."}, [](const test::TestFolder& folder) {
    folder.write("tree/build.sh", "cat lib/x > $OUT/app.apk\n");
    folder.write("tree/lib/x", "flat\n");
  });
  must_build(flat, "flat\n");
  const auto dash = build_packed({"--", "-rf"}, [](const test::TestFolder& folder) {
    folder.write("tree/-rf/build.sh", "echo dash > $OUT/app.apk\n");
  });
  must_build(dash, "dash\n");
}

TEST_CASE("tarball: set-user-id bits are not kept, and closed folders are opened") {
  const auto result =
      build_packed({"--mode=u=rwxs,g=rx,o=", "tool"}, [](const test::TestFolder& folder) {
        folder.write("tree/tool/build.sh",
                     "[ -u build.sh ] && exit 1\n"
                     "echo fine > $OUT/app.apk\n");
      });
  must_build(result, "fine\n");
}

}  // namespace
}  // namespace hallmark
