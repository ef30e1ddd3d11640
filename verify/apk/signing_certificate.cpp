#include "verify/apk/signing_certificate.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace hallmark {
namespace {

struct X509Deleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

}  // namespace

bool may_sign(std::span<const uint8_t> untrusted_certificate) {
  const uint8_t* position = untrusted_certificate.data();
  const std::unique_ptr<X509, X509Deleter> certificate(
      d2i_X509(nullptr, &position, static_cast<long>(untrusted_certificate.size())));
  bool allowed = false;
  if (certificate) {
    const bool unknown_critical =
        (X509_get_extension_flags(certificate.get()) & EXFLAG_CRITICAL) != 0;
    // All bits are set where there is no such limit.
    const uint32_t usage = X509_get_key_usage(certificate.get());
    allowed = !unknown_critical && (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0;
  }
  ERR_clear_error();
  return allowed;
}

}  // namespace hallmark
