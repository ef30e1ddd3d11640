#include "publisher/requests.hpp"

#include <array>
#include <map>

#include "publisher/checksums_requests.hpp"
#include "publisher/fdroid_requests.hpp"
#include "publisher/inventory_requests.hpp"
#include "publisher/list_request.hpp"
#include "publisher/lock_requests.hpp"
#include "publisher/publish_request.hpp"
#include "publisher/repository/repository.hpp"
#include "publisher/request_context.hpp"
#include "publisher/served_requests.hpp"

namespace hallmark {
namespace {

Json file_json(const ServedFile& file) {
  return Json{{"path", file.path}, {"size", file.size}, {"sha256", file.sha256.hex()}};
}

using IncludeFiles = Result<Included> (*)(Repository& repository, const Policy& policy,
                                          const Destination& destination,
                                          std::span<const int> untrusted_files);

template <IncludeFiles include_files>
Result<Response> include(const Context& context) {
  Destination destination;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    destination.suite = request.text("suite");
    destination.component = request.text("component");
  }));
  HALLMARK_TRY(const Policy policy, read_policy(context.layout));
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  std::vector<int> fds;
  for (const UniqueFd& fd : context.message.fds) fds.push_back(fd.get());
  HALLMARK_TRY(const Included included, include_files(locked.repository, policy, destination, fds));
  Json added = Json::array();
  for (const PoolPackage& package : included.added) added.push_back(package_json(package));
  return Response{Json{{"included", added}, {"unchanged", included.unchanged}}, {}};
}

Result<Response> include_one_apk(const Context& context) {
  std::string name;
  std::optional<ExpectedApk> expected;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    name = request.text("name");
    if (!request.has("expected")) return;
    request.object("expected", [&](ObjectReader& entry) {
      expected = {entry.text("application"), entry.unsigned_integer("version_code"),
                  entry.texts("certificates")};
    });
  }));
  const std::vector<UniqueFd>& fds = context.message.fds;
  if (fds.empty() || fds.size() > 2) {
    return usage_error("include-apk", "takes an APK, and its .idsig if it has one");
  }
  std::optional<int> idsig;
  if (fds.size() == 2) idsig = fds[1].get();
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_TRY(const bool added,
               include_apk(locked.repository, name, fds[0].get(), idsig, expected));
  return Response{Json{{"path", "apk/" + name}, {"changed", added}}, {}};
}

PackageName read_name(ObjectReader& entry) {
  return {entry.text("suite"), entry.text("package"), entry.text("version"),
          entry.text_or("architecture", ""), entry.text_or("component", "")};
}

Result<Response> remove(const Context& context) {
  std::vector<PackageName> names;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    request.each("packages", [&](ObjectReader& entry) { names.push_back(read_name(entry)); });
  }));
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_TRY(const std::size_t removed, remove_packages(locked.repository, names));
  return Response{Json{{"removed", removed}}, {}};
}

LeavingPackage read_leaving(ObjectReader& entry) {
  return {entry.integer("number"), entry.boolean_or("returned", false), read_name(entry),
          entry.digest("sha256")};
}

// Without packages it asks how far this repository is.
Result<Response> retire(const Context& context) {
  std::vector<LeavingPackage> packages;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    request.each("packages", [&](ObjectReader& entry) { packages.push_back(read_leaving(entry)); });
  }));
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_TRY(const std::size_t removed, retire_packages(locked.repository, packages));
  HALLMARK_TRY(const int64_t last, locked.repository.state.last_retired());
  return Response{Json{{"removed", removed}, {"last", last}}, {}};
}

Result<Response> remove_one_apk(const Context& context) {
  Sha256Digest sha256;
  std::string path;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    sha256 = request.digest("sha256");
    path = request.text_or("path", "");
  }));
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_TRY(const bool removed, remove_apk(locked.repository, sha256, path));
  return Response{Json{{"changed", removed}}, {}};
}

Result<Response> list_apks(const Context& context) {
  HALLMARK_CHECK(read_request(context, [](ObjectReader&) {}));
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_TRY(const std::vector<ServedFile> files, locked.repository.state.apks());
  Json apks = Json::array();
  for (const ServedFile& file : files) apks.push_back(file_json(file));
  return Response{Json{{"apks", std::move(apks)}}, {}};
}

Json composed_json(const ComposedSuite& composed) {
  const std::string folder = "dists/" + composed.suite + "/";
  Json indices = Json::array();
  for (const ServedFile& file : composed.indices) {
    indices.push_back(file.path.substr(folder.size()));
  }
  return Json{{"suite", composed.suite}, {"changed", composed.changed}, {"indices", indices}};
}

