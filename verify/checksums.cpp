#include "verify/checksums.hpp"

#include <algorithm>

#include "verify/ssh_public_key.hpp"

namespace hallmark {
namespace {

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("+-._~").find(c) != std::string_view::npos;
}

bool can_be_listed(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.front() != '-' && name.size() <= 255 &&
         std::all_of(name.begin(), name.end(), is_plain);
}

}  // namespace

Result<std::string> render_checksums(std::vector<ListedChecksum> files) {
  std::sort(files.begin(), files.end(), [](const ListedChecksum& a, const ListedChecksum& b) {
    return a.name != b.name ? a.name < b.name : a.sha256.hex() < b.sha256.hex();
  });
  std::string out;
  const ListedChecksum* before = nullptr;
  for (const ListedChecksum& file : files) {
    if (!can_be_listed(file.name)) {
      return verification_error("'" + file.name + "'", "is no name that a list can have");
    }
    const bool same_name = before != nullptr && before->name == file.name;
    if (same_name && before->sha256 != file.sha256) {
      return verification_error(
          file.name, "is two files: " + before->sha256.hex() + " and " + file.sha256.hex());
    }
    if (!same_name) out += file.sha256.hex() + "  " + file.name + "\n";
    before = &file;
  }
  return out;
}

std::string checksums_folder(const std::string& product, const std::string& version) {
  return "releases/" + product + "/" + version + "/";
}

std::string checksums_allowed_signers(const Policy& policy) {
  const std::string log = policy.log_name("");
  const std::string principal = log.substr(0, log.find('/'));
  std::string out;
  for (const LogKeyPolicy& entry : policy.log_keys) {
    const Result<SshPublicKey> key = SshPublicKey::parse(entry.key);
    if (!key.ok()) continue;  // no signer installs such a policy
    out += principal + " namespaces=\"" + std::string(kChecksumsNamespace) + "\" " +
           key->openssh() + "\n";
  }
  return out;
}

}  // namespace hallmark
