// What the builder's tests are made of: a lock and product, and an environment so small that it is
// made in a moment, of this machine's shell and a few tools. The sandbox around it is the real one.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/layout.hpp"
#include "core/model/lock.hpp"
#include "core/model/product.hpp"
#include "reproducible/build_target.hpp"
#include "tests/unit/tools.hpp"

namespace hallmark::build_test {

inline Target sample_target() { return {"stable", "main", "amd64", "bookworm"}; }

// A product whose script leaves one file, app.apk.
inline Product sample_product() {
  Product product;
  product.name = "sample";
  product.origin.kind = OriginKind::kGit;
  product.origin.url = "/srv/git/sample";
  product.origin.tag = "v{version}";
  product.environments = {{"bookworm", "bookworm", {}}};
  product.targets = {sample_target()};
  product.recipe.kind = RecipeKind::kApk;
  product.recipe.script = "build.sh";
  product.recipe.outputs = {{"app.apk", ""}};
  product.recipe.package = "org.example.sample";
  product.recipe.key = "app";
  return product;
}

inline LockedPackage sample_package(const std::string& name, std::string_view bytes) {
  return {name, "1.0-1", "amd64", bytes.size(), sha256(bytes), "https://deb.example.org/x.deb"};
}

inline Lock sample_lock() {
  Lock lock;
  lock.product = "sample";
  lock.version = "1.0";
  lock.source_date_epoch = 1700000000;  // 2023-11-14
  lock.source.kind = OriginKind::kGit;
  lock.source.url = "/srv/git/sample";
  lock.source.tag = "v1.0";
  lock.source.commit = std::string(40, 'c');
  lock.source.tag_object = std::string(40, 'a');
  lock.source.tree = std::string(40, 'b');
  LockedEnvironment environment;
  environment.name = "bookworm";
  environment.architecture = "amd64";
  environment.mmdebstrap = "1.3.5-7";
  lock.environments = {environment};
  lock.targets = {sample_target()};
  return lock;
}

inline void copy_into(const std::string& root, const std::string& path) {
  namespace fs = std::filesystem;
  const fs::path to = root + path;
  fs::create_directories(to.parent_path());
  fs::copy_file(path, to, fs::copy_options::overwrite_existing);
}

// A program of this machine, with the libraries that it loads.
inline void copy_tool(const std::string& root, const std::string& path) {
  copy_into(root, path);
  const std::string libraries = test::run_tool("/usr/bin/ldd", {path});
  for (std::size_t at = libraries.find('/'); at != std::string::npos;
       at = libraries.find('/', libraries.find('\n', at))) {
    const std::string library = libraries.substr(at, libraries.find(' ', at) - at);
    copy_into(root, (library.starts_with("/usr") ? "" : "/usr") + library);
  }
}

// bin/sh and some tools with the libraries they load, in the layout that Debian has.
inline void make_tiny_environment(const std::string& root) {
  namespace fs = std::filesystem;
  for (const char* folder : {"/etc", "/var/tmp", "/usr/bin", "/usr/lib", "/usr/lib64"}) {
    fs::create_directories(root + folder);
  }
  for (const char* link : {"bin", "lib", "lib64"}) {
    fs::create_directory_symlink(std::string("usr/") + link, root + "/" + link);
  }
  for (const char* tool : {"sh", "cat", "chmod", "cp", "date", "find", "id", "ls", "ln", "mkdir",
                           "nproc", "perl", "sleep", "touch", "uname"}) {
    copy_tool(root, std::string("/usr/bin/") + tool);
  }
  for (const char* name : {"passwd", "group", "hosts"}) std::ofstream(root + "/etc/" + name) << "";
}

// Builds sample_product from one script in the tiny environment.
class TinyBuild {
 public:
  explicit TinyBuild(const std::string& script) {
    make_tiny_environment(folder_.path("environment"));
    folder_.write("source/build.sh", script);
  }

  Result<BuildResult> run() {
    const BuildJob job{lock,
                       product,
                       sample_target(),
                       folder_.path("environment"),
                       folder_.path("source"),
                       folder_.path("dependencies"),
                       folder_.path("work"),
                       folder_.path("logs")};
    return build_twice(job, [this](const Json& event) { steps.push_back(event["step"]); });
  }

  const test::TestFolder& folder() const { return folder_; }

  Lock lock = sample_lock();
  Product product = sample_product();
  std::vector<std::string> steps;

 private:
  test::TestFolder folder_;
};

// What an error says, for looking into.
inline std::string said(const Error& error) { return error.message() + "\n" + error.hint; }

}  // namespace hallmark::build_test
