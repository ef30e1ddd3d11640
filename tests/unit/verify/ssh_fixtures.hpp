// What the SSHSIG tests are made of: SSHSIG envelopes whose every field can be forged, and software
// keys, among them authenticators (security keys), that sign whatever they are given.
//
// Written from OpenSSH's PROTOCOL.sshsig and PROTOCOL.u2f. The tests show with ssh-keygen that what
// it makes is what OpenSSH accepts.
#pragma once

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/digest.hpp"
#include "verify/ssh_wire.hpp"

namespace hallmark::ssh_test {

inline std::string armor(std::string_view blob) {
  const std::string encoded = base64_encode(as_bytes(blob));
  std::string text = "-----BEGIN SSH SIGNATURE-----\n";
  for (std::size_t i = 0; i < encoded.size(); i += 70) text += encoded.substr(i, 70) + '\n';
  return text + "-----END SSH SIGNATURE-----\n";
}

inline std::string dearmor(const std::string& text) {
  std::string encoded;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    if (text[at] != '-') encoded += text.substr(at, end - at);
    at = end + 1;
  }
  const auto blob = base64_decode(encoded);
  if (!blob.ok()) std::abort();
  return std::string(as_text(*blob));
}

inline std::string mpint(std::string_view big_endian) {
  while (big_endian.starts_with('\0')) big_endian.remove_prefix(1);
  const bool pad = !big_endian.empty() && (static_cast<unsigned char>(big_endian[0]) & 0x80U) != 0;
  return ssh_string((pad ? std::string(1, '\0') : std::string()) + std::string(big_endian));
}

enum class SoftKind { kEd25519, kRsa, kSkEd25519, kSkEcdsa };

class SoftKey {
 public:
  explicit SoftKey(SoftKind kind, unsigned rsa_bits = 3072)
      : kind_(kind), key_(generate(kind, rsa_bits), EVP_PKEY_free) {}

  uint8_t flags = 0x01;  // what an authenticator says: a person touched it
  uint32_t counter = 7;
  std::string application = "ssh:";
  std::string rsa_algorithm = "rsa-sha2-512";
  // Of kSkEcdsa: signs as a browser has it sign, for a page of this origin.
  std::string origin;
  std::string client_data_end = ",\"crossOrigin\":false}";
  std::string challenge;  // in place of the message
  std::string extensions;

  std::string type() const {
    switch (kind_) {
      case SoftKind::kEd25519:
        return "ssh-ed25519";
      case SoftKind::kRsa:
        return "ssh-rsa";
      case SoftKind::kSkEd25519:
        return "sk-ssh-ed25519@openssh.com";
      case SoftKind::kSkEcdsa:
        break;
    }
    return "sk-ecdsa-sha2-nistp256@openssh.com";
  }

  std::string public_blob() const {
    std::string blob = ssh_string(type());
    if (kind_ == SoftKind::kRsa) {
      return blob + mpint(number(OSSL_PKEY_PARAM_RSA_E)) + mpint(number(OSSL_PKEY_PARAM_RSA_N));
    }
    if (kind_ == SoftKind::kSkEcdsa) blob += ssh_string("nistp256");
    blob += ssh_string(public_point());
    return kind_ == SoftKind::kEd25519 ? blob : blob + ssh_string(application);
  }

  // The signature blob over `message`.
  std::string sign(std::string_view message) const {
    if (kind_ == SoftKind::kEd25519) {
      return ssh_string(type()) + ssh_string(raw_sign(nullptr, message));
    }
    if (kind_ == SoftKind::kRsa) {
      const char* digest = rsa_algorithm == "rsa-sha2-512"   ? "SHA512"
                           : rsa_algorithm == "rsa-sha2-256" ? "SHA256"
                                                             : "SHA1";
      return ssh_string(rsa_algorithm) + ssh_string(raw_sign(digest, message));
    }
    if (!origin.empty()) return sign_as_browser(message);
    std::string statement(as_text(sha256(application).view()));
    statement += static_cast<char>(flags) + ssh_u32(counter);
    const Sha256Digest body = sha256(message);
    statement += as_text(body.view());
    const std::string field = kind_ == SoftKind::kSkEd25519
                                  ? raw_sign(nullptr, statement)
                                  : numbers(raw_sign("SHA256", statement));
    return ssh_string(type()) + ssh_string(field) + static_cast<char>(flags) + ssh_u32(counter);
  }

