#include "signer/keyring_package.hpp"

#include <algorithm>

#include "core/model/keyring_files.hpp"
#include "core/utf8.hpp"
#include "signer/rules.hpp"
#include "verify/deb_archive.hpp"
#include "verify/deb_control.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxKeyring = uint64_t{1} << 20U;

using Files = std::map<std::string, std::string>;

Error refuse(const std::string& subject, const std::string& cause) {
  return policy_error(subject, cause, "make it from the policy in force: hallmark repo keyring");
}

bool is_expected(const Files& expected, const std::string& name) {
  if (!name.ends_with('/')) return expected.contains(name);
  return std::any_of(expected.begin(), expected.end(),
                     [&](const auto& file) { return file.first.starts_with(name); });
}

Status compare(const Files& untrusted, const Files& expected, const std::string& subject) {
  for (const auto& [name, text] : untrusted) {
    if (is_expected(expected, name)) continue;
    return refuse(subject, "has " + printable(name) + ", which has no place in this package");
  }
  for (const auto& [name, text] : expected) {
    const auto found = untrusted.find(name);
    if (found == untrusted.end()) return refuse(subject, "lacks " + name);
    if (found->second == text) continue;
    return refuse(subject, "has another " + name + " than the policy and its keys give");
  }
  return ok_status();
}

// As this signer wrote it when the policy came into force. What gpg writes of the same keys depends
// on the day: it leaves out what has expired.
Result<std::string> published_keyring(const SignerContext& context) {
  return read_file(context.layout.public_keys() / "archive-keyring.asc", kMaxKeyring);
}

}  // namespace

bool is_keyring_package(const Policy& policy, const std::string& package) {
  return policy.clients && package == keyring_name(*policy.clients);
}

Status keyring_is_the_policys(const SignerContext& context, const Policy& policy,
                              const KeyringCandidate& candidate) {
  if (!is_keyring_package(policy, candidate.package) || context.adoption != nullptr) {
    return ok_status();
  }
  const std::string& subject = candidate.subject;
  const int fd = candidate.untrusted_fd;
  HALLMARK_TRY(const DebArchive parts, untrusted(read_deb_archive(fd, candidate.size, subject)));
  HALLMARK_TRY(const Files control, untrusted(read_deb_control_files(fd, parts.control, subject)));
  HALLMARK_TRY(const Files data, untrusted(read_deb_data_files(fd, parts.data, subject)));
  HALLMARK_TRY(const std::string keys, published_keyring(context));
  const bool configured = data.contains(keyring_configuration(*policy.clients));
  const KeyringFiles expected = keyring_files(policy, keys, candidate.version, configured);
  HALLMARK_CHECK(compare(control, expected.control, subject));
  return compare(data, expected.data, subject);
}

}  // namespace hallmark
