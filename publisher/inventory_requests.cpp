#include "publisher/inventory_requests.hpp"

#include <algorithm>

#include "publisher/repository/inventory.hpp"
#include "publisher/repository/tree_check.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMostNamed = 10'000;  // keeps an answer below the frame limit

}  // namespace

Result<Response> collect_garbage_request(const Context& context) {
  GarbageRules rules;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    rules.dry_run = request.boolean_or("dry_run", false);
    rules.forget_hosts = request.boolean_or("forget_hosts", false);
  }));
  HALLMARK_TRY(const Terminal terminal, read_terminal(context.layout));
  for (const PackageHost& host : terminal.hosts) rules.hosts.push_back(host.name);
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_TRY(const Garbage garbage, collect_garbage(locked.repository, rules));
  Json removed = Json::array();
  for (const TreeFile& file : garbage.files) {
    if (removed.size() == kMostNamed) break;
    removed.push_back({{"path", file.path}, {"size", file.size}});
  }
  return Response{Json{{"files", garbage.files.size()},
                       {"bytes", garbage.bytes},
                       {"former_hosts", garbage.former_hosts},
                       {"removed", std::move(removed)}},
                  {}};
}

Result<Response> check_repository_request(const Context& context) {
  bool deep = false;
  HALLMARK_CHECK(read_request(
      context, [&](ObjectReader& request) { deep = request.boolean_or("deep", false); }));
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_TRY(const TreeReport report,
               check_tree(locked.repository, deep ? &context.progress : nullptr));
  const auto extra = std::count_if(report.faults.begin(), report.faults.end(),
                                   [](const TreeFault& fault) { return fault.fault == "extra"; });
  Json faults = Json::array();
  for (const TreeFault& fault : report.faults) {
    if (faults.size() == kMostNamed) break;
    faults.push_back({{"path", fault.path}, {"fault", fault.fault}, {"words", fault.words}});
  }
  return Response{Json{{"files", report.files},
                       {"bytes", report.bytes},
                       {"faulty", report.faults.size()},
                       {"extra", extra},
                       {"faults", std::move(faults)}},
                  {}};
}

}  // namespace hallmark
