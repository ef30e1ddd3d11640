#include "signer/keyring_package.hpp"

#include <algorithm>

#include "core/model/keyring_files.hpp"
#include "core/utf8.hpp"
#include "signer/install_policy.hpp"
#include "signer/rules.hpp"
#include "verify/deb_archive.hpp"
#include "verify/deb_control.hpp"

namespace hallmark {
namespace {

using Files = std::map<std::string, std::string>;

Error refuse(const std::string& subject, const std::string& cause) {
  return policy_error(subject, cause, "make it from the policy in force: hallmark repo keyring");
}

bool is_expected(const Files& expected, const std::string& name) {
  if (!name.ends_with('/')) return expected.contains(name);
  return std::any_of(expected.begin(), expected.end(),
                     [&](const auto& file) { return file.first.starts_with(name); });
}

Status compare(const Files& untrusted, const Files& expected, bool names_alone,
               const std::string& subject) {
  for (const auto& [name, text] : untrusted) {
    if (is_expected(expected, name)) continue;
    return refuse(subject, "has " + printable(name) + ", which has no place in this package");
  }
  for (const auto& [name, text] : expected) {
    const auto found = untrusted.find(name);
    if (found == untrusted.end()) return refuse(subject, "lacks " + name);
    if (names_alone || found->second == text) continue;
    return refuse(subject, "has another " + name + " than the policy and its keys give");
  }
  return ok_status();
}

}  // namespace

Status keyring_is_the_policys(const SignerContext& context, const Policy& policy,
                              const KeyringCandidate& candidate) {
  if (!policy.clients || candidate.package != keyring_name(*policy.clients)) return ok_status();
  const std::string& subject = candidate.subject;
  const int fd = candidate.untrusted_fd;
  HALLMARK_TRY(const DebArchive parts, untrusted(read_deb_archive(fd, candidate.size, subject)));
  HALLMARK_TRY(const Files control, untrusted(read_deb_control_files(fd, parts.control, subject)));
  HALLMARK_TRY(const Files data, untrusted(read_deb_data_files(fd, parts.data, subject)));
  HALLMARK_TRY(const std::string keys, context.keyring.export_keys(openpgp_fingerprints(policy)));
  const bool configured = data.contains(keyring_configuration(*policy.clients));
  const KeyringFiles expected = keyring_files(policy, keys, candidate.version, configured);
  const bool adopted = context.adoption != nullptr;
  HALLMARK_CHECK(compare(control, expected.control, adopted, subject));
  return compare(data, expected.data, adopted, subject);
}

}  // namespace hallmark
