#include "cli/attest.hpp"

#include <filesystem>

#include "cli/json_text.hpp"
#include "cli/own_log.hpp"
#include "cli/releases_folder.hpp"
#include "cli/review/change.hpp"
#include "core/digest.hpp"
#include "verify/attestation.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxAttestation = uint64_t{4} << 20U;  // bytes
constexpr const char* kSuffix = ".attestation.json";
// Of signer/request_rules.hpp: what it keeps out may be the word against this release.
constexpr const char* kTooMuchRule = "(rule: rebuilder-has-not-said-too-much)";

Result<Message> hand_in(TerminalRoot& root, const std::string& envelope,
                        const std::string& lock_text, const Json& published) {
  return root.request("hallmark-sign", Json{{"type", "accept-attestation"},
                                            {"envelope", envelope},
                                            {"lock", lock_text},
                                            {"published_checkpoints", published}});
}

// What strangers made and cannot be read is refused.
Result<Attestation> read_strangers(const std::string& envelope, const std::string& path) {
  Result<Attestation> attestation = read_attestation(envelope, path);
  if (attestation.ok()) return attestation;
  Error error = std::move(attestation).error();
  error.kind = ErrorKind::kVerification;
  return error;
}

// Of different things said there are different files, whoever said them.
std::string file_name(const BuildRecord& record, const std::string& envelope) {
  return record.target.directory_name() + "." + sha256(envelope).hex().substr(0, 16) + kSuffix;
}

Status keep_attestation(const TerminalRoot& root, const BuildRecord& record,
                        const std::string& envelope) {
  const fs::path path = root.layout().attestations(record.product, record.version);
  HALLMARK_TRY(const UniqueFd folder, make_release_folder(root.layout(), path));
  return write_file_atomic(folder.get(), file_name(record, envelope), envelope, 0644);
}

Result<Json> import_attestation(TerminalRoot& root, const std::string& path,
                                const Json& published) {
  HALLMARK_TRY(const std::string envelope, read_file(path, kMaxAttestation));
  HALLMARK_TRY(const Attestation attestation, read_strangers(envelope, path));
  const BuildRecord& record = attestation.record;
  HALLMARK_TRY(const std::string lock, root.lock_text(record.product, record.version));
  HALLMARK_TRY(const Message answer, hand_in(root, envelope, lock, published));
  HALLMARK_CHECK(keep_attestation(root, record, envelope));
  return answer.body;
}

// Whoever may commit to the repository names the file, too.
void warn_of(const TerminalRoot& root, const std::string& path, const std::string& why) {
  root.screen().warn(one_line(path + " does not count: " + why));
}

// Nobody has said anything: no folder. One that cannot be reached without a link is none either,
// but somebody made it.
Result<std::vector<std::string>> attestation_files(const TerminalRoot& root,
                                                   const ReleaseName& release) {
  const fs::path path = root.layout().attestations(release.product, release.version);
  std::vector<std::string> out;
  std::error_code failure;
  if (!fs::exists(fs::symlink_status(path, failure))) return out;
  const Result<UniqueFd> folder = open_release_folder(root.layout(), path);
  if (!folder.ok()) {
    warn_of(root, path, folder.error().cause);
    return out;
  }
  HALLMARK_TRY(const std::vector<std::string> names, names_in(*folder, path));
  for (const std::string& name : names) {
    if (name.ends_with(kSuffix)) out.push_back(path / name);
  }
  return out;
}

// One rebuilder's junk (a binary, something huge, a link to nowhere) must not keep the others' word
// from the signer, nor stop the release.
Result<std::string> read_committed(const TerminalRoot& root, const std::string& path) {
  HALLMARK_TRY(std::string envelope, read_release_file(root.layout(), path, kMaxAttestation));
  HALLMARK_TRY(const Attestation attestation, read_attestation(envelope, path));
  static_cast<void>(attestation);
  return envelope;
}

bool counts_for_nothing(const Error& refusal) {
  if (refusal.cause.find(kTooMuchRule) != std::string::npos) return false;
  return refusal.kind == ErrorKind::kPolicy || refusal.kind == ErrorKind::kVerification;
}

Status hand_in_file(TerminalRoot& root, const std::string& path, const std::string& lock_text,
                    const Json& published) {
  const Result<std::string> envelope = read_committed(root, path);
  if (!envelope.ok()) {
    warn_of(root, path, envelope.error().cause);
    return ok_status();
  }
  const Result<Message> answer = hand_in(root, *envelope, lock_text, published);
  if (answer.ok()) return ok_status();
  if (!counts_for_nothing(answer.error())) return answer.error();
  warn_of(root, path, answer.error().message());
  return ok_status();
}

std::string standing_of(const Json& attestation) {
  if (!attestation.value("counts", false)) return "counts no longer: its key has left the policy";
  const std::string overruled = attestation.value("overruled", false) ? "; overruled" : "";
  if (!attestation.contains("agrees")) return "nothing was accepted yet" + overruled;
  if (attestation.value("agrees", false)) return "agrees" + overruled;
  return attestation.value("overruled", false) ? "got something else; overruled"
                                               : "GOT SOMETHING ELSE";
}

std::string in_words(const Json& attestation) {
  const Json target = attestation.value("target", Json::object());
  std::string out = text_of(attestation, "owner") + "  " + text_of(target, "suite") + "/" +
                    text_of(target, "component") + " " + text_of(target, "architecture") + "  " +
                    text_of(attestation, "finished") + "  " + standing_of(attestation) + "\n";
  for (const Json& artefact : attestation.value("artefacts", Json::array())) {
    out += "    " + text_of(artefact, "sha256") + "  " + text_of(artefact, "name") + "\n";
  }
  return out;
}

std::string what_is_needed(const Json& answer) {
  const uint64_t needed = answer.value("needed", uint64_t{0});
  if (needed == 0) return "the policy names no rebuilders, so nothing is released as 'rebuilt'";
  return "evidence 'rebuilt' takes " + std::to_string(needed) + " rebuilder(s) who agree";
}

}  // namespace

Result<StepReport> import_attestations(TerminalRoot& root, const std::vector<std::string>& files) {
  HALLMARK_TRY(const Json published, published_checkpoints(root));
  Json taken = Json::array();
  std::string summary;
  for (const std::string& path : files) {
    HALLMARK_TRY(Json answer, import_attestation(root, path, published));
    summary += (summary.empty() ? "" : "\n") + text_of(answer, "owner") + " has rebuilt " +
               text_of(answer, "product") + " " + text_of(answer, "version") + " for " +
               text_of(answer.value("target", Json::object()), "suite");
    taken.push_back(std::move(answer));
  }
  return StepReport{summary, Json{{"attestations", taken}}};
}

Result<StepReport> list_attestations(TerminalRoot& root, const ReleaseName& release) {
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-sign", Json{{"type", "attestations"},
                                                  {"product", release.product},
                                                  {"version", release.version}}));
  std::string text;
  for (const Json& attestation : answer.body.value("attestations", Json::array())) {
    text += in_words(attestation);
  }
  return StepReport{text + what_is_needed(answer.body), answer.body};
}

Status hand_in_attestations(TerminalRoot& root, const ReleaseName& release,
                            const std::string& lock_text) {
  HALLMARK_TRY(const std::vector<std::string> files, attestation_files(root, release));
  if (files.empty()) return ok_status();
  HALLMARK_TRY(const Json published, published_checkpoints(root));
  for (const std::string& path : files) {
    HALLMARK_CHECK(hand_in_file(root, path, lock_text, published));
  }
  return ok_status();
}

}  // namespace hallmark
