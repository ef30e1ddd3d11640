// An upstream git repository with throwaway SSH keys, made by the real git and ssh-keygen.
#pragma once

#include <string>
#include <vector>

#include "core/model/product.hpp"
#include "reproducible/git_source.hpp"
#include "tests/unit/tools.hpp"

namespace hallmark::test {

class Upstream {
 public:
  Upstream() {
    for (const char* name : {"author", "second", "mallory"}) {
      run_tool("/usr/bin/ssh-keygen", {"-q", "-t", "ed25519", "-N", "", "-f", folder_.path(name)});
    }
    git({"init", "--quiet", "--initial-branch=main", "--template=", path()});
    commit("hello.txt", "hello\n", "first");
  }

  std::string path() const { return folder_.path("upstream"); }
  const TestFolder& folder() const { return folder_; }

  std::string git(std::vector<std::string> arguments, std::string_view input = "",
                  const std::string& key = "author") const {
    std::vector<std::string> all = {
        "-c", "user.name=author", "-c", "user.email=author@example.org",
        "-c", "gpg.format=ssh",   "-c", "user.signingkey=" + folder_.path(key)};
    if (arguments[0] != "init") all.insert(all.end(), {"-C", path()});
    all.insert(all.end(), arguments.begin(), arguments.end());
    std::string out = run_tool("/usr/bin/git", std::move(all), input);
    if (out.ends_with('\n')) out.pop_back();
    return out;
  }

  void commit(const std::string& file, std::string_view bytes, const std::string& message) const {
    folder_.write("upstream/" + file, bytes);
    git({"add", "--all"});
    git({"commit", "--quiet", "--allow-empty", "--message=" + message});
  }

  void tag(const std::string& name, const std::string& key = "author") const {
    git({"tag", "--sign", "--force", "--message=" + name, name}, "", key);
  }

  std::string public_key(const std::string& name) const {
    std::string line = folder_.read(name + ".pub");
    return line.substr(0, line.rfind(' '));  // without the comment
  }

  Product product(uint64_t threshold = 1) const {
    Product out;
    out.name = "hello";
    out.origin.kind = OriginKind::kGit;
    out.origin.url = path();
    out.origin.tag = "v{version}";
    out.origin.signers = {public_key("author"), public_key("second")};
    out.origin.threshold = threshold;
    return out;
  }

  // A repository of ours in the new folder `name`, with the tag from `from`.
  Result<GitRepository> fetch(const std::string& name, const std::string& tag,
                              const std::string& from) const {
    const std::string work = folder_.path(name);
    HALLMARK_CHECK(make_dirs(work, 0700));
    HALLMARK_TRY(GitRepository repository, GitRepository::create(work));
    HALLMARK_CHECK(repository.fetch_tag(from, tag));
    return repository;
  }

  Result<GitSource> inspect(const std::string& name, const Product& product,
                            const std::string& version) const {
    HALLMARK_TRY(const GitRepository repository,
                 fetch(name, product.tag_for(version), product.origin.url));
    return inspect_git_source(repository, product, version);
  }

 private:
  TestFolder folder_;
};

}  // namespace hallmark::test
