// sign-apk: the rules.
#include "signer/sign_apk_request.hpp"

#include <algorithm>

#include "signer/accept_build.hpp"
#include "signer/apk/scheme_choice.hpp"
#include "signer/rules.hpp"

namespace hallmark {
namespace {

// What the request may say to be sure of: absent, or exactly this.
bool agrees(const Json& body, const char* key, const std::string& value) {
  const auto found = body.find(key);
  return found == body.end() || *found == value;
}

// The copy, and what it is. No more is copied than somebody may ask for who names what was
// accepted.
Result<Sha256Digest> digest_of_apk(ApkCase& subject) {
  const int fd = subject.untrusted_request.fds[0].get();
  struct stat info {};
  HALLMARK_CHECK(look_at(subject.context.layout, fd, info, subject.kind));
  const auto size = static_cast<uint64_t>(info.st_size);
  HALLMARK_TRY(const bool possible, subject.context.state.is_accepted_size(subject.kind, size));
  if (!possible) {
    return policy_error(subject.kind + " of " + std::to_string(size) + " bytes",
                        "was never accepted", "build and accept it first");
  }
  HALLMARK_TRY(subject.accepted_apk, private_copy(subject.context.layout, fd, size, subject.kind));
  return subject.accepted_apk.digest.sha256;
}

// What the request says that the file is; else what it turns out to be.
Result<Sha256Digest> digest_to_look_up(ApkCase& subject) {
  const Json& body = subject.untrusted_request.body;
  if (!body.contains("artefact")) return digest_of_apk(subject);
  HALLMARK_TRY(const std::string hex, request_text(body, "artefact"));
  return untrusted(Sha256Digest::from_hex(hex));
}

}  // namespace

Status output_is_an_empty_file(ApkCase& subject) {
  const auto& fds = subject.untrusted_request.fds;
  if (fds.size() != 2 && fds.size() != 3) return failed("request", "has not two or three files");
  for (std::size_t i = 1; i < fds.size(); ++i) {
    struct stat info {};
    HALLMARK_CHECK(look_at(subject.context.layout, fds[i].get(), info, "output"));
    if (info.st_size != 0) {
      return verification_error("output", "is not an empty file");
    }
  }
  return ok_status();
}

Status apk_was_accepted(ApkCase& subject) {
  const Json& body = subject.untrusted_request.body;
  HALLMARK_TRY(const Sha256Digest digest, digest_to_look_up(subject));
  HALLMARK_TRY(const std::optional<AcceptedRelease> release,
               subject.context.state.accepted_for(subject.kind, digest));
  HALLMARK_TRY(const std::optional<AcceptedApplication> application,
               subject.context.state.application(digest));
  if (!release || !application) {
    return policy_error(subject.kind + " " + digest.hex(), "was never accepted",
                        "build and accept it first");
  }
  if (!agrees(body, "product", release->product) || !agrees(body, "version", release->version)) {
    return policy_error(subject.kind + " " + digest.hex(), "was accepted for " + release->product +
                                                               " " + release->version +
                                                               ", and never for what was asked");
  }
  subject.release = *release;
  subject.application = *application;
  return ok_status();
}

Status application_is_not_withdrawn(ApkCase& subject) {
  HALLMARK_TRY(const bool withdrawn,
               subject.context.state.bytes_are_withdrawn(subject.application.sha256));
  if (!withdrawn) return ok_status();
  return policy_error(
      subject.application.lane.application,
      "in version code " + std::to_string(subject.application.version_code) + " was withdrawn",
      "release a higher version");
}

Status version_code_is_the_newest(ApkCase& subject) {
  HALLMARK_TRY(const std::optional<AcceptedApplication> newest,
               subject.context.state.newest_application(subject.application.lane));
  if (newest && newest->sha256 == subject.application.sha256) return ok_status();
  return policy_error(describe(subject.application.lane),
                      "has version code " + std::to_string(subject.application.version_code) +
                          ", and a higher one was accepted since",
                      "release the higher version");
}

Status application_keeps_its_key(ApkCase& subject) {
  const AcceptedApplication& accepted = subject.application;
  HALLMARK_TRY(subject.chain, installed_key_chain(subject.context, accepted.key));
  const std::vector<std::string>& mapped = subject.chain.back().policy.packages;
  if (std::find(mapped.begin(), mapped.end(), accepted.lane.application) == mapped.end()) {
    return policy_error("application " + accepted.lane.application,
                        "is not mapped to the key '" + accepted.key + "' in the installed policy");
  }
  if (agrees(subject.untrusted_request.body, "key", accepted.key)) return ok_status();
  return policy_error("application " + accepted.lane.application,
                      "is signed by the key '" + accepted.key + "' and by no other");
}

Status apk_has_the_accepted_bytes(ApkCase& subject) {
  const std::string name = subject.application.lane.application;
  if (!subject.accepted_apk.fd) {
    HALLMARK_TRY(subject.accepted_apk,
                 private_copy(subject.context.layout, subject.untrusted_request.fds[0].get(),
                              subject.release.size, name));
  }
  if (subject.accepted_apk.digest.sha256 == subject.application.sha256) return ok_status();
  return verification_error(name,
                            "has SHA-256 " + subject.accepted_apk.digest.sha256.hex() +
                                " and not the accepted " + subject.application.sha256.hex(),
                            "hand in what was accepted");
}

// What a sibling had signed was judged by its signed form, and no form proves what it was made
// from: version code and lane that counted may have been another file's.
Status apk_is_the_accepted_application(ApkCase& subject) {
  const AppLane& lane = subject.application.lane;
  HALLMARK_TRY(const FileBytes file, FileBytes::open(subject.accepted_apk.fd.get()));
  HALLMARK_TRY(const ZipArchive archive, untrusted(read_zip(file)));
  HALLMARK_TRY(subject.manifest, untrusted(read_apk_manifest(file, archive)));
  const ApkManifest& manifest = subject.manifest;
  const std::string abis = abi_lane(archive);
  if (manifest.package == lane.application && abis == lane.abis && !manifest.debuggable &&
      manifest.version_code == static_cast<uint64_t>(subject.application.version_code)) {
    return ok_status();
  }
  return verification_error(
      describe(lane),
      "was accepted in version code " + std::to_string(subject.application.version_code) +
          " by what another terminal had signed, and that was made of another file: this is " +
          manifest.package + " (" + abis + ") in " + std::to_string(manifest.version_code) +
          (manifest.debuggable ? ", debuggable" : ""),
      "find out why that terminal's release log is false; release a higher version");
}

Status schemes_serve_the_application(ApkCase& subject) {
  HALLMARK_TRY(subject.schemes,
               choose_apk_schemes(subject.manifest, subject.chain.back().policy.schemes));
  if (!subject.schemes.contains(ApkScheme::kV4) || subject.untrusted_request.fds.size() == 3) {
    return ok_status();
  }
  return policy_error(subject.application.lane.application,
                      "is signed with v4 too, and the request has no file for the .idsig");
}

}  // namespace hallmark
