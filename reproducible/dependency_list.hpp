// What a source's own lock file asks its language's registry for: Cargo.lock, go.sum,
// package-lock.json.
//
// Only what has a digest in the lock file can be pinned: dependencies from a git repository, from
// another folder's path or with nothing but a SHA-1 are refused. kVerification: the file is
// malformed or asks for what cannot be had.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/model/dependencies.hpp"
#include "core/result.hpp"

namespace hallmark {

// Larger lock files are refused.
constexpr uint64_t kMaxLockFile = uint64_t{32} << 20U;  // bytes

// Sorted by name and version; none twice.
using DependencyList = std::vector<ListedDependency>;

Result<DependencyList> list_dependencies(const DependencySpec& spec,
                                         std::string_view untrusted_lock_file);

// The same for one kind of lock file each; `subject` names it in errors. url is not set, and
// nothing is in order.

// Cargo.lock, versions 2 to 4: integrity is the SHA-256 of NAME-VERSION.crate in hexadecimal
// digits. https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html
// `registry`: the one that it may name; empty: any, but one alone.
Result<DependencyList> read_cargo_lock(std::string_view untrusted_text, const std::string& subject,
                                       const std::string& registry = "");
// go.sum: integrity is the "h1:" digest (golang.org/x/mod/sumdb/dirhash) of the module's zip or,
// where version ends in "/go.mod", of its go.mod. https://go.dev/ref/mod#go-sum-files
Result<DependencyList> read_go_sum(std::string_view untrusted_text, const std::string& subject);
// package-lock.json, versions 2 and 3: integrity is "sha512-" and the SHA-512 of the package's tar
// file in base64: package-lock-json(5) of npm.
Result<DependencyList> read_package_lock(std::string_view untrusted_text,
                                         const std::string& subject);

// "1.0.0", "1.0.0-beta.1+build": three numbers, and then perhaps more; at most 128 bytes.
// semver.org
bool is_semantic_version(const std::string& version);

// "example.org/!name" of "example.org/Name": how module proxies and caches write paths and versions
// where case may not count. https://go.dev/ref/mod#goproxy-protocol
std::string escaped_for_go(std::string_view text);
// Where a module proxy has the file, relative to its address: "MODULE/@v/VERSION.zip" or ".mod".
std::string path_in_go_proxy(const ListedDependency& dependency);

}  // namespace hallmark
