#include "cli/rebuild/rebuild.hpp"

#include <chrono>
#include <optional>

#include "cli/architecture_here.hpp"
#include "cli/rebuild/links.hpp"
#include "cli/rebuild/log_comparison.hpp"
#include "cli/ssh_sign.hpp"
#include "core/digest.hpp"
#include "verify/attestation.hpp"
#include "verify/sshsig.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxRecordText = uint64_t{8} << 20U;
constexpr const char* kBuilder = "hallmark-build";

std::string names(const std::vector<Target>& targets) {
  std::string out;
  for (const Target& target : targets) out += (out.empty() ? "" : ", ") + target.directory_name();
  return out;
}

// The lock's targets, those for this machine apart from the others.
Status choose_targets(const Lock& lock, const std::string& only, std::vector<Target>& here,
                      std::vector<Target>& elsewhere) {
  HALLMARK_TRY(const std::string architecture, architecture_here());
  for (const Target& target : lock.targets) {
    if (!only.empty() && target.directory_name() != only) continue;
    (target.architecture == architecture ? here : elsewhere).push_back(target);
  }
  if (here.empty() && elsewhere.empty()) {
    return usage_error(only, "is not a target of the lock", "it has: " + names(lock.targets));
  }
  if (!here.empty()) return ok_status();
  return failed(lock.product + " " + lock.version,
                "has nothing to build here: this machine is " + architecture,
                "it has: " + names(lock.targets));
}

Status fetch(TerminalRoot& root, const RebuildInputs& in) {
  const auto answer = root.request("hallmark-fetch", Json{{"type", "fetch"},
                                                          {"lock", in.lock_text},
                                                          {"keyring", in.keyring},
                                                          {"product", in.product_text}});
  if (!answer.ok()) return answer.error();
  return ok_status();
}

// What the builder says of itself is read from the record that it wrote.
Result<BuildRecord> read_record(const TerminalRoot& root, const Json& untrusted_answer,
                                const RebuildInputs& in, const Target& target) {
  const std::string digest = untrusted_answer.at("records").at(0).at("record_sha256");
  const std::string subject = "build record " + digest;
  HALLMARK_TRY(const UniqueFd file,
               root.open_of(kBuilder, std::filesystem::path("spool/records") / (digest + ".json")));
  HALLMARK_TRY(const std::string text, read_all(file.get(), kMaxRecordText, subject));
  HALLMARK_TRY(BuildRecord record, parse_record(text, subject));
  if (sha256(text).hex() != digest || record.lock_sha256 != sha256(in.lock_text) ||
      record.target != target) {
    return verification_error(subject, "is not of this lock and target");
  }
  return record;
}

Result<BuildRecord> build(TerminalRoot& root, const RebuildInputs& in, const Target& target) {
  HALLMARK_TRY(const Message answer,
               root.request(kBuilder, Json{{"type", "build"},
                                           {"lock", in.lock_text},
                                           {"product", in.product_text},
                                           {"only", Json::array({to_json(target)})}}));
  return read_record(root, answer.body, in, target);
}

Result<std::vector<Comparison>> compare_with_files(const TerminalRoot& root,
                                                   const Published& published,
                                                   const BuildRecord& record) {
  std::vector<Comparison> out;
  for (const BuiltArtefact& artefact : record.artefacts) {
    HALLMARK_TRY(const UniqueFd built, open_built(root, record, artefact));
    HALLMARK_TRY(Comparison comparison, published.compare(artefact, built.get()));
    out.push_back(std::move(comparison));
  }
  return out;
}

// With what was given: files, the release log, or both. What the log tells against an artefact is
// told before what the files do.
Result<std::vector<Comparison>> compare(const TerminalRoot& root, const RebuildInputs& in,
                                        const std::optional<Published>& published,
                                        const BuildRecord& record) {
  std::vector<Comparison> out;
  if (!in.accepted.empty()) out = compare_with_log(in, record);
  if (!published) return out;
  HALLMARK_TRY(std::vector<Comparison> files, compare_with_files(root, *published, record));
  if (out.empty()) return files;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i].verdict == Verdict::kEqual) out[i] = std::move(files[i]);
  }
  return out;
}

// The path of the file.
Result<std::string> attest(const RebuildOptions& options, const BuildRecord& record) {
  const std::string statement = attestation_statement(record);
  HALLMARK_TRY(
      const std::string signature,
      sign_with_ssh(options.key, kRebuildNamespace, pre_authentication(statement), "attestation"));
  HALLMARK_TRY(const std::string envelope, attestation_envelope(statement, signature));
  // As whoever gets it will read it: what could not be checked is not handed out.
  HALLMARK_TRY(const Attestation made, read_attestation(envelope, "attestation"));
  HALLMARK_CHECK(verify_attestation(made, {made.claimed_key}, "attestation"));
  const std::string name = record.product + "_" + record.version + "_" +
                           record.target.directory_name() + ".attestation.json";
  HALLMARK_CHECK(make_dirs(options.out, 0755));
  HALLMARK_TRY(const UniqueFd folder, open_dir(options.out));
  HALLMARK_CHECK(write_file_atomic(folder.get(), name, envelope, 0644));
  return (std::filesystem::path(options.out) / name).string();
}

class Clock {
 public:
  std::chrono::milliseconds lap() {
    const auto now = std::chrono::steady_clock::now();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - std::exchange(began_, now));
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace

Result<UniqueFd> open_built(const TerminalRoot& root, const BuildRecord& record,
                            const BuiltArtefact& artefact) {
  return root.open_of(kBuilder, std::filesystem::path("build/out") / record.lock_sha256.hex() /
                                    record.target.directory_name() / artefact.name);
}

Result<Rebuild> rebuild(TerminalRoot& root, const RebuildInputs& in,
                        const RebuildOptions& options) {
  Rebuild out{in.lock, sha256(in.lock_text), {}, {}, 0, options.against};
  std::vector<Target> here;
  HALLMARK_CHECK(choose_targets(in.lock, options.only, here, out.left_out));
  std::optional<Published> published;
  if (!options.against.empty()) {
    HALLMARK_TRY(published, Published::open(options.against));
  } else if (!in.accepted.empty()) {
    out.compared_with = "the release log";
  }
  Clock clock;
  HALLMARK_CHECK(fetch(root, in));
  root.screen().step("fetch", "every pinned file is here and verified", clock.lap());
  for (const Target& target : here) {
    RebuiltTarget one;
    HALLMARK_TRY(one.record, build(root, in, target));
    root.screen().step("build", "built twice, equal: " + target.directory_name(), clock.lap());
    HALLMARK_TRY(one.comparisons, compare(root, in, published, one.record));
    if (!options.key.empty()) {
      HALLMARK_TRY(one.attestation, attest(options, one.record));
    }
    out.targets.push_back(std::move(one));
  }
  add_rest_of_log(in, out);
  if (!options.openpgp_key.empty()) {
    HALLMARK_TRY(out.links, write_links(root, out, options.openpgp_key, options.out));
  }
  return out;
}

}  // namespace hallmark