 private:
  std::string sign_as_browser(std::string_view message) const {
    std::string encoded = base64_encode(as_bytes(challenge.empty() ? message : challenge));
    while (encoded.ends_with('=')) encoded.pop_back();
    for (char& c : encoded) c = c == '+' ? '-' : (c == '/' ? '_' : c);
    const std::string client_data = "{\"type\":\"webauthn.get\",\"challenge\":\"" + encoded +
                                    "\",\"origin\":\"" + origin + "\"" + client_data_end;
    std::string statement(as_text(sha256(application).view()));
    statement += static_cast<char>(flags) + ssh_u32(counter) + extensions;
    statement += as_text(sha256(client_data).view());
    return ssh_string("webauthn-sk-ecdsa-sha2-nistp256@openssh.com") +
           ssh_string(numbers(raw_sign("SHA256", statement))) + static_cast<char>(flags) +
           ssh_u32(counter) + ssh_string(origin) + ssh_string(client_data) + ssh_string(extensions);
  }

  static EVP_PKEY* generate(SoftKind kind, unsigned rsa_bits) {
    if (kind == SoftKind::kRsa) return EVP_RSA_gen(rsa_bits);
    if (kind == SoftKind::kSkEcdsa) return EVP_EC_gen("P-256");
    return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  }

  std::string public_point() const {
    std::string bytes(256, '\0');
    std::size_t size = 0;
    auto* out = reinterpret_cast<unsigned char*>(bytes.data());
    if (EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY, out, bytes.size(),
                                        &size) != 1) {
      std::abort();
    }
    return bytes.substr(0, size);
  }

  std::string number(const char* name) const {
    BIGNUM* value = nullptr;
    if (EVP_PKEY_get_bn_param(key_.get(), name, &value) != 1) std::abort();
    std::string bytes = big_endian(value);
    BN_free(value);
    return bytes;
  }

  static std::string big_endian(const BIGNUM* value) {
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
    return bytes;
  }

  static std::string numbers(const std::string& der) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    if (signature == nullptr) std::abort();
    const std::string field = mpint(big_endian(ECDSA_SIG_get0_r(signature))) +
                              mpint(big_endian(ECDSA_SIG_get0_s(signature)));
    ECDSA_SIG_free(signature);
    return field;
  }

  std::string raw_sign(const char* digest, std::string_view message) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    std::string signature(2048, '\0');
    std::size_t size = signature.size();
    if (EVP_DigestSignInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key_.get(),
                              nullptr) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       as_bytes(message).data(), message.size()) != 1) {
      std::abort();
    }
    return signature.substr(0, size);
  }

  SoftKind kind_;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

// An SSHSIG by a key that signs any envelope it is asked to.
struct Envelope {
  std::string magic = "SSHSIG";
  uint32_t version = 1;
  std::string name_space = "test@v1";
  std::string reserved;
  std::string hash = "sha512";
  std::string message = "message\n";

  std::string message_digest() const {
    const EVP_MD* algorithm = EVP_get_digestbyname(hash.c_str());
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(message.data(), message.size(), out, &size, algorithm, nullptr) != 1)
      std::abort();
    return std::string(as_text({out, size}));
  }
  std::string signed_bytes() const {
    return "SSHSIG" + ssh_string(name_space) + ssh_string(reserved) + ssh_string(hash) +
           ssh_string(message_digest());
  }
  std::string blob(std::string_view public_key, std::string_view signature) const {
    return magic + ssh_u32(version) + ssh_string(public_key) + ssh_string(name_space) +
           ssh_string(reserved) + ssh_string(hash) + ssh_string(signature);
  }
  std::string by(const SoftKey& key) const {
    return blob(key.public_blob(), key.sign(signed_bytes()));
  }
};

}  // namespace hallmark::ssh_test
