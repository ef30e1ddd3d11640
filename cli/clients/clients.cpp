#include "cli/clients/clients.hpp"

#include "cli/clients/client_files.hpp"

namespace hallmark {

Result<std::string> archive_keyring(const TerminalRoot& root) {
  constexpr const char* kName = "public/archive-keyring.asc";
  constexpr uint64_t kMaxKeyring = uint64_t{1} << 20U;  // bytes
  HALLMARK_TRY(const UniqueFd file, root.open_of("hallmark-sign", kName));
  return read_all(file.get(), kMaxKeyring, kName);
}

Result<Json> client_files_to_publish(const TerminalRoot& root) {
  HALLMARK_TRY(const Policy policy, root.policy());
  Json out = Json::array();
  if (!policy.clients) return out;
  HALLMARK_TRY(const std::string keyring, archive_keyring(root));
  for (const ClientFile& file : client_files(policy, keyring)) {
    out.push_back({{"name", file.name}, {"text", file.text}});
  }
  return out;
}

}  // namespace hallmark
