#include <string>

#include "core/bytes.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "verify/sshsig.hpp"

using hallmark::fuzz::always;

namespace {

constexpr std::string_view kArmor = "-----BEGIN SSH SIGNATURE-----\n";

}  // namespace

// The input is an armoured signature, or the bytes of one, so that a mutation reaches the fields.
// The corpus holds signatures over this message, which are accepted.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string armored(hallmark::fuzz::text_of(data, size));
  if (!armored.starts_with(kArmor)) {
    armored = std::string(kArmor) + hallmark::base64_encode({data, size}) +
              "\n-----END SSH SIGNATURE-----\n";
  }
  const auto key = hallmark::verify_sshsig(armored, "hallmark\n", "fuzz");
  if (!key.ok()) return 0;
  const auto again = hallmark::SshPublicKey::parse(key->openssh());
  always(again.ok() && *again == *key, "a key that signed is a key that can be listed");
  return 0;
}
