#include "publisher/served_requests.hpp"

#include <algorithm>
#include <set>

#include "core/safe_path.hpp"
#include "publisher/transfer/log_plan.hpp"
#include "publisher/transfer/small_download.hpp"
#include "publisher/transfer/taken_over.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxCheckpoint = 8192;                     // bytes
constexpr std::size_t kMaxRelease = std::size_t{1} << 20U;       // bytes of an InRelease
constexpr std::size_t kMaxReleases = std::size_t{12} << 20U;     // of all that one answer holds
constexpr std::size_t kMaxFiles = 100;                           // below the protocol's limit
constexpr uint64_t kMaxFileOfUnknownSize = uint64_t{24} << 20U;  // bytes

// Every public address of the hosts, each once.
std::vector<std::string> addresses_of(const Terminal& terminal) {
  std::vector<std::string> out;
  for (const PackageHost& host : terminal.hosts) {
    for (std::string url : host.urls) {
      while (url.ends_with('/')) url.pop_back();
      if (std::find(out.begin(), out.end(), url) == out.end()) out.push_back(std::move(url));
    }
  }
  return out;
}

// One file of one address under `key`, or "problem", or neither where it has none.
Json small_file(const std::string& address, const std::string& path, std::size_t limit,
                const char* key) {
  Json out = {{"address", address}, {"url", address + "/" + path}};
  const auto served = download_small(address + "/" + path, limit);
  if (!served.ok()) {
    out["problem"] = served.error().cause;
  } else if (*served) {
    out[key] = **served;
  }
  return out;
}

Status check_name(const std::string& name) {
  if (is_plain_name(name)) return ok_status();
  return usage_error("request", "names what is no plain name");
}

Status check_wanted(const WantedFile& wanted) {
  const std::string& path = wanted.file.path;
  HALLMARK_CHECK(SafePath::parse(path));
  for (const char* folder : {"pool/", "apk/", "log/", "releases/"}) {
    if (path.starts_with(folder)) return ok_status();
  }
  return usage_error(path, "is not of pool/, apk/, log/ or releases/");
}

WantedFile read_wanted(ObjectReader& entry) {
  WantedFile wanted;
  wanted.file.path = entry.text("path");
  wanted.file.sha256 = entry.digest("sha256");
  wanted.size_is_limit = !entry.has("size");
  wanted.file.size = wanted.size_is_limit ? kMaxFileOfUnknownSize : entry.unsigned_integer("size");
  return wanted;
}

}  // namespace

Result<Response> published_checkpoints(const Context& context) {
  HALLMARK_TRY(const Terminal terminal, read_terminal(context.layout));
  std::string name;
  HALLMARK_CHECK(read_request(
      context, [&](ObjectReader& request) { name = request.text_or("terminal", terminal.name); }));
  HALLMARK_CHECK(check_name(name));
  Json addresses = Json::array();
  for (const std::string& address : addresses_of(terminal)) {
    addresses.push_back(
        small_file(address, served_checkpoint_path(name), kMaxCheckpoint, "checkpoint"));
  }
  return Response{Json{{"addresses", std::move(addresses)}}, {}};
}

Result<Response> served_lines(const Context& context) {
  std::string address;
  LineRange range;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    address = request.text("address");
    range.terminal = request.text("terminal");
    range.from = request.unsigned_integer("from");
    range.to = request.unsigned_integer("to");
  }));
  HALLMARK_CHECK(check_name(range.terminal));
  HALLMARK_TRY(const Terminal terminal, read_terminal(context.layout));
  const std::vector<std::string> known = addresses_of(terminal);
  if (std::find(known.begin(), known.end(), address) == known.end()) {
    return usage_error(address, "is no public address of terminal.json");
  }
  Response response{Json::object(), {}};
  HALLMARK_TRY(UniqueFd lines, take_over_lines(context.layout, address, range, context.progress));
  response.fds.push_back(std::move(lines));
  return response;
}

Result<Response> served_files(const Context& context) {
  std::vector<WantedFile> wanted;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    request.each("files", [&](ObjectReader& entry) { wanted.push_back(read_wanted(entry)); });
  }));
  if (wanted.size() > kMaxFiles) return usage_error("served-files", "asks for too many files");
  std::set<std::string> paths;
  for (const WantedFile& file : wanted) {
    HALLMARK_CHECK(check_wanted(file));
    if (!paths.insert(file.file.path).second)
      return usage_error(file.file.path, "is asked for twice");
  }
  HALLMARK_TRY(const Terminal terminal, read_terminal(context.layout));
  HALLMARK_TRY(std::vector<UniqueFd> files,
               take_over_files(context.layout, addresses_of(terminal), std::move(wanted)));
  return Response{Json::object(), std::move(files)};
}

Result<Response> served_releases(const Context& context) {
  std::vector<std::string> suites;
  HALLMARK_CHECK(
      read_request(context, [&](ObjectReader& request) { suites = request.texts("suites"); }));
  HALLMARK_TRY(const Terminal terminal, read_terminal(context.layout));
  Json out = Json::array();
  std::size_t bytes = 0;
  for (const std::string& suite : suites) {
    HALLMARK_CHECK(check_name(suite));
    for (const std::string& address : addresses_of(terminal)) {
      Json served = small_file(address, "dists/" + suite + "/InRelease", kMaxRelease, "inrelease");
      served["suite"] = suite;
      bytes += served.value("inrelease", std::string()).size();
      if (bytes > kMaxReleases) return failed(suite, "is served as more than one answer can hold");
      out.push_back(std::move(served));
    }
  }
  return Response{Json{{"releases", std::move(out)}}, {}};
}

}  // namespace hallmark
