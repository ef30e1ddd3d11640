#include "core/model/lock.hpp"

#include <algorithm>

#include "core/safe_path.hpp"

namespace hallmark {
namespace {

LockedArchive read_archive(ObjectReader& reader) {
  LockedArchive archive;
  archive.uri = reader.text("uri");
  archive.suite = reader.text("suite");
  archive.keyring_sha256 = reader.digest("keyring_sha256");
  archive.inrelease_sha256 = reader.digest("inrelease_sha256");
  archive.inrelease_size = reader.unsigned_integer("inrelease_size");
  reader.each("indices", [&](ObjectReader& r) {
    LockedIndex index;
    index.path = r.text("path");
    if (!SafePath::parse(index.path).ok()) r.fail("path", "must be a relative path");
    index.sha256 = r.digest("sha256");
    index.size = r.unsigned_integer("size");
    archive.indices.push_back(index);
  });
  return archive;
}

LockedPackage read_package(ObjectReader& reader) {
  LockedPackage package;
  package.name = read_plain_name(reader, "name");
  package.version = read_version(reader, "version");
  package.architecture = read_plain_name(reader, "architecture");
  package.size = reader.unsigned_integer("size");
  package.sha256 = reader.digest("sha256");
  package.url = reader.text("url");
  return package;
}

LockedEnvironment read_environment(ObjectReader& reader) {
  LockedEnvironment environment;
  environment.name = read_plain_name(reader, "name");
  environment.architecture = read_plain_name(reader, "architecture");
  // While pin is at work the environment has not been made yet: its digest is the empty text.
  if (reader.text("environment_sha256").empty()) {
    environment.environment_sha256 = std::nullopt;
  } else {
    environment.environment_sha256 = reader.digest("environment_sha256");
  }
  environment.mmdebstrap = read_version(reader, "mmdebstrap");
  reader.each("archives",
              [&](ObjectReader& r) { environment.archives.push_back(read_archive(r)); });
  reader.each("packages",
              [&](ObjectReader& r) { environment.packages.push_back(read_package(r)); });
  return environment;
}

void read_dependencies(ObjectReader& reader, Lock& lock) {
  std::size_t files = 0;
  reader.each("dependencies", [&](ObjectReader& r) {
    lock.dependencies.push_back(read_locked_dependencies(r));
    files += lock.dependencies.back().files.size();
  });
  if (lock.dependencies.empty()) reader.fail("dependencies", "must not be empty");
  if (lock.source.kind != OriginKind::kGit) {
    reader.fail("dependencies", "can only be read from the tag of a git origin");
  }
  if (files > kMaxDependencies) reader.fail("dependencies", "are too many");
}

void check_targets(ObjectReader& reader, const Lock& lock) {
  if (lock.targets.empty()) reader.fail("targets", "must not be empty");
  for (const Target& target : lock.targets) {
    if (lock.environment(target.environment) == nullptr) {
      reader.fail("targets", "names the unknown environment '" + target.environment + "'");
    }
  }
}

Json archive_to_json(const LockedArchive& archive) {
  Json indices = Json::array();
  for (const LockedIndex& index : archive.indices) {
    indices.push_back({{"path", index.path}, {"sha256", index.sha256.hex()}, {"size", index.size}});
  }
  return Json{{"uri", archive.uri},
              {"suite", archive.suite},
              {"keyring_sha256", archive.keyring_sha256.hex()},
              {"inrelease_sha256", archive.inrelease_sha256.hex()},
              {"inrelease_size", archive.inrelease_size},
              {"indices", indices}};
}

Json environment_to_json(const LockedEnvironment& environment) {
  Json archives = Json::array();
  for (const LockedArchive& archive : environment.archives) {
    archives.push_back(archive_to_json(archive));
  }
  Json packages = Json::array();
  for (const LockedPackage& package : environment.packages) {
    packages.push_back({{"name", package.name},
                        {"version", package.version},
                        {"architecture", package.architecture},
                        {"size", package.size},
                        {"sha256", package.sha256.hex()},
                        {"url", package.url}});
  }
  const auto& made = environment.environment_sha256;
  return Json{{"name", environment.name},
              {"architecture", environment.architecture},
              {"environment_sha256", made ? made->hex() : std::string()},
              {"mmdebstrap", environment.mmdebstrap},
              {"archives", archives},
              {"packages", packages}};
}

}  // namespace

const LockedEnvironment* Lock::environment(std::string_view wanted) const {
  const auto found =
      std::find_if(environments.begin(), environments.end(),
                   [wanted](const LockedEnvironment& entry) { return entry.name == wanted; });
  return found == environments.end() ? nullptr : &*found;
}

bool Lock::has_target(const Target& target) const {
  return std::find(targets.begin(), targets.end(), target) != targets.end();
}

Result<Lock> parse_lock(std::string_view untrusted_text, const std::string& subject) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(untrusted_text, subject));
  Lock lock;
  {
    ObjectReader reader(document);
    reader.expect_format("hallmark-lock-v1");
    lock.product = read_plain_name(reader, "product");
    lock.version = read_version(reader, "version");
    lock.product_sha256 = reader.digest("product_sha256");
    lock.source_date_epoch = reader.integer("source_date_epoch");
    reader.object("source", [&](ObjectReader& r) { lock.source = read_locked_source(r); });
    if (reader.has("dependencies")) read_dependencies(reader, lock);
    reader.each("environments",
                [&](ObjectReader& r) { lock.environments.push_back(read_environment(r)); });
    reader.each("targets", [&](ObjectReader& r) { lock.targets.push_back(read_target(r)); });
    check_targets(reader, lock);
  }
  HALLMARK_CHECK(document.status());
  return lock;
}

Json to_json(const Lock& lock) {
  Json environments = Json::array();
  for (const LockedEnvironment& entry : lock.environments) {
    environments.push_back(environment_to_json(entry));
  }
  Json targets = Json::array();
  for (const Target& target : lock.targets) targets.push_back(to_json(target));
  Json out{{"format", "hallmark-lock-v1"},
           {"product", lock.product},
           {"version", lock.version},
           {"product_sha256", lock.product_sha256.hex()},
           {"source_date_epoch", lock.source_date_epoch},
           {"source", to_json(lock.source)},
           {"environments", environments},
           {"targets", targets}};
  for (const LockedDependencies& each : lock.dependencies) {
    out["dependencies"].push_back(to_json(each));
  }
  return out;
}

}  // namespace hallmark
