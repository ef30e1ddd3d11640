// GpgKeys: OpenPGP signatures, and public keys.
#include <sys/stat.h>

#include <ctime>
#include <set>

#include "core/bytes.hpp"
#include "core/digest.hpp"
#include "core/fd.hpp"
#include "signer/agent_signature.hpp"
#include "signer/gpg_keys.hpp"
#include "signer/gpgme_session.hpp"
#include "signer/openpgp_signature.hpp"

namespace hallmark {
namespace {

constexpr const char* kGpg = "/usr/bin/gpg";
constexpr std::size_t kMaxOutput = std::size_t{16} << 20U;
constexpr std::size_t kMaxKeyBlock = std::size_t{1} << 20U;

Result<GpgmeContext> gpg_context(const std::string& home) {
  HALLMARK_TRY(GpgmeContext context, gpgme_context(GPGME_PROTOCOL_OpenPGP, kGpg, home));
  gpgme_set_armor(context.get(), 1);
  return context;
}

// Those of all who signed; each signature must be good and over SHA-512.
Result<std::set<std::string>> signers_of(const GpgmeContext& context) {
  std::set<std::string> signers;
  const gpgme_verify_result_t result = gpgme_op_verify_result(context.get());
  for (gpgme_signature_t s = result->signatures; s != nullptr; s = s->next) {
    if (gpgme_err_code(s->status) != GPG_ERR_NO_ERROR || s->hash_algo != GPGME_MD_SHA512) {
      return verification_error("new signature", "is not a good one over SHA-512");
    }
    signers.emplace(s->fpr);
  }
  return signers;
}

// The agent is another program: what it made is checked before it is used.
Status check_signature(const GpgmeContext& context, OpenPgpForm form, std::string_view text,
                       std::string_view made, const std::vector<OpenPgpSubkey>& signers) {
  HALLMARK_TRY(const GpgmeData signature, gpgme_input(made));
  HALLMARK_TRY(const GpgmeData signed_text, gpgme_input(text));
  HALLMARK_TRY(const GpgmeData plain, gpgme_output());
  const bool detached = form == OpenPgpForm::kDetached;
  const gpgme_error_t code =
      gpgme_op_verify(context.get(), signature.get(), detached ? signed_text.get() : nullptr,
                      detached ? nullptr : plain.get());
  if (code != 0) return gpgme_failure("new signature", "cannot be checked", code);
  HALLMARK_TRY(const std::set<std::string> found, signers_of(context));
  std::set<std::string> asked;
  for (const OpenPgpSubkey& signer : signers) asked.insert(signer.fingerprint);
  if (found != asked) {
    return verification_error("new signature", "is not by exactly the keys it was asked of");
  }
  if (detached) return ok_status();
  HALLMARK_TRY(const std::string read_back, gpgme_text(plain, kMaxOutput));
  if (read_back != text) return verification_error("new signature", "covers another text");
  return ok_status();
}

// What is right already stays: six flushes to disk less in every start of the signer.
Status keep_file(int folder, const std::string& name, const std::string& text) {
  const Result<std::string> there = read_file_at(folder, name, text.size());
  if (there.ok() && *there == text) return ok_status();
  return write_file_atomic(folder, name, text, 0600);
}

}  // namespace

Status prepare_gpg_home(const std::string& home, const std::string& agent_socket) {
  if (::mkdir(home.c_str(), 0700) != 0 && errno != EEXIST) return errno_error(home, "cannot make");
  HALLMARK_TRY(const UniqueFd folder, open_dir(home));
  HALLMARK_CHECK(keep_file(folder.get(), "S.gpg-agent", "%Assuan%\nsocket=" + agent_socket + "\n"));
  HALLMARK_CHECK(keep_file(folder.get(), "common.conf", "no-autostart\n"));
  return keep_file(folder.get(), "gpg.conf",
                   "no-autostart\ndigest-algo SHA512\nno-auto-key-retrieve\n"
                   "no-auto-key-locate\ntrust-model always\nno-emit-version\n");
}

Result<std::string> GpgKeys::sign_openpgp(OpenPgpForm form, std::string_view text,
                                          const std::vector<OpenPgpSubkey>& signers,
                                          const std::string& action) {
  HALLMARK_TRY(AgentSession agent, restricted_session(agent_socket_));
  const int64_t time = std::time(nullptr);
  std::vector<std::string> packets;
  for (const OpenPgpSubkey& signer : signers) {
    HALLMARK_TRY(const OpenPgpSignature signature, start_signature(form, text, signer, time));
    HALLMARK_TRY(const std::string answer,
                 ask_for_signature(agent, {signer.keygrip, "sha512", hex_encode(signature.digest)},
                                   {action, sha256(text), "OpenPGP key " + signer.fingerprint}));
    HALLMARK_TRY(packets.emplace_back(), finish_signature(signature, answer));
  }
  std::string made = assemble_signatures(form, text, packets);
  HALLMARK_TRY(const GpgmeContext context, gpg_context(home_));
  HALLMARK_CHECK(check_signature(context, form, text, made, signers));
  return made;
}

Result<std::vector<std::string>> GpgKeys::import_keys(std::string_view armored) {
  if (armored.size() > kMaxKeyBlock) return failed("OpenPGP key", "is too large");
  HALLMARK_TRY(const GpgmeContext context, gpg_context(home_));
  HALLMARK_TRY(const GpgmeData input, gpgme_input(armored));
  const gpgme_error_t code = gpgme_op_import(context.get(), input.get());
  if (code != 0) return gpgme_failure("OpenPGP key", "cannot be imported", code);
  const gpgme_import_result_t result = gpgme_op_import_result(context.get());
  std::vector<std::string> fingerprints;
  for (gpgme_import_status_t key = result->imports; key != nullptr; key = key->next) {
    if (key->result == 0 && key->fpr != nullptr) fingerprints.emplace_back(key->fpr);
  }
  if (result->secret_read != 0) {
    return policy_error("OpenPGP key", "is a private key, which no Hallmark program may hold",
                        "export the public key");
  }
  return fingerprints;
}

// As one block: of several, apt reads the first.
Result<std::string> GpgKeys::export_keys(const std::vector<std::string>& fingerprints) {
  if (fingerprints.empty()) return std::string();  // to gpg, no name means every key
  HALLMARK_TRY(const GpgmeContext context, gpg_context(home_));
  std::vector<const char*> patterns;
  patterns.reserve(fingerprints.size() + 1);
  for (const std::string& fingerprint : fingerprints) patterns.push_back(fingerprint.c_str());
  patterns.push_back(nullptr);
  HALLMARK_TRY(const GpgmeData output, gpgme_output());
  const gpgme_error_t code =
      gpgme_op_export_ext(context.get(), patterns.data(), GPGME_EXPORT_MODE_MINIMAL, output.get());
  if (code != 0) return gpgme_failure("OpenPGP keys", "cannot be exported", code);
  return gpgme_text(output, kMaxOutput);
}

}  // namespace hallmark
