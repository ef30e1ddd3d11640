#include "core/model/bundle.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "core/model/locked_source.hpp"
#include "core/model/target.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMostLocks = 64;
constexpr std::size_t kMostFiles = 50'000;

BundledLock read_lock(ObjectReader& reader) {
  return {read_plain_name(reader, "product"), read_version(reader, "version"),
          reader.digest("lock_sha256")};
}

BundledFile read_file_entry(ObjectReader& reader) {
  BundledFile file;
  file.sha256 = reader.digest("sha256");
  file.size = reader.unsigned_integer("size");
  if (file.size > kMaxBundledSize) reader.fail("size", "must be below 8 GiB");
  if (reader.has("git")) file.tag_object = read_git_id(reader, "git");
  return file;
}

// Neither out of order nor twice: one set has one manifest.
template <typename T, typename Before>
bool rises(const std::vector<T>& entries, const Before& before) {
  return std::adjacent_find(entries.begin(), entries.end(),
                            [&](const T& a, const T& b) { return !before(a, b); }) == entries.end();
}

void check_locks(ObjectReader& reader, const std::vector<BundledLock>& locks) {
  if (locks.empty()) reader.fail("locks", "must not be empty");
  if (locks.size() > kMostLocks) reader.fail("locks", "has more than 64 entries");
  const auto before = [](const BundledLock& a, const BundledLock& b) {
    return std::tie(a.product, a.version) < std::tie(b.product, b.version);
  };
  if (!rises(locks, before)) reader.fail("locks", "must be sorted, each once");
}

void check_files(ObjectReader& reader, const std::vector<BundledFile>& files) {
  if (files.empty()) reader.fail("files", "must not be empty");
  if (files.size() > kMostFiles) reader.fail("files", "has more than 50000 entries");
  const auto before = [](const BundledFile& a, const BundledFile& b) {
    return a.sha256 < b.sha256;
  };
  if (!rises(files, before)) reader.fail("files", "must be sorted by sha256, each once");
  std::set<std::string> tags;
  for (const BundledFile& file : files) {
    if (!file.tag_object.empty() && !tags.insert(file.tag_object).second) {
      reader.fail("files", "names '" + file.tag_object + "' twice");
    }
  }
}

}  // namespace

std::string bundled_name(const BundledFile& file) { return "sha256-" + file.sha256.hex(); }

ExporterId read_exporter(ObjectReader& reader, const std::string& key) {
  const Result<ExporterId> id = ExporterId::from_hex(reader.text(key));
  if (id.ok()) return *id;
  reader.fail(key, "must be 32 lower-case hexadecimal digits");
  return {};
}

uint64_t read_bundle_counter(ObjectReader& reader, const std::string& key) {
  const uint64_t counter = reader.unsigned_integer(key);
  if (counter == 0 || counter > kMaxBundleCounter) {
    reader.fail(key, "must be between 1 and " + std::to_string(kMaxBundleCounter));
  }
  return counter;
}

Result<BundleManifest> parse_bundle_manifest(std::string_view untrusted_text,
                                             const std::string& subject) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(untrusted_text, subject));
  BundleManifest manifest;
  {
    ObjectReader reader(document);
    reader.expect_format("hallmark-bundle-v1");
    manifest.exporter = read_exporter(reader, "exporter");
    manifest.counter = read_bundle_counter(reader, "counter");
    reader.each("locks", [&](ObjectReader& r) { manifest.locks.push_back(read_lock(r)); });
    reader.each("files", [&](ObjectReader& r) { manifest.files.push_back(read_file_entry(r)); });
    check_locks(reader, manifest.locks);
    check_files(reader, manifest.files);
  }
  HALLMARK_CHECK(document.status());
  return manifest;
}

Json to_json(const std::vector<BundledLock>& locks) {
  Json out = Json::array();
  for (const BundledLock& lock : locks) {
    out.push_back({{"product", lock.product},
                   {"version", lock.version},
                   {"lock_sha256", lock.lock_sha256.hex()}});
  }
  return out;
}

Json to_json(const BundleManifest& manifest) {
  Json files = Json::array();
  for (const BundledFile& file : manifest.files) {
    Json entry{{"sha256", file.sha256.hex()}, {"size", file.size}};
    if (!file.tag_object.empty()) entry["git"] = file.tag_object;
    files.push_back(std::move(entry));
  }
  return Json{{"format", "hallmark-bundle-v1"},
              {"exporter", manifest.exporter.hex()},
              {"counter", manifest.counter},
              {"locks", to_json(manifest.locks)},
              {"files", files}};
}

}  // namespace hallmark
