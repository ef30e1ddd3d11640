#include "reproducible/fetch_proxies.hpp"

#include <algorithm>
#include <optional>

#include "process/run.hpp"

namespace hallmark {
namespace {

constexpr std::string_view kHttp = "Acquire::http::Proxy";
constexpr std::string_view kHttps = "Acquire::https::Proxy";

std::optional<std::string> setting(std::string_view dump, std::string_view name) {
  while (!dump.empty()) {
    const std::size_t end = std::min(dump.find('\n'), dump.size());
    const std::string_view line = dump.substr(0, end);
    dump.remove_prefix(std::min(end + 1, dump.size()));
    if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ' ') {
      return std::string(line.substr(name.size() + 1));
    }
  }
  return std::nullopt;
}

}  // namespace

Proxies parse_proxies(std::string_view dump) {
  Proxies proxies;
  proxies.http = setting(dump, kHttp).value_or("");
  proxies.https = setting(dump, kHttps).value_or(proxies.http);  // as apt-transport-https(1) has it
  for (std::string* proxy : {&proxies.http, &proxies.https}) {
    if (*proxy == "DIRECT" || *proxy == "false") proxy->clear();
  }
  return proxies;
}

Result<Proxies> read_proxies() {
  Command command;
  command.program = "/usr/bin/apt-config";
  command.arguments = {"dump", "--format", "%f %v%n", std::string(kHttp), std::string(kHttps)};
  HALLMARK_TRY(const std::string dump, run_checked(command, "apt's configuration"));
  return parse_proxies(dump);
}

}  // namespace hallmark
