// hallmark-fetch: the network to pinned origins, and no keys. Executes and unpacks nothing that it
// fetches; git's and apt's indices are the only formats it reads.
#include <filesystem>
#include <system_error>

#include "process/deny_list.hpp"
#include "process/server.hpp"
#include "reproducible/fetch_lock.hpp"
#include "reproducible/fetch_pin.hpp"
#include "reproducible/fetch_updates.hpp"

namespace hallmark {
namespace {

struct Request {
  std::string type;
  std::string product;
  std::string version;  // pin
  std::string lock;     // fetch, updates
  std::string keyring;  // of the product's openpgp_signers, or empty
};

Result<Request> read_request(const Json& untrusted_body) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(untrusted_body.dump(), "request"));
  Request request;
  {
    ObjectReader reader(document);
    request.type = reader.text("type");
    request.product = reader.text("product");
    request.keyring = reader.text_or("keyring", "");
    if (request.type == "pin") {
      request.version = reader.text("version");
    } else if (request.type == "fetch" || request.type == "updates") {
      request.lock = reader.text("lock");
    } else {
      reader.fail("type", "must be pin, fetch or updates");
    }
  }
  HALLMARK_CHECK(document.status());
  return request;
}

Result<Json> answer(const Request& request, const FetchContext& context) {
  if (request.type == "pin") {
    HALLMARK_TRY(const Lock lock, pin(request.product, request.version, context));
    return Json{{"lock", to_json(lock)}};
  }
  if (request.type == "updates") {
    HALLMARK_TRY(const std::vector<NewerVersion> found,
                 find_updates(request.lock, request.product, context));
    return Json{{"updates", to_json(found)}};
  }
  HALLMARK_TRY(const FetchReport report, fetch_lock(request.lock, request.product, context));
  return Json{{"files", report.files}, {"bytes", report.bytes}, {"downloaded", report.downloaded}};
}

Result<Handler> start(const Layout& given, bool /*demo*/) {
  std::error_code error;  // git and apt run in folders of their own, so paths must be absolute
  const Layout layout{std::filesystem::absolute(given.root, error)};
  if (error) return failed(given.root.string(), "cannot be made an absolute path");
  return Handler([layout](const Peer& /*peer*/, Message& message,
                          const ProgressSink& progress) -> Result<Response> {
    HALLMARK_TRY(const Request request, read_request(message.body));
    HALLMARK_TRY(Json body, answer(request, {layout, "/etc/apt", progress, request.keyring}));
    return Response{std::move(body), {}};
  });
}

// For what git, apt and gpgv may be fooled into running.
Status confine(const Layout& /*layout*/) {
  if (deny_system_calls(Network::kKept)) return ok_status();
  return errno_error("process", "cannot give up rights");
}

}  // namespace
}  // namespace hallmark

int main(int argc, char** argv) {
  hallmark::ServerProgram program;
  program.name = "hallmark-fetch";
  program.summary = "Fetches pinned sources and packages into quarantine, and verifies them.";
  program.confine = hallmark::confine;
  program.start = hallmark::start;
  return hallmark::server_main(argc, argv, program);
}
