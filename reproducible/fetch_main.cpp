// hallmark-fetch: the network to pinned origins, and no keys. Executes and unpacks nothing that it
// fetches; git's and apt's indices are the only formats it reads.
#include <filesystem>
#include <system_error>

#include "process/deny_list.hpp"
#include "process/server.hpp"
#include "reproducible/bundle_media.hpp"
#include "reproducible/fetch_bundle.hpp"
#include "reproducible/fetch_lock.hpp"
#include "reproducible/fetch_pin.hpp"
#include "reproducible/fetch_request.hpp"
#include "reproducible/fetch_updates.hpp"

namespace hallmark {
namespace {

// The one descriptor of a request about a bundle.
Result<BundleMedia> open_media(Message& message) {
  if (message.fds.size() != 1) return usage_error("request", "needs one descriptor");
  return BundleMedia::open(std::move(message.fds[0]));
}

Result<Json> answer_bundle(const FetchRequest& request, Message& message,
                           const FetchContext& context) {
  if (request.type == "export-bundle") {
    HALLMARK_TRY(const BundleManifest manifest, export_bundle(request.releases, context));
    return Json{{"manifest", to_json(manifest)}};
  }
  HALLMARK_TRY(const BundleMedia media, open_media(message));
  const BundleManifest& manifest = media.manifest();
  Json out{{"exporter", manifest.exporter.hex()},
           {"counter", manifest.counter},
           {"locks", to_json(manifest.locks)}};
  if (request.type == "bundle-contents") return out;
  HALLMARK_TRY(const ImportReport report, import_bundle(media, request.releases, context));
  out.update({{"files", report.files}, {"bytes", report.bytes}, {"already", report.already}});
  return out;
}

Result<Json> answer(const FetchRequest& request, Message& message, const FetchContext& context) {
  if (request.type == "pin") {
    HALLMARK_TRY(const Lock lock, pin(request.product, request.version, context));
    return Json{{"lock", to_json(lock)}};
  }
  if (request.type == "updates") {
    HALLMARK_TRY(const std::vector<NewerVersion> found,
                 find_updates(request.lock, request.product, context));
    return Json{{"updates", to_json(found)}};
  }
  if (request.type != "fetch") return answer_bundle(request, message, context);
  HALLMARK_TRY(const FetchReport report, fetch_lock(request.lock, request.product, context));
  return Json{{"files", report.files}, {"bytes", report.bytes}, {"downloaded", report.downloaded}};
}

Result<Handler> start(const Layout& given, bool /*demo*/) {
  std::error_code error;  // git and apt run in folders of their own, so paths must be absolute
  const Layout layout{std::filesystem::absolute(given.root, error)};
  if (error) return failed(given.root.string(), "cannot be made an absolute path");
  return Handler([layout](const Peer& /*peer*/, Message& message,
                          const ProgressSink& progress) -> Result<Response> {
    HALLMARK_TRY(const FetchRequest request, read_fetch_request(message.body));
    HALLMARK_TRY(Json body,
                 answer(request, message, {layout, "/etc/apt", progress, request.keyring}));
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
