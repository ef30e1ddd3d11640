#include "cli/clients/client_files.hpp"

#include <sstream>

#include "cli/clients/client_page.hpp"
#include "core/model/keyring_files.hpp"
#include "verify/checksums.hpp"

namespace hallmark {
namespace {

// As the value of a field of several lines.
std::string folded(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    out += (line.empty() ? " ." : " " + line) + "\n";
  return out;
}

std::string sources_text(const ClientPolicy& clients, const SuitePolicy& suite,
                         const std::string& keyring) {
  return "Types: deb\nURIs: " + clients.address + "\nSuites: " + suite.name +
         "\nComponents: " + in_one_line(suite.components) + "\nSigned-By:\n" + folded(keyring);
}

}  // namespace

std::string in_one_line(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::vector<ClientFile> client_files(const Policy& policy, const std::string& keyring) {
  std::vector<ClientFile> out;
  if (!policy.clients) return out;
  const ClientPolicy& clients = *policy.clients;
  for (const SuitePolicy& suite : policy.suites) {
    out.push_back({sources_name(policy, suite), sources_text(clients, suite, keyring)});
  }
  out.push_back({keyring_name(clients) + ".asc", keyring});
  out.push_back({clients.name + ".allowed_signers", checksums_allowed_signers(policy)});
  out.push_back({"index.html", client_page(policy)});
  return out;
}

}  // namespace hallmark
