#include "core/model/lock.hpp"

#include <algorithm>

#include "core/safe_path.hpp"

namespace hallmark {
namespace {

std::string read_git_id(ObjectReader& reader, const std::string& key) {
  std::string id = reader.text(key);
  const bool hex = id.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!hex || (id.size() != 40 && id.size() != 64)) reader.fail(key, "must be a git object id");
  return id;
}

std::string read_version(ObjectReader& reader, const std::string& key) {
  std::string version = reader.text(key);
  if (!is_version_name(version)) reader.fail(key, "must be a version");
  return version;
}

LockedFile read_file_entry(ObjectReader& reader) {
  LockedFile file;
  file.name = read_plain_name(reader, "name");
  file.size = reader.unsigned_integer("size");
  file.sha256 = reader.digest("sha256");
  file.url = reader.text("url");
  return file;
}

LockedSource read_source(ObjectReader& reader) {
  LockedSource source;
  const std::string kind = reader.text("kind");
  if (kind == "dsc") {
    source.kind = OriginKind::kDsc;
    source.package = read_plain_name(reader, "package");
    source.version = read_version(reader, "version");
    source.signer = reader.text("signer");
    reader.each("files", [&](ObjectReader& r) { source.files.push_back(read_file_entry(r)); });
    if (source.files.empty()) reader.fail("files", "must not be empty");
  } else if (kind == "git") {
    source.kind = OriginKind::kGit;
    source.url = reader.text("url");
    source.tag = reader.text("tag");
    source.tag_object = read_git_id(reader, "tag_object");
    source.commit = read_git_id(reader, "commit");
    source.tree = read_git_id(reader, "tree");
    source.content_sha256 = reader.digest("content_sha256");
    source.signers = reader.texts("signers");
  } else {
    reader.fail("kind", "must be git or dsc");
  }
  return source;
}

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

void check_targets(ObjectReader& reader, const Lock& lock) {
  if (lock.targets.empty()) reader.fail("targets", "must not be empty");
  for (const Target& target : lock.targets) {
    if (lock.environment(target.environment) == nullptr) {
      reader.fail("targets", "names the unknown environment '" + target.environment + "'");
    }
  }
}

Json source_to_json(const LockedSource& source) {
  if (source.kind == OriginKind::kGit) {
    return Json{{"kind", "git"},
                {"url", source.url},
                {"tag", source.tag},
                {"tag_object", source.tag_object},
                {"commit", source.commit},
                {"tree", source.tree},
                {"content_sha256", source.content_sha256.hex()},
                {"signers", source.signers}};
  }
  Json files = Json::array();
  for (const LockedFile& file : source.files) {
    files.push_back({{"name", file.name},
                     {"size", file.size},
                     {"sha256", file.sha256.hex()},
                     {"url", file.url}});
  }
  return Json{{"kind", "dsc"},
              {"package", source.package},
              {"version", source.version},
              {"signer", source.signer},
              {"files", files}};
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
    reader.object("source", [&](ObjectReader& r) { lock.source = read_source(r); });
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
  return Json{{"format", "hallmark-lock-v1"},
              {"product", lock.product},
              {"version", lock.version},
              {"product_sha256", lock.product_sha256.hex()},
              {"source_date_epoch", lock.source_date_epoch},
              {"source", source_to_json(lock.source)},
              {"environments", environments},
              {"targets", targets}};
}

}  // namespace hallmark
