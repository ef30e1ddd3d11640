#include "signer/accepted_packages.hpp"

#include "core/deb822.hpp"
#include "verify/source_package.hpp"

namespace hallmark {
namespace {

// Keep an answer below the frame limit, and what is done with it below that of a request.
constexpr int64_t kPage = 10'000;
constexpr int64_t kRetiredPage = 1'000;

Result<int64_t> read_after(const Message& request) {
  const Json after = request.body.value("after", Json(0));
  if (!after.is_number_unsigned() && after != 0) return usage_error("after", "is no number");
  return after.get<int64_t>();
}

Result<Json> describe_source_files(const PackageInSuite& entry) {
  HALLMARK_TRY(const std::vector<SourceFile> files, files_of_stanza(entry.stanza.text));
  const std::string folder = pool_folder(entry.component, entry.stanza.package);
  Json out = Json::array();
  for (const SourceFile& file : files) {
    out.push_back(
        {{"path", folder + "/" + file.name}, {"sha256", file.sha256.hex()}, {"size", file.size}});
  }
  return out;
}

Result<Json> describe(const PackageInSuite& entry) {
  const DerivedStanza& stanza = entry.stanza;
  Json out = {{"suite", entry.suite},
              {"component", entry.component},
              {"package", stanza.package},
              {"version", stanza.version},
              {"architecture", stanza.package_architecture},
              {"sha256", stanza.sha256.hex()}};
  if (stanza.text.empty()) return out;
  if (stanza.package_architecture == kSourceIndex) {
    HALLMARK_TRY(out["files"], describe_source_files(entry));
    return out;
  }
  HALLMARK_TRY(const Deb822Paragraph fields, parse_deb822_paragraph(stanza.text, "stanza"));
  const std::string* path = fields.find("Filename");
  const std::string* size = fields.find("Size");
  if (path == nullptr || size == nullptr) return failed("stanza", "names no file");
  out["path"] = *path;
  out["size"] = std::stoull(*size);
  return out;
}

}  // namespace

Result<Response> accepted_packages_answer(const SignerContext& context, const Message& request) {
  HALLMARK_TRY(const int64_t from, read_after(request));
  Json packages = Json::array();
  HALLMARK_CHECK(context.state.packages_in_suites(from, kPage, [&](const PackageInSuite& entry) {
    Result<Json> described = describe(entry);
    if (!described.ok()) return Status(described.error());
    packages.push_back(std::move(*described));
    return ok_status();
  }));
  Json body;
  if (packages.size() == static_cast<std::size_t>(kPage)) body["next"] = from + kPage;
  body["packages"] = std::move(packages);
  return Response{std::move(body), {}};
}

Result<Response> retired_packages_answer(const SignerContext& context, const Message& request) {
  HALLMARK_TRY(const int64_t after, read_after(request));
  Json packages = Json::array();
  HALLMARK_CHECK(
      context.state.retired_packages(after, kRetiredPage, [&](const RetiredPackage& retired) {
        const FormerPackage& package = retired.package;
        packages.push_back({{"number", retired.number},
                            {"returned", retired.returned},
                            {"suite", package.suite},
                            {"component", package.component},
                            {"package", package.package},
                            {"version", package.version},
                            {"architecture", package.architecture},
                            {"sha256", retired.sha256.hex()}});
        return ok_status();
      }));
  HALLMARK_TRY(const int64_t last, context.state.last_retired());
  return Response{Json{{"packages", std::move(packages)}, {"last", last}}, {}};
}

}  // namespace hallmark
