#include "core/model/locked_source.hpp"

#include "core/model/target.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

LockedFile read_file_entry(ObjectReader& reader) {
  LockedFile file;
  file.name = read_plain_name(reader, "name");
  file.size = reader.unsigned_integer("size");
  file.sha256 = reader.digest("sha256");
  file.url = reader.text("url");
  return file;
}

void read_files(ObjectReader& reader, LockedSource& source) {
  reader.each("files", [&](ObjectReader& r) { source.files.push_back(read_file_entry(r)); });
}

void read_keyring(ObjectReader& reader, LockedSource& source) {
  reader.object("keyring", [&](ObjectReader& r) {
    source.keyring = LockedKeyring{r.unsigned_integer("size"), r.digest("sha256")};
  });
}

void read_dsc_source(ObjectReader& reader, LockedSource& source) {
  source.kind = OriginKind::kDsc;
  source.package = read_plain_name(reader, "package");
  source.version = read_version(reader, "version");
  source.signer = reader.text("signer");
  read_files(reader, source);
  if (source.files.empty()) reader.fail("files", "must not be empty");
}

void read_git_source(ObjectReader& reader, LockedSource& source) {
  source.kind = OriginKind::kGit;
  source.url = reader.text("url");
  source.tag = reader.text("tag");
  source.tag_object = read_git_id(reader, "tag_object");
  source.commit = read_git_id(reader, "commit");
  source.tree = read_git_id(reader, "tree");
  source.content_sha256 = reader.digest("content_sha256");
  source.signers = reader.texts("signers");
  if (reader.has("keyring")) read_keyring(reader, source);
}

void read_tarball_source(ObjectReader& reader, LockedSource& source) {
  source.kind = OriginKind::kTarball;
  read_files(reader, source);
  if (source.files.size() != 2) {
    reader.fail("files", "must hold the archive, then its signature");
  }
  source.signers = reader.texts("signers");
  read_keyring(reader, source);
}

Json files_to_json(const std::vector<LockedFile>& locked) {
  Json files = Json::array();
  for (const LockedFile& file : locked) {
    files.push_back({{"name", file.name},
                     {"size", file.size},
                     {"sha256", file.sha256.hex()},
                     {"url", file.url}});
  }
  return files;
}

Json kind_to_json(const LockedSource& source) {
  switch (source.kind) {
    case OriginKind::kDsc:
      return Json{{"kind", "dsc"},
                  {"package", source.package},
                  {"version", source.version},
                  {"signer", source.signer},
                  {"files", files_to_json(source.files)}};
    case OriginKind::kGit:
      return Json{{"kind", "git"},
                  {"url", source.url},
                  {"tag", source.tag},
                  {"tag_object", source.tag_object},
                  {"commit", source.commit},
                  {"tree", source.tree},
                  {"content_sha256", source.content_sha256.hex()},
                  {"signers", source.signers}};
    case OriginKind::kTarball:
      return Json{
          {"kind", "tarball"}, {"files", files_to_json(source.files)}, {"signers", source.signers}};
  }
  return Json::object();
}

}  // namespace

std::string read_version(ObjectReader& reader, const std::string& key) {
  std::string version = reader.text(key);
  if (!is_version_name(version)) reader.fail(key, "must be a version");
  return version;
}

std::string read_git_id(ObjectReader& reader, const std::string& key) {
  std::string id = reader.text(key);
  const bool hex = id.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!hex || (id.size() != 40 && id.size() != 64)) reader.fail(key, "must be a git object id");
  return id;
}

LockedSource read_locked_source(ObjectReader& reader) {
  LockedSource source;
  const std::string kind = reader.text("kind");
  if (kind == "dsc") {
    read_dsc_source(reader, source);
  } else if (kind == "git") {
    read_git_source(reader, source);
  } else if (kind == "tarball") {
    read_tarball_source(reader, source);
  } else {
    reader.fail("kind", "must be git, dsc or tarball");
  }
  return source;
}

Json to_json(const LockedSource& source) {
  Json json = kind_to_json(source);
  if (source.keyring) {
    json["keyring"] = {{"size", source.keyring->size}, {"sha256", source.keyring->sha256.hex()}};
  }
  return json;
}

}  // namespace hallmark