// By suite; a request that says nothing of them leaves them as they are.
using PhasedPackages = std::map<std::string, std::vector<PhasedPackage>>;

PhasedPackages read_phased(ObjectReader& request) {
  PhasedPackages out;
  request.each("phased", [&out](ObjectReader& entry) {
    std::vector<PhasedPackage>& packages = out[entry.text("suite")];
    const uint64_t percentage = entry.unsigned_integer("percentage");
    for (const std::string& hex : entry.texts("packages")) {
      const Result<Sha256Digest> sha256 = Sha256Digest::from_hex(hex);
      if (!sha256.ok()) entry.fail("packages", "must hold SHA-256 digests");
      if (sha256.ok()) packages.push_back({*sha256, percentage});
    }
  });
  return out;
}

Result<Response> compose(const Context& context) {
  std::vector<std::string> names;
  std::optional<PhasedPackages> phased;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    names = request.texts_or_none("suites");
    if (request.has("phased")) phased = read_phased(request);
  }));
  HALLMARK_TRY(const Policy policy, read_policy(context.layout));
  if (names.empty()) {
    for (const SuitePolicy& suite : policy.suites) names.push_back(suite.name);
  }
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  Json suites = Json::array();
  for (const std::string& name : names) {
    const SuitePolicy* suite = policy.suite(name);
    if (suite == nullptr) return policy_error(name, "is no suite of the policy");
    context.progress(Json{{"step", "compose"}, {"note", name}});
    if (phased) HALLMARK_CHECK(locked.repository.state.set_phased(name, (*phased)[name]));
    HALLMARK_TRY(const ComposedSuite composed, compose_suite(locked.repository, *suite));
    suites.push_back(composed_json(composed));
  }
  return Response{Json{{"suites", suites}}, {}};
}

Result<Response> attach(const Context& context) {
  Release release;
  std::vector<std::string> known_texts;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    known_texts = request.texts_or_none("known");
    release.suite = request.text("suite");
    release.release = request.text("release");
    release.release_gpg = request.text("release_gpg");
    release.inrelease = request.text("inrelease");
  }));
  HALLMARK_TRY(const Policy policy, read_policy(context.layout));
  if (policy.suite(release.suite) == nullptr) {
    return policy_error(release.suite, "is no suite of the policy");
  }
  std::vector<Sha256Digest> known;
  for (const std::string& hex : known_texts) {
    HALLMARK_TRY(const Sha256Digest digest, Sha256Digest::from_hex(hex));
    known.push_back(digest);
  }
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_CHECK(attach_release(locked.repository, release, known));
  return Response{Json{{"suite", release.suite}}, {}};
}

struct Request {
  const char* type;
  Result<Response> (*answer)(const Context&);
};

constexpr std::array<Request, 26> kRequests = {{
    {"include", include<include_packages>},
    {"include-source", include<include_source>},
    {"include-apk", include_one_apk},
    {"remove", remove},
    {"remove-apk", remove_one_apk},
    {"retire", retire},
    {"compose", compose},
    {"attach-release", attach},
    {"describe-app", describe_one_app},
    {"compose-fdroid", compose_fdroid_index},
    {"attach-fdroid", attach_fdroid_entry},
    {"attach-checksums", attach_release_checksums},
    {"attach-attestation", attach_release_attestation},
    {"remove-checksums", remove_release_checksums},
    {"list-checksums", list_release_checksums},
    {"publish", publish_to_all_hosts},
    {"published-checkpoints", published_checkpoints},
    {"served-lines", served_lines},
    {"served-files", served_files},
    {"served-releases", served_releases},
    {"collect-garbage", collect_garbage_request},
    {"check-repository", check_repository_request},
    {"list", list_packages},
    {"list-apks", list_apks},
    {"lock-hosts", lock_hosts},
    {"unlock-hosts", unlock_hosts},
}};

}  // namespace

Handler make_push_handler(const Layout& layout) {
  return [layout](const Peer&, Message& message, const ProgressSink& progress) -> Result<Response> {
    const auto type = message.body.find("type");
    const Context context{layout, message, progress};
    for (const Request& request : kRequests) {
      if (type != message.body.end() && *type == request.type) return request.answer(context);
    }
    return usage_error("request", "is of a type that hallmark-push does not know");
  };
}

}  // namespace hallmark
