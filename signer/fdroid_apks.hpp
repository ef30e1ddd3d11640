// Signed apps as the F-Droid index tells of them, and what of them there is.
//
// fdroid-apks: for whoever composes the index. Request: {"after"?: "next" of the answer before}.
// Answer: {"apks": at most 10,000 of {"path", "sha256", "size", "unsigned_sha256", "added": seconds
// since 1970}, "newest"?: seconds since 1970 of the newest index that any terminal has signed,
// "next"?}.
#pragma once

#include "core/wire.hpp"
#include "signer/accept_build.hpp"
#include "signer/context.hpp"
#include "signer/sign_apk_request.hpp"

namespace hallmark {

Result<Response> fdroid_apks_answer(const SignerContext& context, const Message& request);

// Seconds since 1970; nullopt: no terminal has signed an index.
struct LastFdroidIndex {
  int64_t timestamp = 0;  // that the next one must be newer than
  std::string terminal;
  Sha256Digest jar;
};
Result<std::optional<LastFdroidIndex>> last_fdroid_index(const SignerContext& context);

// Of what sign-apk makes, and of what a sibling made and hands in.
ApkFacts facts_of_signed(const ApkCase& subject, const SignedFile& signed_apk);
Status keep_facts_of_adopted(const BuildCase& subject, const CandidateArtefact& artefact);

}  // namespace hallmark
