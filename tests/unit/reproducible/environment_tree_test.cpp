#include "reproducible/environment_tree.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "reproducible/environment_unpack.hpp"
#include "tests/unit/reproducible/says.hpp"
#include "tests/unit/tools.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

// What mmdebstrap writes, in small: folders before what is in them, links of both kinds, a set-id
// program, devices, a time of its own for everything.
class PackedTree {
 public:
  PackedTree() {
    for (const char* name :
         {"in/dev/null", "in/usr/bin/tool", "in/usr/bin/long", "in/etc/passwd"}) {
      folder.write(name, name);
    }
    folder.write("in/usr/bin/long", std::string(300'000, 'x'));
    fs::permissions(folder.path("in/usr/bin/tool"), fs::perms(06755));
    fs::permissions(folder.path("in/usr"), fs::perms(0775));
    fs::create_hard_link(folder.path("in/usr/bin/tool"), folder.path("in/usr/bin/tool2"));
    fs::create_directory_symlink("usr/bin", folder.path("in/bin"));
    fs::create_directory(folder.path("in/empty"));
    test::run_tool("/usr/bin/tar",
                   {"--create", "--sort=name", "--mtime=@1700000000", "--format=pax",
                    "--file=" + folder.path("e.tar"), "--directory=" + folder.path("in"), "."});
    auto opened = open_file(folder.path("e.tar"));
    REQUIRE(opened.ok());
    tar = std::move(*opened);
    const Status unpacked = unpack_environment(tar.get(), folder.path("out"));
    INFO((unpacked.ok() ? std::string() : unpacked.error().message()));
    REQUIRE(unpacked.ok());
  }

  Status check() const { return check_environment_tree(tar.get(), folder.path("out")); }
  std::string out(const std::string& name) const { return folder.path("out/" + name); }
  // As it was unpacked, but for what the time does not tell.
  void rewrite(const std::string& name, std::string_view bytes) const {
    struct stat before {};
    REQUIRE(::stat(out(name).c_str(), &before) == 0);
    const mode_t mode = before.st_mode & 07777U;
    std::ofstream(out(name), std::ios::binary) << bytes;
    REQUIRE(::chmod(out(name).c_str(), mode) == 0);
    keep_time(name);
  }
  void keep_time(const std::string& name) const {
    const timespec times[] = {{1700000000, 0}, {1700000000, 0}};
    REQUIRE(::utimensat(AT_FDCWD, out(name).c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
  }
  void refused(const std::string& name, const std::string& how) const {
    const Status status = check();
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().kind == ErrorKind::kVerification);
    says(status.error().message(), "out" + (name.empty() ? "" : "/" + name) + ": " + how);
  }

  test::TestFolder folder;
  UniqueFd tar;
};

TEST_CASE("an environment that was unpacked is its tar file's, as often as one looks") {
  const PackedTree tree;
  CHECK(tree.check().ok());
  const Status again = tree.check();
  INFO((again.ok() ? std::string() : again.error().message()));
  CHECK(again.ok());
  CHECK_FALSE(fs::exists(tree.out("dev")));
  CHECK(fs::exists(tree.out("etc/hosts")));
}

TEST_CASE("an environment that was changed after it was unpacked is refused") {
  const PackedTree tree;
  SECTION("a byte, with the same size and time") {
    std::string bytes(300'000, 'x');
    bytes.back() = 'y';
    tree.rewrite("usr/bin/long", bytes);
    tree.refused("usr/bin/long", "has other bytes");
  }
  SECTION("a file that is longer") {
    tree.rewrite("usr/bin/long", std::string(300'001, 'x'));
    tree.refused("usr/bin/long", "has another size");
  }
  SECTION("a file that is shorter") {
    tree.rewrite("usr/bin/long", "x");
    tree.refused("usr/bin/long", "has other bytes");
  }
  SECTION("a time of the root") {
    fs::last_write_time(tree.out(""), fs::file_time_type::clock::now());
    tree.refused("", "has another time");
  }
  SECTION("a time") {
    fs::last_write_time(tree.out("usr/bin/long"), fs::file_time_type::clock::now());
    tree.refused("usr/bin/long", "has another time");
  }
  SECTION("a permission") {
    fs::permissions(tree.out("usr/bin/tool"), fs::perms(0777));
    tree.refused("usr/bin/tool", "has other permissions");
  }
  SECTION("a set-user-id bit, which the tar file has") {
    fs::permissions(tree.out("usr/bin/tool"), fs::perms(04755));
    tree.refused("usr/bin/tool", "has other permissions");
  }
  SECTION("a file more") {
    tree.folder.write("out/empty/more", "");
    tree.keep_time("empty");
    tree.refused("empty/more", "is not in the tar file");
  }
  SECTION("a folder more, with the name of one that was left out") {
    fs::create_directory(tree.out("dev"));
    tree.keep_time("");
    tree.refused("dev", "is not in the tar file");
  }
  SECTION("a file less") {
    fs::remove(tree.out("etc/passwd"));
    tree.keep_time("etc");
    tree.refused("etc/passwd", "is missing");
  }
  SECTION("a link to another place") {
    fs::remove(tree.out("bin"));
    fs::create_directory_symlink("/tmp", tree.out("bin"));
    tree.keep_time("bin");
    tree.keep_time("");
    tree.refused("bin", "leads elsewhere");
  }
  SECTION("a file in place of a folder") {
    fs::remove(tree.out("empty"));
    tree.folder.write("out/empty", "");
    tree.keep_time("");
    tree.refused("empty", "is of another kind");
  }
  SECTION("a folder that is a link to a copy of it") {
    fs::rename(tree.out("usr"), tree.folder.path("usr"));
    fs::create_directory_symlink(tree.folder.path("usr"), tree.out("usr"));
    tree.keep_time("");
    tree.refused("usr", "is of another kind");
  }
  SECTION("a copy where there was a second name") {
    fs::remove(tree.out("usr/bin/tool2"));
    fs::copy_file(tree.out("usr/bin/tool"), tree.out("usr/bin/tool2"));
    tree.keep_time("usr/bin");
    tree.refused("usr/bin/tool2", "is not usr/bin/tool");
  }
  SECTION("a mount point with something in it") {
    std::ofstream(tree.out("etc/hosts")) << "127.0.0.1 archive";
    tree.refused("etc/hosts", "is not an empty file");
  }
}

TEST_CASE("a folder that is not there, or a link to one, is no environment") {
  const PackedTree tree;
  CHECK_FALSE(check_environment_tree(tree.tar.get(), tree.folder.path("nowhere")).ok());
  fs::create_directory_symlink(tree.out(""), tree.folder.path("link"));
  CHECK_FALSE(check_environment_tree(tree.tar.get(), tree.folder.path("link")).ok());
}

}  // namespace
}  // namespace hallmark
