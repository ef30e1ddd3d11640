#include "cli/fdroid/app_texts.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "core/owned_file.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxTextFile = uint64_t{64} << 10U;  // bytes
constexpr std::size_t kMaxFiles = 10'000;               // in one folder

// Whoever may commit to the releases repository names the files: none of them is a link, which
// would publish something else of this machine's.
class Folder {
 public:
  explicit Folder(const fs::path& root) : root_(root) {}

  // In its folder, whether or not it can be read.
  bool has(const fs::path& path) const {
    std::error_code failure;
    return fs::exists(fs::symlink_status(path, failure));
  }
  Result<UniqueFd> open(const fs::path& path) const {
    HALLMARK_TRY(const SafePath below, SafePath::parse(path.lexically_relative(root_).string()));
    return open_below(root_, below);
  }
  Result<std::string> read(const fs::path& path) const {
    HALLMARK_TRY(const UniqueFd file, open(path));
    return read_all(file.get(), kMaxTextFile, path);
  }

 private:
  fs::path root_;
};

Result<std::string> read_text(const Folder& root, const fs::path& path) {
  HALLMARK_TRY(std::string text, root.read(path));
  std::erase(text, '\r');
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

// Sorted; none where there is no such folder.
Result<std::vector<fs::path>> entries_of(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code failure;
  if (!fs::is_directory(fs::symlink_status(folder, failure))) return out;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    if (entry.path().filename().string().starts_with('.')) continue;
    if (out.size() == kMaxFiles) return failed(folder, "has more than 10,000 files");
    out.push_back(entry.path());
  }
  if (failure) return failed(folder, "cannot be read: " + failure.message());
  std::sort(out.begin(), out.end());
  return out;
}

Status read_changelogs(const Folder& root, const fs::path& folder, const std::string& locale,
                       Json& texts) {
  HALLMARK_TRY(const std::vector<fs::path> files, entries_of(folder));
  for (const fs::path& file : files) {
    const std::string code = file.stem();
    if (file.extension() != ".txt" || code.find_first_not_of("0123456789") != std::string::npos) {
      return failed(file, "is not called after a version code", "as in changelogs/12.txt");
    }
    HALLMARK_TRY(const std::string text, read_text(root, file));
    if (!text.empty()) texts["whatsNew"][code][locale] = text;
  }
  return ok_status();
}

Status read_locale(const Folder& root, const fs::path& folder, AppTexts& out) {
  static const std::map<std::string, std::string> names = {{"title.txt", "name"},
                                                           {"short_description.txt", "summary"},
                                                           {"full_description.txt", "description"}};
  const std::string locale = folder.filename();
  for (const auto& [file, key] : names) {
    if (!root.has(folder / file)) continue;
    HALLMARK_TRY(const std::string text, read_text(root, folder / file));
    if (!text.empty()) out.texts["metadata"][key][locale] = text;
  }
  const fs::path icon = folder / "images" / "icon.png";
  if (root.has(icon)) {
    HALLMARK_TRY(UniqueFd file, root.open(icon));
    out.icon_locales.push_back(locale);
    out.icons.push_back(std::move(file));
  }
  return read_changelogs(root, folder / "changelogs", locale, out.texts);
}

// {"NonFreeNet": "why"} becomes a text of one language.
Json anti_features_in_english(const Json& written) {
  Json out = Json::object();
  for (const auto& [name, why] : written.items()) {
    out[name] = why == "" ? Json::object() : Json{{"en-US", why}};
  }
  return out;
}

Status read_facts(const Folder& root, const fs::path& path, Json& texts) {
  if (!root.has(path)) return ok_status();
  HALLMARK_TRY(const std::string text, root.read(path));
  HALLMARK_TRY(Json facts, parse_json(text, path.string()));
  if (!facts.is_object()) return failed(path, "is no object");
  if (facts.contains("antiFeatures")) {
    if (!facts["antiFeatures"].is_object()) {
      return failed(path, "has antiFeatures that are no object", R"({"NonFreeNet": "why"})");
    }
    texts["antiFeatures"] = anti_features_in_english(facts["antiFeatures"]);
    facts.erase("antiFeatures");
  }
  for (const char* translated : {"name", "summary", "description", "icon"}) {
    if (!facts.contains(translated)) continue;
    return failed(path,
                  std::string("has '") + translated + "', which has a file for each language");
  }
  texts["metadata"] = std::move(facts);
  return ok_status();
}

}  // namespace

Result<AppTexts> read_app_texts(const std::string& products, const std::string& product) {
  const Folder root(products);
  const fs::path folder = fs::path(products) / product / "metadata";
  AppTexts out;
  out.texts = {{"metadata", Json::object()}};
  HALLMARK_CHECK(read_facts(root, folder / "app.json", out.texts));
  HALLMARK_TRY(const std::vector<fs::path> entries, entries_of(folder));
  for (const fs::path& entry : entries) {
    std::error_code failure;
    if (!fs::is_directory(fs::symlink_status(entry, failure))) continue;
    HALLMARK_CHECK(read_locale(root, entry, out));
  }
  return out;
}

}  // namespace hallmark
