#include "core/model/terminal.hpp"

#include "core/safe_path.hpp"

namespace hallmark {
namespace {

PackageHost read_host(ObjectReader& reader) {
  PackageHost host;
  host.name = reader.text("name");
  host.address = reader.text("address");
  const int64_t port = reader.integer("port");
  host.user = reader.text("user");
  host.host_key = reader.text("host_key");
  host.docroot = reader.text("docroot");
  host.urls = reader.texts("urls");
  if (!is_plain_name(host.name)) reader.fail("name", "must be a plain name");
  if (port < 1 || port > 65535) reader.fail("port", "must be from 1 to 65535");
  if (!host.docroot.starts_with('/')) reader.fail("docroot", "must be an absolute path");
  host.port = static_cast<uint16_t>(port);
  return host;
}

Json host_to_json(const PackageHost& host) {
  return Json{{"name", host.name}, {"address", host.address},   {"port", host.port},
              {"user", host.user}, {"host_key", host.host_key}, {"docroot", host.docroot},
              {"urls", host.urls}};
}

}  // namespace

Result<Terminal> parse_terminal(std::string_view text, const std::string& subject) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(text, subject));
  Terminal terminal;
  {
    ObjectReader reader(document);
    reader.expect_format("hallmark-terminal-v1");
    terminal.name = reader.text("name");
    terminal.group = reader.text("group");
    terminal.demo = reader.boolean_or("demo", false);
    reader.each("hosts", [&](ObjectReader& host) { terminal.hosts.push_back(read_host(host)); });
    if (!is_plain_name(terminal.name)) reader.fail("name", "must be a plain name");
    if (!is_plain_name(terminal.group)) reader.fail("group", "must be a plain name");
  }
  HALLMARK_CHECK(document.status());
  return terminal;
}

Json to_json(const Terminal& terminal) {
  Json hosts = Json::array();
  for (const PackageHost& host : terminal.hosts) hosts.push_back(host_to_json(host));
  return Json{{"format", "hallmark-terminal-v1"},
              {"name", terminal.name},
              {"group", terminal.group},
              {"demo", terminal.demo},
              {"hosts", hosts}};
}

}  // namespace hallmark
