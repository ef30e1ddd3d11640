// accept-prebuilt: packages that were built elsewhere become known to the signer, and signable,
// because enough people approved of their digests, and the policy asks for no more evidence there.
//
// Request: {"product", "manifest", "statement": texts, "signatures", "first": which of the
// manifest's files the first descriptor is}, and as many of them, from there, as descriptors.
// Answer: {"accepted": [{"name", "sha256", "stanza"}]}. One statement is for the whole manifest;
// the same files again get the same answer, and need no approval.
#pragma once

#include <span>

#include "core/model/import_manifest.hpp"
#include "core/model/product.hpp"
#include "core/wire.hpp"
#include "signer/approval_check.hpp"
#include "signer/context.hpp"

namespace hallmark {

struct ImportedPackage {
  ImportedFile file;
  std::string path;        // in the pool
  std::size_t number = 0;  // of the manifest's files
  Target target;           // of its build; the environment is the file's name
  DerivedStanza stanza;
  ListedPaths paths;
  UniqueFd keyring;          // the signer's own copy, where the name is one of a package of keys
  bool called_back = false;  // in an adoption: nobody has read it here
};

struct ImportCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  Product product{};
  Sha256Digest product_sha256{};
  ImportManifest manifest{};
  Sha256Digest manifest_sha256{};
  std::size_t first = 0;                 // of the manifest's files
  std::span<const ImportedFile> part{};  // of them, from there
  Approval approval{};
  std::vector<ImportedPackage> packages{};
};

// What was handed in, and what it says it is.
Status policy_for_the_import(ImportCase& subject);
Status manifest_is_of_this_product(ImportCase& subject);
Status files_are_a_part_of_the_manifest(ImportCase& subject);
Status imported_release_is_not_withdrawn(ImportCase& subject);

Result<bool> is_imported_already(const ImportCase& subject);

// Who allows it.
Status suites_take_the_import(ImportCase& subject);
Status approval_names_this_import(ImportCase& subject);
Status approval_of_the_import_is_in_force(ImportCase& subject);
Status import_is_approved_by_enough_people(ImportCase& subject);
Status prebuilt_reaches_the_policy(ImportCase& subject);

// What the bytes are.
Status files_are_those_of_the_manifest(ImportCase& subject);
Status imported_architectures_are_in_the_policy(ImportCase& subject);
Status imported_packages_are_the_products_own(ImportCase& subject);
Status imported_keyring_has_the_policys_keys(ImportCase& subject);
Status imported_bytes_were_not_withdrawn(ImportCase& subject);
Status imported_versions_are_not_lowered(ImportCase& subject);
Status imported_packages_keep_their_bytes(ImportCase& subject);

Status commit_import(const ImportCase& subject);
Result<Response> import_answer(const ImportCase& subject);

}  // namespace hallmark
