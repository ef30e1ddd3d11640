// The requests that hallmark-build answers, read and checked. docs/formats.md describes them.
//
//   environment {lock, product}    -> {environments: [{name, environment_sha256}]}
//   build {lock, product, only?, jobs?}
//                                  -> {records: [{record_sha256, target, artefacts}],
//                                      failed: [{target, error}]}
//   check {lock, product, only} + .debs
//                                  -> {packages: [{package, version}], older: likewise, no_upgrade,
//                                      again}
//
// lock and product are the texts of those files, as strangers hand them in; `only` is a list of
// targets.
#pragma once

#include <string>
#include <vector>

#include "core/model/lock.hpp"
#include "core/model/product.hpp"

namespace hallmark {

struct BuildRequest {
  Lock lock;
  Sha256Digest lock_sha256;
  Product product;
  std::vector<Target> targets;  // of the lock's, those asked for
  std::size_t jobs = 0;         // how many of them at a time; 0: as many as suit this machine
};

// kVerification when the product is not the one that the lock was made from, or has no such
// targets. `architecture`: what this machine builds.
Result<BuildRequest> read_build_request(const Json& untrusted_body,
                                        const std::string& architecture);

}  // namespace hallmark
