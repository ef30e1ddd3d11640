#include "verify/fdroid/index.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "verify/fdroid/texts.hpp"

namespace hallmark {
namespace {

constexpr int64_t kMilliseconds = 1000;
constexpr const char* kLocale = "en-US";

// What an object has under the key, or an empty object.
const Json& part_of(const Json& object, const std::string& key) {
  static const Json none = Json::object();
  if (!object.is_object()) return none;
  const auto found = object.find(key);
  return found == object.end() ? none : *found;
}

const Json& texts_of(const FdroidTexts& texts, const std::string& application) {
  static const Json none = Json::object();
  const auto found = texts.find(application);
  return found == texts.end() ? none : found->second;
}

Json in_english(const std::string& text) { return Json{{kLocale, text}}; }

// What identifiers mean: clients show the name.
Json definitions(const std::set<std::string>& identifiers) {
  Json out = Json::object();
  for (const std::string& name : identifiers) out[name] = {{"name", in_english(name)}};
  return out;
}

// The identifiers that apps use.
struct UsedNames {
  std::set<std::string> categories;
  std::set<std::string> anti_features;
};

Json repository_part(const FdroidIndex& index, const UsedNames& used) {
  const FdroidPolicy& repository = index.repository;
  Json out = {{"name", in_english(repository.name)},
              {"description", in_english(repository.description)},
              {"address", repository.address},
              {"timestamp", index.timestamp * kMilliseconds}};
  if (!repository.mirrors.empty()) {
    Json mirrors = Json::array({{{"url", repository.address}, {"isPrimary", true}}});
    for (const std::string& mirror : repository.mirrors) mirrors.push_back({{"url", mirror}});
    out["mirrors"] = std::move(mirrors);
  }
  if (!used.categories.empty()) out["categories"] = definitions(used.categories);
  if (!used.anti_features.empty()) out["antiFeatures"] = definitions(used.anti_features);
  return out;
}

Json version_part(const FdroidVersion& version, const Json& texts) {
  Json out = {
      {"added", version.added * kMilliseconds},
      {"file",
       {{"name", "/" + version.name}, {"sha256", version.sha256.hex()}, {"size", version.size}}},
      {"manifest", version.manifest}};
  const Json& anti_features = part_of(texts, "antiFeatures");
  if (!anti_features.empty()) out["antiFeatures"] = anti_features;
  const std::string code = std::to_string(version.manifest.value("versionCode", uint64_t{0}));
  const Json& whats_new = part_of(part_of(texts, "whatsNew"), code);
  if (!whats_new.empty()) out["whatsNew"] = whats_new;
  return out;
}

// Of the newest version: clients take that signer's where there are several.
std::string preferred_signer(const Json& versions) {
  uint64_t newest = 0;
  std::string signer;
  for (const auto& [sha256, version] : versions.items()) {
    const Json& manifest = version["manifest"];
    const uint64_t code = manifest.value("versionCode", uint64_t{0});
    if (!signer.empty() && code <= newest) continue;
    newest = code;
    signer = manifest["signer"]["sha256"][0].get<std::string>();
  }
  return signer;
}

Json metadata_part(const std::string& application, const Json& versions, const Json& texts) {
  Json out = part_of(texts, "metadata");
  if (!out.contains("name")) out["name"] = in_english(application);
  int64_t added = std::numeric_limits<int64_t>::max();
  int64_t updated = 0;
  for (const auto& [sha256, version] : versions.items()) {
    const auto time = version["added"].get<int64_t>();
    added = std::min(added, time);
    updated = std::max(updated, time);
  }
  out["added"] = added;
  out["lastUpdated"] = updated;
  out["preferredSigner"] = preferred_signer(versions);
  return out;
}

void add_names(const Json& texts, UsedNames& used) {
  for (const Json& name : part_of(part_of(texts, "metadata"), "categories")) {
    used.categories.insert(name.get<std::string>());
  }
  for (const auto& [name, why] : part_of(texts, "antiFeatures").items()) {
    used.anti_features.insert(name);
  }
}

Json index_json(const FdroidIndex& index) {
  Json packages = Json::object();
  for (const FdroidVersion& version : index.versions) {
    packages[version.application]["versions"][version.sha256.hex()] =
        version_part(version, texts_of(index.texts, version.application));
  }
  UsedNames used;
  for (auto& [application, package] : packages.items()) {
    const Json& texts = texts_of(index.texts, application);
    package["metadata"] = metadata_part(application, package["versions"], texts);
    add_names(texts, used);
  }
  return Json{{"packages", std::move(packages)}, {"repo", repository_part(index, used)}};
}

Result<std::string> dump_compact(const Json& value) {
  try {
    return value.dump();
  } catch (const Json::exception&) {
    return failed("F-Droid index", "has text that is not UTF-8");
  }
}

Error malformed(const std::string& cause) { return verification_error("F-Droid index", cause); }

Json free_metadata(const Json& package) {
  Json metadata = part_of(package, "metadata");
  if (!metadata.is_object()) return metadata;
  for (const char* derived : {"added", "lastUpdated", "preferredSigner"}) metadata.erase(derived);
  return metadata;
}

Status read_package(const std::string& application, const Json& package, FdroidTexts& texts) {
  if (!part_of(package, "versions").is_object()) return malformed(application + " has no versions");
  Json out = {{"metadata", free_metadata(package)}};
  for (const auto& [sha256, version] : part_of(package, "versions").items()) {
    const Json& code = part_of(part_of(version, "manifest"), "versionCode");
    if (!code.is_number_unsigned()) return malformed(application + " has no version code");
    if (const Json& anti = part_of(version, "antiFeatures"); !anti.empty()) {
      out["antiFeatures"] = anti;
    }
    if (const Json& news = part_of(version, "whatsNew"); !news.empty()) {
      out["whatsNew"][std::to_string(code.get<uint64_t>())] = news;
    }
  }
  HALLMARK_CHECK(check_fdroid_texts(out, application));
  texts.emplace(application, std::move(out));
  return ok_status();
}

Result<Json> read_canonical(std::string_view untrusted_text, const char* subject,
                            const JsonLimits& limits) {
  Result<Json> json = parse_json(untrusted_text, subject, limits);
  if (!json.ok()) return verification_error(json.error().subject, json.error().cause);
  HALLMARK_TRY(const std::string again, dump_compact(*json));
  if (again != untrusted_text) {
    return verification_error(subject, "is not the one text that its content has");
  }
  return json;
}

std::string shortened(const Json& value) {
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > 100) text = text.substr(0, 100) + "…";
  return text;
}

}  // namespace

