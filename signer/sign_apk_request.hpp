// sign-apk: an accepted APK, signed with its application's key (schemes v2 and v3).
//
// Request: {"product", "version", "artefact": SHA-256 of the unsigned APK in hex}, two descriptors:
// the unsigned APK, and an empty file for the signed one. Answer: {"sha256", "size"} of the latter.
#pragma once

#include <string>
#include <vector>

#include "core/wire.hpp"
#include "signer/context.hpp"
#include "signer/private_copy.hpp"

namespace hallmark {

struct ApkCase {
  const SignerContext& context;
  const Message& untrusted_request;

  std::string product{};
  std::string version{};
  AcceptedApplication application{};
  ApkKeyPolicy key{};
  std::string certificate{};  // DER
  PrivateCopy unsigned_apk{};
};

Status output_is_an_empty_file(ApkCase& subject);
Status apk_was_accepted(ApkCase& subject);
Status version_code_is_the_newest(ApkCase& subject);
Status application_keeps_its_key(ApkCase& subject);
Status apk_has_the_accepted_bytes(ApkCase& subject);

Result<Response> sign_accepted_apk(const ApkCase& subject);

}  // namespace hallmark
