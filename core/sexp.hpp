// Canonical S-expressions, as libgcrypt and gpg-agent write them: "(7:sig-val(3:rsa(1:s4:…)))".
//
// Source: Rivest, "S-Expressions" (1997), section 6.1, without display hints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

struct Sexp {
  bool is_list = false;
  std::string atom;         // raw bytes
  std::vector<Sexp> items;  // of a list

  // The list among `items` whose first item is the atom `name`; null if there is none.
  const Sexp* find(std::string_view name) const;
};

// At most 16 KiB, 8 levels and 64 nodes; nothing may follow the expression.
Result<Sexp> parse_sexp(std::string_view untrusted_bytes);

// The signature value in the form that X.509 and APK use. RSA: left-padded to `rsa_size` bytes
// (0: not an RSA key). ECDSA: a DER ECDSA-Sig-Value.
Result<std::vector<uint8_t>> signature_from_sexp(std::string_view untrusted_bytes,
                                                 std::size_t rsa_size);

}  // namespace hallmark