Result<std::string> write_fdroid_index(const FdroidIndex& index) {
  return dump_compact(index_json(index));
}

Result<UntrustedFdroidIndex> read_fdroid_index(std::string_view untrusted_text) {
  UntrustedFdroidIndex out;
  HALLMARK_TRY(out.json, read_canonical(untrusted_text, "F-Droid index", {kMaxFdroidIndex, 16}));
  const Json& timestamp = part_of(part_of(out.json, "repo"), "timestamp");
  if (!timestamp.is_number_unsigned() || timestamp.get<uint64_t>() % kMilliseconds != 0 ||
      timestamp.get<uint64_t>() > uint64_t{1} << 52U) {
    return malformed("has no timestamp of whole seconds");
  }
  out.timestamp = timestamp.get<int64_t>() / kMilliseconds;
  const Json& packages = part_of(out.json, "packages");
  if (!packages.is_object()) return malformed("has no packages");
  out.packages = packages.size();
  for (const auto& [application, package] : packages.items()) {
    HALLMARK_CHECK(read_package(application, package, out.texts));
  }
  return out;
}

std::string fdroid_difference(const Json& untrusted_shown, const Json& expected) {
  const Json* shown = &untrusted_shown;
  const Json* wanted = &expected;
  std::string path;
  while (shown->is_object() && wanted->is_object()) {
    std::set<std::string> keys;
    for (const auto& [key, value] : shown->items()) keys.insert(key);
    for (const auto& [key, value] : wanted->items()) keys.insert(key);
    const auto differs = std::find_if(keys.begin(), keys.end(), [&](const std::string& key) {
      return !shown->contains(key) || !wanted->contains(key) || (*shown)[key] != (*wanted)[key];
    });
    if (differs == keys.end()) return "nothing differs";
    path += (path.empty() ? "" : "/") + *differs;
    if (!shown->contains(*differs)) return path + " is missing";
    if (!wanted->contains(*differs)) return path + " does not belong there";
    shown = &(*shown)[*differs];
    wanted = &(*wanted)[*differs];
  }
  return path + " is " + shortened(*shown) + ", and not " + shortened(*wanted);
}

std::string fdroid_index_name(const Sha256Digest& sha256) {
  return "/index-v2/" + sha256.hex() + ".json";
}

std::string write_fdroid_entry(const FdroidEntry& entry) {
  constexpr int64_t kIndexVersion = 20002;  // fdroidserver's METADATA_VERSION for index-v2
  return Json{{"timestamp", entry.timestamp * kMilliseconds},
              {"version", kIndexVersion},
              {"index",
               {{"name", fdroid_index_name(entry.sha256)},
                {"sha256", entry.sha256.hex()},
                {"size", entry.size},
                {"numPackages", entry.packages}}},
              {"diffs", Json::object()}}
      .dump();
}

Result<FdroidEntry> read_fdroid_entry(std::string_view untrusted_text) {
  constexpr std::size_t kMaxEntry = 4096;
  HALLMARK_TRY(const Json json, read_canonical(untrusted_text, "entry.json", {kMaxEntry, 8}));
  const Json& index = part_of(json, "index");
  const Json& timestamp = part_of(json, "timestamp");
  const Json& sha256 = part_of(index, "sha256");
  const Json& size = part_of(index, "size");
  const Json& packages = part_of(index, "numPackages");
  if (!timestamp.is_number_unsigned() || !sha256.is_string() || !size.is_number_unsigned() ||
      !packages.is_number_unsigned() || timestamp.get<uint64_t>() > uint64_t{1} << 52U) {
    return verification_error("entry.json", "is no entry of an F-Droid index");
  }
  FdroidEntry entry{timestamp.get<int64_t>() / kMilliseconds,
                    {},
                    size.get<uint64_t>(),
                    packages.get<std::size_t>()};
  HALLMARK_TRY(entry.sha256, Sha256Digest::from_hex(sha256.get<std::string>()));
  if (write_fdroid_entry(entry) == untrusted_text) return entry;
  return verification_error("entry.json", "is not the entry that its index has");
}

}  // namespace hallmark
