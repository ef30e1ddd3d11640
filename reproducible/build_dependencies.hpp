// What a source takes from its language's registry, where a build without a network finds it: a
// registry for each language, to read only, at the same place in every build.
//
//   /dependencies/cargo/NAME-VERSION/  crates, unpacked: a directory source
//   /dependencies/go/                  a module proxy of files
//   /dependencies/npm/_cacache/        package files by their SHA-512: npm's cache
//   /.cargo/config.toml                tells cargo of the first
#pragma once

#include <string>
#include <vector>

#include "core/model/lock.hpp"
#include "core/model/product.hpp"
#include "core/result.hpp"
#include "reproducible/quarantine.hpp"
#include "reproducible/sandbox.hpp"

namespace hallmark {

// Makes `folder` of what is in quarantine, each file checked when it is a copy that nobody else
// writes to; crates wait in the new folder `work`.
Status copy_dependencies(const Lock& lock, const Quarantine& quarantine, const std::string& folder,
                         const std::string& work);
// Unpacks the crates, in a sandbox, by the tar of the unpacked `environment`.
Status unpack_dependencies(const Lock& lock, const Product& product, const std::string& environment,
                           const std::string& folder, const std::string& work);

// How such a folder is bound into a build.
std::vector<SandboxBind> dependency_binds(const Lock& lock, const std::string& folder);
// What the languages' tools have to be told; `build`: the build's own folder, for what they write.
std::vector<std::string> dependency_variables(const Lock& lock, const std::string& build);

}  // namespace hallmark
