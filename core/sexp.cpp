#include "core/sexp.hpp"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>

#include <memory>
#include <optional>

#include "core/bytes.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{16} << 10U;
constexpr int kMaxDepth = 8;
constexpr int kMaxNodes = 64;

Error malformed(const std::string& cause) {
  return verification_error("key agent's answer", cause);
}

class SexpParser {
 public:
  explicit SexpParser(std::string_view bytes) : rest_(bytes) {}

  Result<Sexp> parse() {
    HALLMARK_TRY(Sexp out, value(0));
    if (!rest_.empty()) return malformed("has bytes after the S-expression");
    return out;
  }

 private:
  Result<Sexp> value(int depth) {
    if (depth >= kMaxDepth || ++nodes_ > kMaxNodes)
      return malformed("is nested or long beyond reason");
    if (rest_.empty()) return malformed("ends early");
    if (rest_.front() == '(') return list(depth);
    return atom();
  }

  Result<Sexp> list(int depth) {
    Sexp out;
    out.is_list = true;
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != ')') {
      HALLMARK_TRY(Sexp item, value(depth + 1));
      out.items.push_back(std::move(item));
    }
    if (rest_.empty()) return malformed("ends inside a list");
    rest_.remove_prefix(1);
    return out;
  }

  Result<Sexp> atom() {
    const std::size_t colon = rest_.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon > 5)
      return malformed("has no length");
    std::size_t size = 0;
    for (const char c : rest_.substr(0, colon)) {
      if (c < '0' || c > '9') return malformed("has a length that is no number");
      size = size * 10 + static_cast<std::size_t>(c - '0');
    }
    if (rest_.front() == '0' && colon > 1) return malformed("has a length with a leading zero");
    rest_.remove_prefix(colon + 1);
    if (size > rest_.size()) return malformed("ends inside a value");
    Sexp out;
    out.atom = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }

  std::string_view rest_;
  int nodes_ = 0;
};

// An unsigned number; libgcrypt puts a zero byte before one whose first bit is set.
std::optional<std::string> number(const Sexp& parameters, std::string_view name) {
  const Sexp* pair = parameters.find(name);
  if (pair == nullptr || pair->items.size() != 2 || pair->items[1].is_list) return std::nullopt;
  std::string value = pair->items[1].atom;
  value.erase(0, value.find_first_not_of('\0'));
  if (value.empty()) return std::nullopt;
  return value;
}

Result<std::vector<uint8_t>> rsa_signature(const Sexp& rsa, std::size_t rsa_size) {
  const std::optional<std::string> s = number(rsa, "s");
  if (!s || s->size() > rsa_size) return malformed("holds no RSA signature of this key's size");
  std::vector<uint8_t> out(rsa_size - s->size(), 0);
  out.insert(out.end(), s->begin(), s->end());
  return out;
}

struct EcdsaDeleter {
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};

Result<std::vector<uint8_t>> ecdsa_signature(const Sexp& ecdsa) {
  const std::optional<std::string> r = number(ecdsa, "r");
  const std::optional<std::string> s = number(ecdsa, "s");
  constexpr std::size_t kLargest = 66;  // P-521
  if (!r || !s || r->size() > kLargest || s->size() > kLargest) {
    return malformed("holds no ECDSA signature");
  }
  const auto to_number = [](const std::string& bytes) {
    return BN_bin2bn(as_bytes(bytes).data(), static_cast<int>(bytes.size()), nullptr);
  };
  const std::unique_ptr<ECDSA_SIG, EcdsaDeleter> signature(ECDSA_SIG_new());
  if (!signature || ECDSA_SIG_set0(signature.get(), to_number(*r), to_number(*s)) != 1) {
    return malformed("holds no ECDSA signature");
  }
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return malformed("holds no ECDSA signature");
  std::vector<uint8_t> out(der, der + size);
  OPENSSL_free(der);
  return out;
}

}  // namespace

const Sexp* Sexp::find(std::string_view name) const {
  for (const Sexp& item : items) {
    if (item.is_list && !item.items.empty() && !item.items[0].is_list &&
        item.items[0].atom == name) {
      return &item;
    }
  }
  return nullptr;
}

Result<Sexp> parse_sexp(std::string_view untrusted_bytes) {
  if (untrusted_bytes.size() > kMaxBytes) return malformed("is too large");
  return SexpParser(untrusted_bytes).parse();
}

Result<std::vector<uint8_t>> signature_from_sexp(std::string_view untrusted_bytes,
                                                 std::size_t rsa_size) {
  HALLMARK_TRY(const Sexp value, parse_sexp(untrusted_bytes));
  const bool is_signature = value.is_list && !value.items.empty() && !value.items[0].is_list &&
                            value.items[0].atom == "sig-val";
  if (!is_signature) return malformed("is no signature");
  if (rsa_size != 0) {
    const Sexp* rsa = value.find("rsa");
    if (rsa == nullptr) return malformed("is not an RSA signature");
    return rsa_signature(*rsa, rsa_size);
  }
  const Sexp* ecdsa = value.find("ecdsa");
  if (ecdsa == nullptr) return malformed("is not an ECDSA signature");
  return ecdsa_signature(*ecdsa);
}

}  // namespace hallmark
