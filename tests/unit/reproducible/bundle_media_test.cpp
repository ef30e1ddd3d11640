// A bundle on hostile or failing media.
#include "reproducible/bundle_media.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/unit/reproducible/bundle_fixtures.hpp"
#include "tests/unit/reproducible/says.hpp"

namespace hallmark {
namespace {

using test::bundle_tar;
using test::BundleContent;
using test::open_bundle;
using test::tar_member;
using test::TestFolder;

// Three files, the second 300,000 bytes long.
class TestBundle {
 public:
  TestBundle() {
    contents = {{"one"}, {std::string(300'000, 'x')}, {""}};
    manifest.locks = {{"tool", "1.0", {}}};
    manifest.files = test::bundle_files(contents);
    test::write_bundle_folder(folder, "bundle", manifest, contents);
    folder.write("bundle.tar", bundle_tar(manifest, contents));
    for (std::size_t i = 0; i < contents.size(); ++i) {
      if (contents[i].bytes.size() == 300'000) large = i;
    }
  }

  std::string path() const { return folder.path("bundle"); }
  std::string tar() const { return folder.path("bundle.tar"); }
  std::string large_name() const { return bundled_name(manifest.files[large]); }
  std::string large_path() const { return path() + "/" + large_name(); }

  TestFolder folder;
  BundleManifest manifest;
  std::vector<BundleContent> contents;
  std::size_t large = 0;
};

void refused(const Status& status, const std::string& words,
             ErrorKind kind = ErrorKind::kVerification) {
  REQUIRE(!status.ok());
  CHECK(status.error().kind == kind);
  says(status.error().message(), words);
}

Status opened(const std::string& path) {
  HALLMARK_TRY(const BundleMedia media, open_bundle(path));
  return ok_status();
}

// Opens and checks, without copying.
Status judged(const std::string& path) {
  HALLMARK_TRY(const BundleMedia media, open_bundle(path));
  return media.check_members();
}

Result<std::string> copied(const BundleMedia& media, std::size_t index, const TestFolder& folder) {
  HALLMARK_TRY(const UniqueFd out,
               open_at(AT_FDCWD, folder.path("out"), O_RDWR | O_CREAT | O_TRUNC, 0600));
  std::size_t told = 0;
  HALLMARK_CHECK(media.copy(index, out.get(), [&told](std::size_t bytes) { told += bytes; }));
  CHECK(told == media.manifest().files[index].size);
  return read_all(out.get(), uint64_t{1} << 20U, "out");
}

void write_tar(const TestBundle& bundle, const std::string& bytes) {
  bundle.folder.write("bundle.tar", bytes);
}

}  // namespace

TEST_CASE("a bundle is read from a folder and from a tar file") {
  const TestBundle bundle;
  for (const std::string& path : {bundle.path(), bundle.tar()}) {
    const auto media = open_bundle(path);
    REQUIRE(media.ok());
    CHECK(to_json(media->manifest()) == to_json(bundle.manifest));
    REQUIRE(media->check_members().ok());
    for (std::size_t i = 0; i < bundle.contents.size(); ++i) {
      const auto bytes = copied(*media, i, bundle.folder);
      REQUIRE(bytes.ok());
      CHECK(*bytes == bundle.contents[i].bytes);
    }
  }
}

TEST_CASE("a tar file of before is still a bundle") {
  const auto media = open_bundle(HALLMARK_SOURCE_FOLDER "/tests/fuzz/corpus/bundle_tar/two_files");
  REQUIRE(media.ok());
  CHECK(media->manifest().counter == 3);
  REQUIRE(media->check_members().ok());
  const TestFolder folder;
  const auto bytes = copied(*media, 0, folder);
  REQUIRE(bytes.ok());
  CHECK(*bytes == "two\n");
}

TEST_CASE("what is no bundle at all") {
  const TestBundle bundle;
  refused(opened("/dev/null"), "neither a folder nor a file", ErrorKind::kFailed);
  refused(opened(bundle.folder.path()), "has no manifest.json", ErrorKind::kFailed);
  bundle.folder.write("text", std::string(2000, 'x'));
  refused(opened(bundle.folder.path("text")), "not a tar file that");
  bundle.folder.write("short", "x");
  refused(opened(bundle.folder.path("short")), "cut short", ErrorKind::kRemote);
}

TEST_CASE("a bundle's manifest that is no file to read") {
  const TestBundle bundle;
  const std::string manifest = bundle.path() + "/manifest.json";
  SECTION("not JSON") {
    bundle.folder.write("bundle/manifest.json", "{");
    refused(opened(bundle.path()), "manifest.json");
  }
  SECTION("another format") {
    bundle.folder.write("bundle/manifest.json", R"({"format":"hallmark-lock-v1"})");
    refused(opened(bundle.path()), "format");
  }
  SECTION("a link") {
    std::filesystem::rename(manifest, bundle.folder.path("elsewhere"));
    REQUIRE(::symlink("../elsewhere", manifest.c_str()) == 0);
    refused(opened(bundle.path()), "manifest.json is a symbolic link");
  }
  SECTION("a pipe") {
    std::filesystem::remove(manifest);
    REQUIRE(::mkfifo(manifest.c_str(), 0600) == 0);
    refused(opened(bundle.path()), "manifest.json is not a regular file");
  }
  SECTION("too large") {
    REQUIRE(::truncate(manifest.c_str(), (8 << 20) + 1) == 0);
    refused(opened(bundle.path()), "larger than 8 MiB");
  }
}

TEST_CASE("a folder that is not what its manifest says") {
  const TestBundle bundle;
  const std::string path = bundle.large_path();
  SECTION("a file is missing") {
    std::filesystem::remove(path);
    refused(judged(bundle.path()), bundle.large_name() + " is missing");
  }
  SECTION("a file is added") {
    bundle.folder.write("bundle/sha256-00", "");
    refused(judged(bundle.path()), "sha256-00 is not in the manifest");
  }
  SECTION("a hidden folder is added") {
    std::filesystem::create_directory(bundle.path() + "/.git");
    refused(judged(bundle.path()), ".git is not in the manifest");
  }
  SECTION("a name with control characters is added") {
    bundle.folder.write("bundle/\033[2J", "");
    refused(judged(bundle.path()), "is not in the manifest");
    CHECK(judged(bundle.path()).error().message().find('\033') == std::string::npos);
  }
  SECTION("a file is longer") {
    REQUIRE(::truncate(path.c_str(), 300'001) == 0);
    refused(judged(bundle.path()), "has 300001 bytes, and the manifest says 300000");
  }
  SECTION("a file is shorter") {
    REQUIRE(::truncate(path.c_str(), 299'999) == 0);
    refused(judged(bundle.path()), "cut short", ErrorKind::kRemote);
  }
  SECTION("a link") {
    std::filesystem::rename(path, bundle.folder.path("elsewhere"));
    REQUIRE(::symlink("../elsewhere", path.c_str()) == 0);
    refused(judged(bundle.path()), "is a symbolic link");
  }
  SECTION("a pipe") {
    std::filesystem::remove(path);
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    refused(judged(bundle.path()), "is not a regular file");
  }
  SECTION("a folder") {
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    refused(judged(bundle.path()), "is not a regular file");
  }
}

TEST_CASE("a folder that changes behind the check") {
  const TestBundle bundle;
  const auto media = open_bundle(bundle.path());
  REQUIRE(media.ok());
  REQUIRE(media->check_members().ok());
  const std::string path = bundle.large_path();
  const auto copy = [&]() -> Status {
    HALLMARK_TRY(const std::string bytes, copied(*media, bundle.large, bundle.folder));
    return ok_status();
  };
  SECTION("other bytes") {
    bundle.folder.write("bundle/" + bundle.large_name(), std::string(300'000, 'y'));
    refused(copy(), "has sha256 " + sha256(std::string(300'000, 'y')).hex());
  }
  SECTION("it is gone") {
    std::filesystem::remove(path);
    refused(copy(), "cannot be read: No such file", ErrorKind::kRemote);
  }
  SECTION("a link to the right bytes") {
    std::filesystem::rename(path, bundle.folder.path("elsewhere"));
    REQUIRE(::symlink("../elsewhere", path.c_str()) == 0);
    refused(copy(), "is a symbolic link");
  }
  SECTION("a pipe") {
    std::filesystem::remove(path);
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    refused(copy(), "is not a regular file");
  }
  SECTION("a device") {
    std::filesystem::remove(path);
    if (::mknod(path.c_str(), S_IFCHR | 0600, 0x103) != 0) return;  // not root
    refused(copy(), "is not a regular file");
  }
  SECTION("it is longer") {
    REQUIRE(::truncate(path.c_str(), 300'001) == 0);
    refused(copy(), "has 300001 bytes");
  }
}

TEST_CASE("media that are pulled out while a file is read") {
  const TestBundle bundle;
  std::string path = bundle.large_path();
  std::string from = bundle.path();
  SECTION("a folder") {}
  SECTION("a tar file") { path = from = bundle.tar(); }
  const auto media = open_bundle(from);
  REQUIRE(media.ok());
  REQUIRE(media->check_members().ok());
  const auto out = unnamed_file(bundle.folder.path());
  REQUIRE(out.ok());
  // It ends within the first block that is read, in the place of a device that answers no more.
  const auto cut = [&path](std::size_t) { REQUIRE(::truncate(path.c_str(), 2000) == 0); };
  refused(media->copy(bundle.large, out->get(), cut), bundle.large_name() + " is cut short",
          ErrorKind::kRemote);
}

TEST_CASE("a tar file that is not what its manifest says") {
  TestBundle bundle;
  const std::string whole = bundle_tar(bundle.manifest, bundle.contents);
  const std::string start = tar_member(kBundleManifestName, test::manifest_text(bundle.manifest));
  const std::string end(kBundleTarEnd, '\0');
  const auto member = [&](std::size_t i) {
    return tar_member(bundled_name(bundle.manifest.files[i]), bundle.contents[i].bytes);
  };
  SECTION("a file is missing") {
    write_tar(bundle, start + member(0) + member(2) + end);
    refused(judged(bundle.tar()),
            "stands in the tar where " + bundled_name(bundle.manifest.files[1]));
  }
  SECTION("two are exchanged") {
    write_tar(bundle, start + member(1) + member(0) + member(2) + end);
    refused(judged(bundle.tar()), "stands in the tar where");
  }
  SECTION("one comes twice") {
    write_tar(bundle, start + member(0) + member(0) + member(1) + member(2) + end);
    refused(judged(bundle.tar()), "stands in the tar where");
  }
  SECTION("a name that leads out") {
    write_tar(bundle, start + tar_member("../../etc/passwd", "x") + member(1) + member(2) + end);
    refused(judged(bundle.tar()), "'../../etc/passwd' stands in the tar where");
  }
  SECTION("a link of the right name") {
    std::string link = member(0);
    link[156] = '2';
    write_tar(bundle, start + link + member(1) + member(2) + end);
    refused(judged(bundle.tar()), "is no plain file of that size");
  }
  SECTION("one more at the end") {
    write_tar(bundle, start + member(0) + member(1) + member(2) + tar_member("x", "x") + end);
    refused(judged(bundle.tar()), "goes on after its last member");
  }
  SECTION("bytes after the end") {
    write_tar(bundle, whole + "x");
    refused(judged(bundle.tar()), "goes on after its last member");
  }
  SECTION("cut short") {
    write_tar(bundle, whole.substr(0, whole.size() - 1));
    refused(judged(bundle.tar()), "cut short", ErrorKind::kRemote);
    write_tar(bundle, start.substr(0, 700));
    refused(opened(bundle.tar()), "cut short", ErrorKind::kRemote);
  }
  SECTION("a manifest that is too large") {
    write_tar(bundle, bundle_tar_header(kBundleManifestName, (8 << 20) + 1) + start);
    refused(opened(bundle.tar()), "not a tar file that");
  }
  SECTION("other bytes in a file") {
    bundle.contents[bundle.large].bytes[5] = 'y';
    write_tar(bundle, bundle_tar(bundle.manifest, bundle.contents));
    const auto media = open_bundle(bundle.tar());
    REQUIRE(media.ok());
    REQUIRE(media->check_members().ok());
    const auto bytes = copied(*media, bundle.large, bundle.folder);
    REQUIRE(!bytes.ok());
    says(bytes.error().message(), "has sha256");
  }
}

}  // namespace hallmark
