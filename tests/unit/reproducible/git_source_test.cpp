#include "reproducible/git_source.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "core/digest.hpp"
#include "tests/unit/reproducible/git_fixtures.hpp"
#include "tests/unit/reproducible/says.hpp"
#include "verify/ssh_public_key.hpp"

using namespace hallmark;
using hallmark::test::run_tool;
using hallmark::test::Upstream;

namespace {

// The first version as a lock has it.
Lock pin(const Upstream& upstream, const Product& product, const std::string& folder) {
  const auto source = upstream.inspect(folder, product, "1.0");
  INFO((source.ok() ? std::string() : source.error().message()));
  REQUIRE(source.ok());
  Lock lock;
  lock.product = product.name;
  lock.version = "1.0";
  lock.source = source->locked;
  lock.source_date_epoch = source->tagged_at;
  return lock;
}

Status check_again(const Upstream& upstream, const Product& product, const Lock& lock) {
  HALLMARK_TRY(const GitRepository repository,
               upstream.fetch("again", lock.source.tag, upstream.path()));
  return verify_git_source(repository, product, lock);
}

template <typename T>
std::string refusal(const Result<T>& result) {
  REQUIRE(!result.ok());
  CHECK(result.error().kind == ErrorKind::kVerification);
  return result.error().message();
}

}  // namespace

TEST_CASE("a signed tag is pinned down to its content") {
  const Upstream upstream;
  upstream.tag("v1.0");
  const Product product = upstream.product();
  const Lock lock = pin(upstream, product, "work");
  CHECK(lock.source.tag == "v1.0");
  CHECK(lock.source.tag_object == upstream.git({"rev-parse", "v1.0"}));
  CHECK(lock.source.commit == upstream.git({"rev-parse", "HEAD"}));
  CHECK(lock.source.tree == upstream.git({"rev-parse", "HEAD^{tree}"}));
  CHECK(lock.source.signers.size() == 1);
  using namespace std::string_literals;
  CHECK(lock.source.content_sha256 == sha256("100644 hello.txt\0006\0hello\n"s));
  CHECK(check_again(upstream, product, lock).ok());
}

