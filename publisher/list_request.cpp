#include "publisher/list_request.hpp"

#include "core/version_range.hpp"

namespace hallmark {
namespace {

constexpr int64_t kListPage = 10'000;  // keeps an answer below the frame limit

}  // namespace

Json package_json(const PoolPackage& package) {
  return Json{{"path", package.file.path},           {"size", package.file.size},
              {"sha256", package.file.sha256.hex()}, {"package", package.package},
              {"version", package.version},          {"architecture", package.architecture}};
}

Result<Response> list_packages(const Context& context) {
  MemberQuery query;
  std::vector<std::string> texts;
  int64_t after = 0;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    query.suite = request.text_or("suite", "");
    query.name = request.text_or("name", "");
    query.component = request.text_or("component", "");
    query.architecture = request.text_or("architecture", "");
    query.source = request.text_or("source", "");
    texts = request.texts_or_none("versions");
    after = request.integer_or("after", 0);
  }));
  HALLMARK_TRY(const VersionRange range, parse_version_range(texts));
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_TRY(const std::vector<Membership> members,
               locked.repository.state.members(query, after, kListPage));
  Json packages = Json::array();
  for (const Membership& member : members) {
    if (!is_in_range(range, member.package.version)) continue;
    Json json = package_json(member.package);
    json["suite"] = member.suite;
    json["component"] = member.component;
    packages.push_back(std::move(json));
  }
  Json body{{"packages", std::move(packages)}};
  if (members.size() == static_cast<std::size_t>(kListPage)) body["next"] = members.back().number;
  return Response{std::move(body), {}};
}

}  // namespace hallmark
