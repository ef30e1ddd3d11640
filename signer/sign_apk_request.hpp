// sign-apk: an accepted APK, signed with its application's key, by the schemes that the policy
// says.
//
// Request: {"artefact"?: SHA-256 of the accepted APK in hex, "product"?, "version"?, "key"?,
// "strip"?: true}. The file must be the artefact, product and version those that it was accepted
// for, the key the one that the policy has for the application; they are for whoever wants to be
// sure: the signer digests the file in any case. "strip" leaves out an
// old signature: what was accepted, say from a debug build, is the whole file, and without its
// signature it is the same application. Descriptors: the accepted APK, an empty file for the signed
// one, and an empty file for the .idsig, which v4 needs and the others leave empty.
// Answer: {"sha256", "size", "schemes", "idsig"?: {"sha256", "size"}} of what was written.
//
// sign-aab: the same for an app bundle, which gets a v1 signature by the application's newest key,
// as its upload key, and nothing else.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "core/wire.hpp"
#include "signer/apk/apk_signing.hpp"
#include "signer/key_chain.hpp"
#include "signer/private_copy.hpp"
#include "verify/apk/manifest.hpp"

namespace hallmark {

struct ApkCase {
  const SignerContext& context;
  const Message& untrusted_request;
  std::string kind;  // of artefact: "apk" or "aab"

  AcceptedRelease release{};
  AcceptedApplication application{};
  KeyChain chain{};
  PrivateCopy accepted_apk{};
  ApkManifest manifest{};  // of an APK
  std::set<ApkScheme> schemes{};
};

Status output_is_an_empty_file(ApkCase& subject);
Status apk_was_accepted(ApkCase& subject);
Status application_is_not_withdrawn(ApkCase& subject);
Status version_code_is_the_newest(ApkCase& subject);
Status application_keeps_its_key(ApkCase& subject);
Status apk_has_the_accepted_bytes(ApkCase& subject);
Status apk_is_the_accepted_application(ApkCase& subject);
Status schemes_serve_the_application(ApkCase& subject);

Result<Response> sign_accepted_apk(const ApkCase& subject);
Result<Response> sign_accepted_bundle(const ApkCase& subject);

}  // namespace hallmark