TEST_CASE("files come out of a bundle as they went in") {
  const Upstream upstream;
  upstream.commit("sub/dir/run.sh", "#!/bin/sh\n", "program");
  ::chmod((upstream.path() + "/sub/dir/run.sh").c_str(), 0755);
  REQUIRE(::symlink("dir/run.sh", (upstream.path() + "/sub/link").c_str()) == 0);
  // What a checkout would let attributes do: none of it happens.
  upstream.commit(".gitattributes", "*.txt eol=crlf filter=lfs export-subst\n", "attributes");
  upstream.tag("v1.0");
  const Product product = upstream.product();
  const Lock lock = pin(upstream, product, "work");
  const auto repository = upstream.fetch("clone", "v1.0", upstream.path());
  REQUIRE(repository.ok());
  const std::string bundle = upstream.folder().path("v1.bundle");
  REQUIRE(repository->write_bundle(bundle, "v1.0").ok());

  std::filesystem::create_directory(upstream.folder().path("open"));
  const Status exported = export_git_source(lock, product, bundle, upstream.folder().path("open"),
                                            upstream.folder().path("out"));
  INFO((exported.ok() ? std::string() : exported.error().message()));
  REQUIRE(exported.ok());
  CHECK(upstream.folder().read("out/hello.txt") == "hello\n");
  CHECK(std::filesystem::read_symlink(upstream.folder().path("out/sub/link")) == "dir/run.sh");
  struct stat info {};
  REQUIRE(::stat(upstream.folder().path("out/sub/dir/run.sh").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0755);
}

TEST_CASE("a changed bundle is refused") {
  const Upstream upstream;
  upstream.tag("v1.0");
  const Product product = upstream.product();
  const Lock lock = pin(upstream, product, "work");
  const auto repository = upstream.fetch("clone", "v1.0", upstream.path());
  REQUIRE(repository.ok());
  const std::string bundle = upstream.folder().path("v1.bundle");
  REQUIRE(repository->write_bundle(bundle, "v1.0").ok());
  std::string bytes = upstream.folder().read("v1.bundle");
  bytes[bytes.size() - 60] = static_cast<char>(bytes[bytes.size() - 60] ^ 1);
  upstream.folder().write("v1.bundle", bytes);
  std::filesystem::create_directory(upstream.folder().path("open"));
  const Status exported = export_git_source(lock, product, bundle, upstream.folder().path("open"),
                                            upstream.folder().path("out"));
  CHECK(says(refusal(exported), "v1.bundle"));
  CHECK(!std::filesystem::exists(upstream.folder().path("out")));
}

TEST_CASE("a tag that was moved to another commit is refused, though its signature is good") {
  const Upstream upstream;
  upstream.tag("v1.0");
  const Product product = upstream.product();
  const Lock lock = pin(upstream, product, "work");
  upstream.commit("hello.txt", "changed\n", "second");
  upstream.tag("v1.0");
  CHECK(says(refusal(check_again(upstream, product, lock)), "tag object of v1.0"));
}

TEST_CASE("an older, validly signed tag under the pinned name is refused") {
  const Upstream upstream;
  upstream.tag("v0.9");
  upstream.commit("hello.txt", "new\n", "second");
  upstream.git({"update-ref", "refs/tags/v1.0", upstream.git({"rev-parse", "v0.9"})});
  CHECK(says(refusal(upstream.inspect("work", upstream.product(), "1.0")),
             "another name inside, v0.9"));
}

TEST_CASE("a tag without a signature is refused") {
  const Upstream upstream;
  upstream.git({"tag", "--annotate", "--message=v1.0", "v1.0"});
  CHECK(says(refusal(upstream.inspect("work", upstream.product(), "1.0")), "is not signed"));
}

TEST_CASE("a tag signed by a key that is not listed is refused, with its fingerprint") {
  const Upstream upstream;
  upstream.tag("v1.0", "mallory");
  const auto key = SshPublicKey::parse(upstream.public_key("mallory"));
  REQUIRE(key.ok());
  CHECK(says(refusal(upstream.inspect("work", upstream.product(), "1.0")), key->fingerprint()));
}

TEST_CASE("a lightweight tag is refused") {
  const Upstream upstream;
  upstream.git({"tag", "v1.0"});
  CHECK(says(refusal(upstream.inspect("work", upstream.product(), "1.0")), "not an annotated tag"));
}

TEST_CASE("a signed tag of something else than a commit is refused") {
  const Upstream upstream;
  upstream.git({"tag", "--sign", "--message=v1.0", "v1.0", "HEAD:hello.txt"});
  CHECK(says(refusal(upstream.inspect("work", upstream.product(), "1.0")), "not a commit"));
}

TEST_CASE("a changed blob shows in the content digest and in the ids") {
  const Upstream upstream;
  upstream.tag("v1.0");
  const Product product = upstream.product();
  Lock lock = pin(upstream, product, "work");
  SECTION("content") {
    lock.source.content_sha256 = sha256("other");
    CHECK(says(refusal(check_again(upstream, product, lock)), "content of v1.0"));
  }
  SECTION("tree") {
    lock.source.tree = std::string(40, '0');
    CHECK(says(refusal(check_again(upstream, product, lock)), "tree of v1.0"));
  }
  SECTION("commit") {
    lock.source.commit = std::string(40, '0');
    CHECK(says(refusal(check_again(upstream, product, lock)), "commit of v1.0"));
  }
  SECTION("signers") {
    lock.source.signers = {"SHA256:x"};
    CHECK(says(refusal(check_again(upstream, product, lock)), "signers of v1.0"));
  }
  SECTION("time") {
    lock.source_date_epoch += 1;
    CHECK(says(refusal(check_again(upstream, product, lock)), "time of v1.0"));
  }
  SECTION("address") {
    lock.source.url = "https://example.org/other";
    CHECK(says(refusal(check_again(upstream, product, lock)), "git url"));
  }
}

TEST_CASE("a repository whose object was changed in place is refused") {
  const Upstream upstream;
  upstream.tag("v1.0");
  const std::string id = upstream.git({"rev-parse", "HEAD:hello.txt"});
  const std::string other = upstream.git({"hash-object", "-w", "--stdin"}, "evil\n");
  const auto object = [](const std::string& name) {
    return "upstream/.git/objects/" + name.substr(0, 2) + "/" + name.substr(2);
  };
  const std::string bytes = upstream.folder().read(object(other));
  std::filesystem::remove(upstream.folder().path(object(id)));
  upstream.folder().write(object(id), bytes);
  CHECK(!upstream.inspect("work", upstream.product(), "1.0").ok());
}

TEST_CASE("a submodule is refused") {
  const Upstream upstream;
  upstream.git({"update-index", "--add", "--cacheinfo",
                "160000," + upstream.git({"rev-parse", "HEAD"}) + ",module"});
  upstream.git({"commit", "--quiet", "--message=module"});
  upstream.tag("v1.0");
  CHECK(says(refusal(upstream.inspect("work", upstream.product(), "1.0")), "submodule"));
}

TEST_CASE("a tree with an escaping path is refused") {
  const Upstream upstream;
  const std::string blob = upstream.git({"rev-parse", "HEAD:hello.txt"});
  for (const std::string name : {"..", ".git", "a/../../b"}) {
    std::string raw;
    for (std::size_t i = 0; i < blob.size(); i += 2) {
      raw += static_cast<char>(std::stoi(blob.substr(i, 2), nullptr, 16));
    }
    const std::string tree =
        upstream.git({"hash-object", "-t", "tree", "--literally", "-w", "--stdin"},
                     "100644 " + name + '\0' + raw);
    const std::string commit = upstream.git({"commit-tree", "-m", "evil", tree});
    upstream.git({"tag", "--sign", "--force", "--message=v1.0", "v1.0", commit});
    CHECK(!upstream.inspect("work-" + std::to_string(name.size()), upstream.product(), "1.0").ok());
  }
}

TEST_CASE("hooks and configuration of the upstream repository do nothing") {
  const Upstream upstream;
  upstream.tag("v1.0");
  const std::string marker = upstream.folder().path("ran");
  const std::string hook = upstream.folder().write("upstream/.git/hooks/reference-transaction",
                                                   "#!/bin/sh\ntouch " + marker + "\n");
  ::chmod(hook.c_str(), 0755);
  upstream.git({"config", "uploadpack.packObjectsHook", hook});
  CHECK(upstream.inspect("work", upstream.product(), "1.0").ok());
  CHECK(!std::filesystem::exists(marker));
}

TEST_CASE("two of two signers: the second signs the signed tag") {
  const Upstream upstream;
  upstream.tag("v1.0");
  const Product product = upstream.product(2);
  CHECK(says(refusal(upstream.inspect("one", product, "1.0")), "signed by 1 of its signers"));

  const auto countersign = [&](const std::string& key) {
    const std::string object = upstream.git({"cat-file", "tag", "v1.0"}) + "\n";
    const std::string file = upstream.folder().write("object", object);
    run_tool("/usr/bin/ssh-keygen",
             {"-q", "-Y", "sign", "-n", "git", "-f", upstream.folder().path(key), file});
    const std::string id = upstream.git({"hash-object", "-t", "tag", "-w", "--stdin"},
                                        object + upstream.folder().read("object.sig"));
    std::filesystem::remove(upstream.folder().path("object.sig"));
    upstream.git({"update-ref", "refs/tags/v1.0", id});
  };
  SECTION("both") {
    countersign("second");
    const auto source = upstream.inspect("two", product, "1.0");
    INFO((source.ok() ? std::string() : source.error().message()));
    REQUIRE(source.ok());
    CHECK(source->locked.signers.size() == 2);
  }
  SECTION("the same twice is one") {
    countersign("author");
    CHECK(says(refusal(upstream.inspect("two", product, "1.0")), "signed by 1 of its signers"));
  }
}

TEST_CASE("only https addresses and absolute paths are fetched from") {
  const Upstream upstream;
  upstream.tag("v1.0");
  for (const std::string from :
       {"ext::sh -c true", "upstream", "ssh://example.org/x", "--upload-pack=x"}) {
    CHECK(!upstream.fetch("work", "v1.0", from).ok());
  }
  for (const std::string tag : {"v1.0:refs/heads/main", "v1..0", "*", "v1.0 v1.0"}) {
    CHECK(!upstream.fetch("other", tag, upstream.path()).ok());
  }
}

namespace {

constexpr const char* kZeroes = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

// An upstream whose go.sum asks for two files.
struct WithDependencies {
  WithDependencies() {
    upstream.commit("go.sum",
                    std::string("example.org/a v1.0.0 h1:") + kZeroes +
                        "\nexample.org/b v1.0.0/go.mod h1:" + kZeroes + "\n",
                    "go.sum");
    upstream.tag("v1.0");
    product.dependencies = {{DependencyKind::kGo, "go.sum", "https://example.org/proxy", ""}};
    lock = pin(upstream, product, "work");
    lock.dependencies = {{DependencyKind::kGo, "go.sum", {}}};
    const auto source = upstream.inspect("again-for-list", product, "1.0");
    REQUIRE(source.ok());
    REQUIRE(source->dependencies.size() == 1);
    for (const ListedDependency& listed : source->dependencies[0]) {
      lock.dependencies[0].files.push_back({listed, 1, {}});
    }
  }

  Upstream upstream;
  Product product = upstream.product();
  Lock lock;
};

}  // namespace

TEST_CASE("a lock has the dependencies that the tag's own lock file has") {
  WithDependencies made;
  std::vector<LockedDependency>& files = made.lock.dependencies[0].files;
  REQUIRE(files.size() == 2);
  CHECK(files[0].listed.url == "https://example.org/proxy/example.org/a/@v/v1.0.0.zip");
  CHECK(check_again(made.upstream, made.product, made.lock).ok());
}

TEST_CASE("a lock whose dependencies are not those of the tag is refused") {
  WithDependencies made;
  std::vector<LockedDependency>& files = made.lock.dependencies[0].files;
  SECTION("one is missing") { files.pop_back(); }
  SECTION("one is added") { files.push_back(files[0]); }
  SECTION("another name") { files[0].listed.name = "example.org/evil"; }
  SECTION("another version") { files[0].listed.version = "v1.0.1"; }
  SECTION("another digest") { files[0].listed.integrity[5] = 'B'; }
  SECTION("another address") { files[0].listed.url += "x"; }
  SECTION("another order") { std::swap(files[0], files[1]); }
  CHECK(says(refusal(check_again(made.upstream, made.product, made.lock)),
             "asks for other files than the lock has"));
}

TEST_CASE("a lock whose dependencies are not those of the product is refused") {
  WithDependencies made;
  SECTION("no lock file") { made.lock.dependencies.clear(); }
  SECTION("a lock file more") { made.lock.dependencies.push_back(made.lock.dependencies[0]); }
  SECTION("another lock file") { made.lock.dependencies[0].lock_file = "go2.sum"; }
  SECTION("another kind") { made.lock.dependencies[0].kind = DependencyKind::kNpm; }
  SECTION("a product that has none") { made.product.dependencies.clear(); }
  CHECK(says(refusal(check_again(made.upstream, made.product, made.lock)),
             "has other dependencies than the product"));
}

TEST_CASE("a lock file that is no file of the tagged source is refused") {
  WithDependencies made;
  std::string& path = made.product.dependencies[0].lock_file;
  SECTION("missing") { path = "other.sum"; }
  SECTION("a folder") {
    made.upstream.commit("sub/go.sum", "", "folder");
    made.upstream.tag("v1.0");
    path = "sub";
  }
  SECTION("a symbolic link") {
    REQUIRE(::symlink("go.sum", (made.upstream.path() + "/link.sum").c_str()) == 0);
    made.upstream.commit("other", "", "link");
    made.upstream.tag("v1.0");
    path = "link.sum";
  }
  CHECK(says(refusal(made.upstream.inspect("third", made.product, "1.0")),
             path + ": is not a file of the tagged source"));
}
