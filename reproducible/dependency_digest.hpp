// A dependency's file against the digest that the source's lock file has of it.
#pragma once

#include "core/model/lock.hpp"
#include "core/result.hpp"
#include "reproducible/quarantine.hpp"

namespace hallmark {

// A larger file is refused.
constexpr uint64_t kMaxDependencyFile = uint64_t{512} << 20U;  // bytes

// kVerification: the bytes are others. Reads the whole file.
Status check_integrity(DependencyKind kind, const ListedDependency& listed, int untrusted_fd);

PinnedFile dependency_file(DependencyKind kind, const LockedDependency& file);
// Of a file that has the locked SHA-256: it has the other digest too.
Status check_locked_dependency(DependencyKind kind, const LockedDependency& file, int fd);
// Every file of the lock's dependencies is in quarantine, and has both digests.
Status verify_dependencies(const Lock& lock, const Quarantine& quarantine);

// "cargo package serde 1.0.0", for messages.
std::string label_of(DependencyKind kind, const ListedDependency& listed);

}  // namespace hallmark
