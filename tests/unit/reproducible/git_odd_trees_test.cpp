// Trees that git, told so by what is in them, would not check out as they are: here they come out
// byte for byte, or are refused.
#include <sys/stat.h>

#include <filesystem>

#include "tests/unit/reproducible/git_fixtures.hpp"

using namespace hallmark;
using hallmark::test::Upstream;

namespace {

// Pins the tag v1.0, and writes its files into the folder `out`.
Status export_release(const Upstream& upstream) {
  upstream.tag("v1.0");
  const Product product = upstream.product();
  HALLMARK_TRY(const GitSource source, upstream.inspect("pinned", product, "1.0"));
  Lock lock;
  lock.version = "1.0";
  lock.source = source.locked;
  lock.source_date_epoch = source.tagged_at;
  HALLMARK_TRY(const GitRepository clone, upstream.fetch("clone", "v1.0", upstream.path()));
  const std::string bundle = upstream.folder().path("v1.bundle");
  HALLMARK_CHECK(clone.write_bundle(bundle, "v1.0"));
  std::filesystem::create_directory(upstream.folder().path("open"));
  return export_git_source(lock, product, bundle, upstream.folder().path("open"),
                           upstream.folder().path("out"));
}

void must_export(const Upstream& upstream) {
  const Status exported = export_release(upstream);
  INFO((exported.ok() ? std::string() : exported.error().message()));
  REQUIRE(exported.ok());
}

bool is_refused_for(const Upstream& upstream, const std::string& part) {
  const Status exported = export_release(upstream);
  REQUIRE(!exported.ok());
  CHECK(exported.error().kind == ErrorKind::kVerification);
  INFO(exported.error().message());
  return exported.error().message().find(part) != std::string::npos;
}

// A tree of these entries, committed as HEAD, whatever git thinks of their names.
void commit_tree(const Upstream& upstream, const std::string& listing) {
  const std::string tree = upstream.git({"mktree", "-z"}, listing);
  upstream.git({"update-ref", "HEAD", upstream.git({"commit-tree", "-m", "odd", tree})});
}

}  // namespace

TEST_CASE("git tree: .gitattributes export-ignore hides no file") {
  const Upstream upstream;
  upstream.commit("secret/backdoor.m4", "evil\n", "a file");
  upstream.commit(".gitattributes", "secret export-ignore\nhello.txt export-ignore\n", "ignored");
  must_export(upstream);
  CHECK(upstream.folder().read("out/secret/backdoor.m4") == "evil\n");
  CHECK(upstream.folder().read("out/hello.txt") == "hello\n");
  CHECK(std::filesystem::exists(upstream.folder().path("out/.gitattributes")));
}

TEST_CASE("git tree: export-subst, line endings and encodings change no byte") {
  const Upstream upstream;
  upstream.commit("version.txt", "$Format:%H$ $Id$\r\n", "a file");
  // As a tree, since git itself would refuse to add such a file where these attributes hold.
  const std::string attributes =
      upstream.git({"hash-object", "-w", "--stdin"},
                   "version.txt export-subst ident text eol=crlf working-tree-encoding=UTF-16\n");
  const std::string version = upstream.git({"rev-parse", "HEAD:version.txt"});
  commit_tree(upstream, "100644 blob " + attributes + "\t.gitattributes" + '\0' + "100644 blob " +
                            version + "\tversion.txt" + '\0');
  // As the fixture reads it, without the line feed at its end.
  const std::string stored = upstream.git({"cat-file", "blob", "HEAD:version.txt"}) + "\n";
  must_export(upstream);
  CHECK(upstream.folder().read("out/version.txt") == stored);
}

TEST_CASE("git tree: filters are not run") {
  const Upstream upstream;
  const std::string marker = upstream.folder().path("ran");
  upstream.commit(".gitattributes", "*.txt filter=evil diff=evil merge=evil\n", "attributes");
  upstream.git({"config", "filter.evil.smudge", "touch " + marker + "; cat"});
  upstream.git({"config", "filter.evil.process", "touch " + marker});
  must_export(upstream);
  CHECK(upstream.folder().read("out/hello.txt") == "hello\n");
  CHECK(!std::filesystem::exists(marker));
}

TEST_CASE("git tree: an LFS pointer stays a pointer, and nothing is fetched for it") {
  const Upstream upstream;
  const std::string pointer =
      "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, 'a') +
      "\nsize 12345\n";
  upstream.commit("big.bin", pointer, "a pointer");
  upstream.commit(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n", "attributes");
  upstream.commit(".lfsconfig", "[lfs]\n\turl = https://evil.example.org/\n", "configuration");
  must_export(upstream);
  CHECK(upstream.folder().read("out/big.bin") == pointer);
}

TEST_CASE("git tree: hooks in the tree are files like others") {
  const Upstream upstream;
  const std::string marker = upstream.folder().path("ran");
  upstream.commit("hooks/post-checkout", "#!/bin/sh\ntouch " + marker + "\n", "a hook");
  upstream.commit(".githooks/reference-transaction", "#!/bin/sh\ntouch " + marker + "\n", "a hook");
  for (const char* hook : {"hooks/post-checkout", ".githooks/reference-transaction"}) {
    ::chmod((upstream.path() + "/" + hook).c_str(), 0755);
  }
  upstream.commit("hello.txt", "hello\n", "their modes");
  must_export(upstream);
  CHECK(std::filesystem::exists(upstream.folder().path("out/hooks/post-checkout")));
  CHECK(!std::filesystem::exists(marker));
}

TEST_CASE("git tree: a file named -rf and names that differ in case alone") {
  const Upstream upstream;
  upstream.commit("-rf", "dash\n", "dash");
  upstream.commit("README", "upper\n", "upper");
  upstream.commit("readme", "lower\n", "lower");
  must_export(upstream);
  CHECK(upstream.folder().read("out/-rf") == "dash\n");
  CHECK(upstream.folder().read("out/README") == "upper\n");
  CHECK(upstream.folder().read("out/readme") == "lower\n");
}

TEST_CASE("git tree: a path of 4,096 bytes is refused when it is pinned") {
  const Upstream upstream;
  std::string entry = "100644 blob " + upstream.git({"rev-parse", "HEAD:hello.txt"}) + "\tfile";
  for (int depth = 0; depth < 33; ++depth) {
    const std::string tree = upstream.git({"mktree", "-z"}, entry + '\0');
    entry = "040000 tree " + tree + "\t" + std::string(123, 'd');
  }
  commit_tree(upstream, entry + '\0');
  CHECK(is_refused_for(upstream, "more than 2048 bytes"));
}

TEST_CASE("git tree: a link under a file's name is not written through") {
  const Upstream upstream;
  const std::string blob = upstream.git({"rev-parse", "HEAD:hello.txt"});
  const std::string target = upstream.git({"hash-object", "-w", "--stdin"}, "/etc");
  commit_tree(upstream,
              "120000 blob " + target + "\tx" + '\0' + "100644 blob " + blob + "\tx" + '\0');
  CHECK(!export_release(upstream).ok());
  CHECK(!std::filesystem::exists(upstream.folder().path("out")));
}
