#include "cli/key_import.hpp"
#include "cli/key_loading.hpp"
#include "cli/self_signed.hpp"
#include "core/digest.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxFile = uint64_t{1} << 20U;
constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----\n";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";

Result<std::string> certificate_in(const KeyKeeper& keeper, const std::string& file,
                                   const Passphrase& passphrase) {
  HALLMARK_TRY(const UniqueFd pipe, passphrase.as_pipe());
  Command command = keeper.command("/usr/bin/openssl", {});
  command.arguments = {"pkcs12", "-nokeys", "-clcerts", "-passin",
                       "fd:" + std::to_string(pipe.get())};
  command.stdin_text = file;
  command.inherit_fds = {pipe.get()};
  HALLMARK_TRY(const std::string pem, run_checked(command, "PKCS#12 file"));
  const std::size_t begin = pem.find(kBegin);
  const std::size_t end = pem.find(kEnd, begin == std::string::npos ? 0 : begin);
  if (begin == std::string::npos || end == std::string::npos) {
    return failed("PKCS#12 file", "has no certificate of its key");
  }
  // Only the first would come, and nobody would have said that it is the right one.
  if (pem.find(kBegin, end) != std::string::npos) {
    return failed("PKCS#12 file", "is not exactly one key with its certificate",
                  "keytool -importkeystore -srcalias ALIAS ... writes one of them");
  }
  std::string base64 = pem.substr(begin + kBegin.size(), end - begin - kBegin.size());
  std::erase(base64, '\n');
  HALLMARK_TRY(const std::vector<uint8_t> der, base64_decode(base64));
  return std::string(as_text(der));
}

// The key of the agent that the certificate is for.
Result<std::string> keygrip_for(const KeyKeeper& keeper, const Certificate& certificate) {
  HALLMARK_TRY(const std::vector<AgentKey> keys, keeper.list_keys());
  for (const AgentKey& key : keys) {
    HALLMARK_TRY(const std::string sexp, keeper.public_key(key.keygrip));
    const Result<std::vector<uint8_t>> spki = spki_from_sexp(sexp);
    if (spki.ok() && *spki == certificate.spki) return key.keygrip;
  }
  return failed("PKCS#12 file", "has a key that is not its certificate's, or of an unknown kind",
                "RSA keys, and EC keys on NIST curves, can be imported");
}

}  // namespace

Result<ImportedCertificate> import_pkcs12(const KeyKeeper& keeper, const std::string& file,
                                          const Passphrase& passphrase) {
  HALLMARK_TRY(const std::string text, read_file(file, kMaxFile));
  ImportedCertificate out;
  HALLMARK_TRY(out.der, certificate_in(keeper, text, passphrase));
  HALLMARK_TRY(const Certificate certificate, parse_certificate(as_bytes(out.der)));
  out.sha256 = certificate.sha256;
  HALLMARK_TRY(const std::string loaded,
               load_key(keeper, KeyFile::kPkcs12, text, passphrase, "PKCS#12 file"));
  HALLMARK_CHECK(keep_loaded_key(keeper, "PKCS#12 file"));
  HALLMARK_TRY(out.keygrip, keygrip_for(keeper, certificate));
  return out;
}

}  // namespace hallmark
