#include "core/model/terminal.hpp"

#include <algorithm>
#include <filesystem>

#include "core/safe_path.hpp"

namespace hallmark {
namespace {

// Is neither of two absolute folders in the other? A ".." could lead anywhere.
bool are_apart(const std::filesystem::path& one, const std::filesystem::path& other) {
  const auto text_of = [](const std::filesystem::path& path) {
    return (path / "").lexically_normal().string();
  };
  const std::string a = text_of(one);
  const std::string b = text_of(other);
  return one.is_absolute() && std::find(one.begin(), one.end(), "..") == one.end() &&
         !a.starts_with(b) && !b.starts_with(a);
}

// Without the key, the usual one: none where that would be served.
std::string read_trash(ObjectReader& reader, const std::string& docroot) {
  constexpr const char* kUsual = "/trash";
  if (!reader.has("trash")) return are_apart(kUsual, docroot) ? kUsual : "";
  const std::string trash = reader.text("trash");
  if (!trash.empty() && !are_apart(trash, docroot)) {
    reader.fail("trash",
                "must be an absolute path, neither in the docroot nor around it; or empty");
  }
  return trash;
}

PackageHost read_host(ObjectReader& reader) {
  PackageHost host;
  host.name = reader.text("name");
  host.address = reader.text("address");
  const int64_t port = reader.integer("port");
  host.user = reader.text("user");
  host.host_key = reader.text("host_key");
  host.docroot = reader.text("docroot");
  host.trash = read_trash(reader, host.docroot);
  host.urls = reader.texts("urls");
  if (!is_plain_name(host.name)) reader.fail("name", "must be a plain name");
  if (port < 1 || port > 65535) reader.fail("port", "must be from 1 to 65535");
  if (!host.docroot.starts_with('/')) reader.fail("docroot", "must be an absolute path");
  host.port = static_cast<uint16_t>(port);
  return host;
}

Json host_to_json(const PackageHost& host) {
  return Json{{"name", host.name},   {"address", host.address},   {"port", host.port},
              {"user", host.user},   {"host_key", host.host_key}, {"docroot", host.docroot},
              {"trash", host.trash}, {"urls", host.urls}};
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
