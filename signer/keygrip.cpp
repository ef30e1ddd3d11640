#include "signer/keygrip.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <memory>
#include <vector>

#include "core/bytes.hpp"
#include "verify/apk/hash.hpp"

namespace hallmark {
namespace {

struct Deleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(EC_GROUP* group) const { EC_GROUP_free(group); }
};
template <typename T>
using Owner = std::unique_ptr<T, Deleter>;

Error unusable() { return failed("certificate", "holds a key that has no keygrip"); }

std::string bytes_of(const BIGNUM* number) {
  std::string out(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

// RSA's modulus, with a zero before it where it would seem to be negative.
Result<std::string> rsa_parameters(const EVP_PKEY* key) {
  BIGNUM* modulus = nullptr;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &modulus) != 1) return unusable();
  const Owner<BIGNUM> owner(modulus);
  return (BN_num_bits(modulus) % 8 == 0 ? std::string(1, '\0') : "") + bytes_of(modulus);
}

Result<std::string> group_generator(const EC_GROUP* group) {
  std::string point(1 + 2 * 66, '\0');  // P-521, the longest
  const std::size_t size =
      EC_POINT_point2oct(group, EC_GROUP_get0_generator(group), POINT_CONVERSION_UNCOMPRESSED,
                         reinterpret_cast<unsigned char*>(point.data()), point.size(), nullptr);
  if (size == 0) return unusable();
  return point.substr(0, size);
}

Result<std::string> public_point(const EVP_PKEY* key) {
  std::array<unsigned char, 256> point{};
  std::size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(),
                                      &size) != 1 ||
      size == 0 || point[0] != POINT_CONVERSION_UNCOMPRESSED) {
    return unusable();
  }
  return std::string(reinterpret_cast<const char*>(point.data()), size);
}

Result<std::string> ec_parameters(const EVP_PKEY* key) {
  std::array<char, 64> name{};
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(),
                                     nullptr) != 1) {
    return unusable();
  }
  const Owner<EC_GROUP> group(EC_GROUP_new_by_curve_name(OBJ_txt2nid(name.data())));
  const Owner<BIGNUM> p(BN_new());
  const Owner<BIGNUM> a(BN_new());
  const Owner<BIGNUM> b(BN_new());
  if (!group || EC_GROUP_get_curve(group.get(), p.get(), a.get(), b.get(), nullptr) != 1) {
    return unusable();
  }
  HALLMARK_TRY(const std::string g, group_generator(group.get()));
  HALLMARK_TRY(const std::string q, public_point(key));
  const std::string n = bytes_of(EC_GROUP_get0_order(group.get()));
  std::string out;
  for (const auto& [letter, value] : {std::pair<char, std::string>{'p', bytes_of(p.get())},
                                      {'a', bytes_of(a.get())},
                                      {'b', bytes_of(b.get())},
                                      {'g', g},
                                      {'n', n},
                                      {'q', q}}) {
    out += std::string("(1:") + letter + std::to_string(value.size()) + ":" + value + ")";
  }
  return out;
}

std::string upper_hex(std::span<const uint8_t> bytes) {
  std::string hex = hex_encode(bytes);
  for (char& c : hex) {
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  }
  return hex;
}

}  // namespace

Result<std::string> keygrip_of(std::span<const uint8_t> certificate_der) {
  const unsigned char* cursor = certificate_der.data();
  const Owner<X509> certificate(
      d2i_X509(nullptr, &cursor, static_cast<long>(certificate_der.size())));
  const EVP_PKEY* key = certificate ? X509_get0_pubkey(certificate.get()) : nullptr;
  if (key == nullptr) return unusable();
  const int kind = EVP_PKEY_get_base_id(key);
  if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_EC) return unusable();
  HALLMARK_TRY(const std::string parameters,
               kind == EVP_PKEY_RSA ? rsa_parameters(key) : ec_parameters(key));
  return upper_hex(hash_bytes(HashAlgorithm::kSha1, as_bytes(parameters)));
}

}  // namespace hallmark
