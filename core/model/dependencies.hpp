// What a source takes from its language's registry: a product's "dependencies" and a lock's.
//
// The list is the source's own lock file, which its signed tag covers; a Hallmark lock repeats it
// with the size and SHA-256 of each file, so that a fetch and a build need nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/json.hpp"

namespace hallmark {

enum class DependencyKind { kCargo, kGo, kNpm };

std::string_view name_of(DependencyKind kind);  // "cargo", "go", "npm"

// One lock file of the source, and where its registry's files come from.
struct DependencySpec {
  DependencyKind kind = DependencyKind::kCargo;
  std::string lock_file;  // relative to the source
  // https:// or an absolute path. kCargo, kNpm: of a package's file, a pattern with {name} and
  // {version}, or {basename}, which is the name without its scope. kGo: of a module proxy.
  std::string url;
  // kCargo: the address of the index, as Cargo.lock has it; empty: cargo's own default registry.
  std::string registry;
  bool operator==(const DependencySpec&) const = default;
};

// A file that a lock file of the source asks for.
struct ListedDependency {
  std::string name;
  std::string version;    // kGo: of a go.mod alone, "VERSION/go.mod", as go.sum has it
  std::string integrity;  // the digest as the lock file has it: its form is the language's
  std::string url;
  bool operator==(const ListedDependency&) const = default;
};

struct LockedDependency {
  ListedDependency listed;
  uint64_t size = 0;  // bytes
  Sha256Digest sha256;
};

struct LockedDependencies {
  DependencyKind kind = DependencyKind::kCargo;
  std::string lock_file;
  std::vector<LockedDependency> files;  // as dependency_list.hpp orders them
};

// More than a lock holds of all lock files together.
constexpr std::size_t kMaxDependencies = 10'000;

// Errors are recorded in the reader.
DependencySpec read_dependency_spec(ObjectReader& reader);
LockedDependencies read_locked_dependencies(ObjectReader& reader);
Json to_json(const LockedDependencies& dependencies);

}  // namespace hallmark
