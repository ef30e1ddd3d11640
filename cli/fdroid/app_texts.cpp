#include "cli/fdroid/app_texts.hpp"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "core/safe_path.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxTextFile = uint64_t{64} << 10U;  // bytes
constexpr std::size_t kMaxFiles = 10'000;               // in one folder

Result<std::string> read_text(const fs::path& path) {
  HALLMARK_TRY(std::string text, read_file(path, kMaxTextFile));
  std::erase(text, '\r');
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

// Sorted; none where there is no such folder.
Result<std::vector<fs::path>> entries_of(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code failure;
  if (!fs::is_directory(folder, failure)) return out;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    if (entry.path().filename().string().starts_with('.')) continue;
    if (out.size() == kMaxFiles) return failed(folder, "has more than 10,000 files");
    out.push_back(entry.path());
  }
  if (failure) return failed(folder, "cannot be read: " + failure.message());
  std::sort(out.begin(), out.end());
  return out;
}

Status read_changelogs(const fs::path& folder, const std::string& locale, Json& texts) {
  HALLMARK_TRY(const std::vector<fs::path> files, entries_of(folder));
  for (const fs::path& file : files) {
    const std::string code = file.stem();
    if (file.extension() != ".txt" || code.find_first_not_of("0123456789") != std::string::npos) {
      return failed(file, "is not called after a version code", "as in changelogs/12.txt");
    }
    HALLMARK_TRY(const std::string text, read_text(file));
    if (!text.empty()) texts["whatsNew"][code][locale] = text;
  }
  return ok_status();
}

Status read_locale(const fs::path& folder, AppTexts& out) {
  static const std::map<std::string, std::string> names = {{"title.txt", "name"},
                                                           {"short_description.txt", "summary"},
                                                           {"full_description.txt", "description"}};
  const std::string locale = folder.filename();
  std::error_code failure;
  for (const auto& [file, key] : names) {
    if (!fs::exists(folder / file, failure)) continue;
    HALLMARK_TRY(const std::string text, read_text(folder / file));
    if (!text.empty()) out.texts["metadata"][key][locale] = text;
  }
  const fs::path icon = folder / "images" / "icon.png";
  if (fs::exists(icon, failure)) {
    HALLMARK_TRY(UniqueFd file, open_at(AT_FDCWD, icon, O_RDONLY | O_NOFOLLOW));
    out.icon_locales.push_back(locale);
    out.icons.push_back(std::move(file));
  }
  return read_changelogs(folder / "changelogs", locale, out.texts);
}

// {"NonFreeNet": "why"} becomes a text of one language.
Json anti_features_in_english(const Json& written) {
  Json out = Json::object();
  for (const auto& [name, why] : written.items()) {
    out[name] = why == "" ? Json::object() : Json{{"en-US", why}};
  }
  return out;
}

Status read_facts(const fs::path& path, Json& texts) {
  std::error_code failure;
  if (!fs::exists(path, failure)) return ok_status();
  HALLMARK_TRY(const std::string text, read_file(path, kMaxTextFile));
  HALLMARK_TRY(Json facts, parse_json(text, path.string()));
  if (!facts.is_object()) return failed(path, "is no object");
  if (facts.contains("antiFeatures")) {
    if (!facts["antiFeatures"].is_object()) {
      return failed(path, "has antiFeatures that are no object", R"({"NonFreeNet": "why"})");
    }
    texts["antiFeatures"] = anti_features_in_english(facts["antiFeatures"]);
    facts.erase("antiFeatures");
  }
  texts["metadata"] = std::move(facts);
  return ok_status();
}

}  // namespace

Result<AppTexts> read_app_texts(const std::string& folder) {
  AppTexts out;
  out.texts = {{"metadata", Json::object()}};
  HALLMARK_CHECK(read_facts(fs::path(folder) / "app.json", out.texts));
  HALLMARK_TRY(const std::vector<fs::path> entries, entries_of(folder));
  for (const fs::path& entry : entries) {
    std::error_code failure;
    if (fs::is_directory(entry, failure)) HALLMARK_CHECK(read_locale(entry, out));
  }
  return out;
}

}  // namespace hallmark
