#include "reproducible/fetch_request.hpp"

#include <string_view>

namespace hallmark {
namespace {

constexpr std::string_view kTypes =
    "must be pin, fetch, updates, export-bundle, bundle-contents or import-bundle";

void read_bundle_request(ObjectReader& reader, FetchRequest& request) {
  if (request.type == "bundle-contents") return;
  reader.each("releases", [&request](ObjectReader& release) {
    ReleaseTexts texts;
    texts.lock = release.text("lock");
    texts.product = release.text("product");
    request.releases.push_back(std::move(texts));
  });
  if (request.releases.empty()) reader.fail("releases", "must not be empty");
}

void read_source_request(ObjectReader& reader, FetchRequest& request) {
  request.product = reader.text("product");
  request.keyring = reader.text_or("keyring", "");
  if (request.type == "pin") {
    request.version = reader.text("version");
  } else {
    request.lock = reader.text("lock");
  }
}

}  // namespace

Result<FetchRequest> read_fetch_request(const Json& untrusted_body) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(untrusted_body.dump(), "request"));
  FetchRequest request;
  {
    ObjectReader reader(document);
    request.type = reader.text("type");
    const std::string& type = request.type;
    if (type == "export-bundle" || type == "bundle-contents" || type == "import-bundle") {
      read_bundle_request(reader, request);
    } else if (type == "pin" || type == "fetch" || type == "updates") {
      read_source_request(reader, request);
    } else {
      reader.fail("type", std::string(kTypes));
    }
  }
  HALLMARK_CHECK(document.status());
  return request;
}

}  // namespace hallmark
