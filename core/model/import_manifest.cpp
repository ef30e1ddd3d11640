#include "core/model/import_manifest.hpp"

#include <map>
#include <set>

#include "core/safe_path.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxFiles = 20'000;

ImportedFile read_entry(ObjectReader& reader) {
  return {read_plain_name(reader, "name"), reader.unsigned_integer("size"), reader.digest("sha256"),
          read_plain_name(reader, "suite"), read_plain_name(reader, "component")};
}

void check_files(ObjectReader& reader, const std::vector<ImportedFile>& files) {
  if (files.empty()) reader.fail("files", "must not be empty");
  if (files.size() > kMaxFiles) reader.fail("files", "has more than 20000 entries");
  std::set<std::pair<std::string, std::string>> seen;
  std::map<std::string, Sha256Digest> bytes;
  for (const ImportedFile& file : files) {
    if (bytes.emplace(file.name, file.sha256).first->second != file.sha256) {
      reader.fail("files", "gives '" + file.name + "' two digests");
    }
    if (!seen.emplace(file.suite, file.name).second) {
      reader.fail("files", "names '" + file.name + "' twice in suite " + file.suite);
    }
  }
}

}  // namespace

Result<ImportManifest> parse_import_manifest(std::string_view untrusted_text,
                                             const std::string& subject) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(untrusted_text, subject));
  ImportManifest manifest;
  {
    ObjectReader reader(document);
    reader.expect_format("hallmark-import-v1");
    manifest.product = read_plain_name(reader, "product");
    manifest.version = reader.text("version");
    if (!is_version_name(manifest.version)) reader.fail("version", "must be a version");
    reader.each("files", [&](ObjectReader& r) { manifest.files.push_back(read_entry(r)); });
    check_files(reader, manifest.files);
  }
  HALLMARK_CHECK(document.status());
  return manifest;
}

Json to_json(const ImportManifest& manifest) {
  Json files = Json::array();
  for (const ImportedFile& file : manifest.files) {
    files.push_back({{"name", file.name},
                     {"size", file.size},
                     {"sha256", file.sha256.hex()},
                     {"suite", file.suite},
                     {"component", file.component}});
  }
  return Json{{"format", "hallmark-import-v1"},
              {"product", manifest.product},
              {"version", manifest.version},
              {"files", files}};
}

std::vector<Target> places_of(const ImportManifest& manifest) {
  std::set<Target> places;
  for (const ImportedFile& file : manifest.files) {
    places.insert({file.suite, file.component, "", ""});
  }
  return {places.begin(), places.end()};
}

}  // namespace hallmark
