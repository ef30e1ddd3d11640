#include "cli/rebuild/inputs.hpp"

#include <filesystem>
#include <set>

#include "cli/log_leaves.hpp"
#include "core/digest.hpp"
#include "core/utf8.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxInput = uint64_t{8} << 20U;
constexpr uint64_t kMaxRequest = uint64_t{24} << 20U;  // docs/release-log.md

Status check_inputs(const RebuildInputs& in, const std::string& product_subject) {
  if (in.lock.product_sha256 == sha256(in.product_text)) return ok_status();
  return verification_error(
      product_subject, "is not the file that the lock was made from",
      "it has the SHA-256 that the lock says in product_sha256: " + in.lock.product_sha256.hex());
}

std::string keyring_beside(const std::string& product_path, const Product& product) {
  if (product.origin.openpgp_signers.empty()) return {};
  const auto folder = std::filesystem::path(product_path).parent_path() / ".." / "keyrings";
  const Result<std::string> text = read_file(folder / product.origin.keyring, kMaxInput);
  return text.ok() && is_utf8(*text) ? *text : std::string();
}

std::string text_in(const Json& leaf, const char* key) {
  const auto found = leaf.find(key);
  return found != leaf.end() && found->is_string() ? found->get<std::string>() : std::string();
}

struct Acceptance {
  std::string request;  // digests, in hexadecimal
  std::string lock;
  std::set<std::string> locks;
  AcceptedFiles files;
};

// A release is accepted in several requests, one for each target, which have its lock in common. If
// they have not, what was accepted before is served all the same: none of it is forgotten.
Status take_leaf(const Json& leaf, Acceptance& acceptance) {
  const std::string lock = text_in(leaf, "lock");
  if (!lock.empty()) {
    acceptance.lock = lock;
    acceptance.locks.insert(lock);
    acceptance.request = text_in(leaf, "request");
  }
  HALLMARK_TRY(const Sha256Digest digest, Sha256Digest::from_hex(text_in(leaf, "sha256")));
  const std::string place = text_in(leaf, "suite") + "/" + text_in(leaf, "component");
  acceptance.files[{place, text_in(leaf, "name")}].insert_or_assign(digest, lock);
  return ok_status();
}

Result<Acceptance> newest_acceptance(const std::string& folder, const NoteKey& key,
                                     const std::string& product, const std::string& version) {
  Acceptance acceptance;
  const auto visit = [&](uint64_t, std::string_view, const Json& leaf) -> Status {
    if (text_in(leaf, "kind") != "acceptance" || text_in(leaf, "product") != product ||
        text_in(leaf, "version") != version) {
      return ok_status();
    }
    return take_leaf(leaf, acceptance);
  };
  HALLMARK_TRY(const VerifiedLog log, read_log_leaves(folder, key, {}, visit));
  static_cast<void>(log);
  if (!acceptance.lock.empty()) return acceptance;
  return failed(product + " " + version,
                "was never accepted from a lock, says the log in " + folder);
}

Result<Json> read_request(const std::string& folder, const std::string& digest) {
  HALLMARK_TRY(const Sha256Digest wanted, Sha256Digest::from_hex(digest));
  const std::string path = folder + "/texts/" + wanted.hex();
  HALLMARK_TRY(const std::string text, read_file(path, kMaxRequest));
  if (sha256(text) != wanted) {
    return verification_error(path, "has not the digest that the log names it by");
  }
  return parse_json(text, path, {kMaxRequest, 64});
}

}  // namespace

Result<RebuildInputs> inputs_from_files(const std::string& lock, const std::string& product) {
  RebuildInputs in;
  HALLMARK_TRY(in.lock_text, read_file(lock, kMaxInput));
  HALLMARK_TRY(in.lock, parse_lock(in.lock_text, lock));
  HALLMARK_TRY(in.product_text, read_file(product, kMaxInput));
  HALLMARK_CHECK(check_inputs(in, product));
  HALLMARK_TRY(const Product parsed, parse_product(in.product_text, product));
  in.keyring = keyring_beside(product, parsed);
  return in;
}

Result<RebuildInputs> inputs_from_log(const std::string& folder, const NoteKey& key,
                                      const std::string& product, const std::string& version) {
  HALLMARK_TRY(Acceptance acceptance, newest_acceptance(folder, key, product, version));
  HALLMARK_TRY(const Json request, read_request(folder, acceptance.request));
  const std::string subject = "request " + acceptance.request;
  RebuildInputs in;
  in.lock_text = text_in(request, "lock");
  in.product_text = text_in(request, "product");
  if (sha256(in.lock_text).hex() != acceptance.lock) {
    return verification_error(subject, "has not the lock that the log names");
  }
  HALLMARK_TRY(in.lock, parse_lock(in.lock_text, subject));
  HALLMARK_CHECK(check_inputs(in, subject));
  in.accepted = acceptance.files;
  acceptance.locks.erase(acceptance.lock);
  in.other_locks.assign(acceptance.locks.begin(), acceptance.locks.end());
  return in;
}

}  // namespace hallmark
