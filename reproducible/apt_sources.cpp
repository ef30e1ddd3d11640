#include "reproducible/apt_sources.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "core/deb822.hpp"
#include "core/fd.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kSourcesLimit = uint64_t{1} << 20U;  // bytes of one file
constexpr std::string_view kDebianKeyring = "/usr/share/keyrings/debian-archive-";
constexpr std::string_view kBlanks = " \t\n,";

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = text.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(kBlanks, end);
  }
  return words;
}

bool is_yes(std::string_view word) {
  return word == "yes" || word == "true" || word == "1" || word == "on" || word == "with";
}

bool holds(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// What an entry says, in either form.
struct Entry {
  std::vector<std::string> types, uris, suites, components, signed_by;
  bool trusted = false;
  bool enabled = true;
};

void add_sources(const Entry& entry, std::vector<AptSource>& out) {
  const bool key_inside = holds(entry.signed_by, "-----BEGIN");
  if (!holds(entry.types, "deb") || entry.trusted || !entry.enabled || key_inside) return;
  for (std::string uri : entry.uris) {
    const bool supported =
        uri.starts_with("http://") || uri.starts_with("https://") || uri.starts_with("file:/");
    if (!supported) continue;
    while (uri.ends_with('/')) uri.pop_back();
    for (const std::string& suite : entry.suites) {
      if (suite.ends_with('/') || entry.components.empty()) continue;
      AptSource source{uri, suite, entry.components, {}};
      // Fingerprints in Signed-By narrow a default keyring; they name no file.
      std::copy_if(entry.signed_by.begin(), entry.signed_by.end(),
                   std::back_inserter(source.keyrings),
                   [](const std::string& word) { return word.starts_with('/'); });
      out.push_back(std::move(source));
    }
  }
}

void read_option(std::string_view option, Entry& entry) {
  const std::size_t equals = option.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view name = option.substr(0, equals);
  const std::string_view value = option.substr(equals + 1);
  if (same_field_name(name, "signed-by")) entry.signed_by = words_of(value);
  if (same_field_name(name, "trusted")) entry.trusted = is_yes(value);
}

// deb [name=value name=value] URI SUITE COMPONENT...
void read_line(std::string_view line, std::vector<AptSource>& out) {
  line = line.substr(0, line.find('#'));
  Entry entry;
  const std::size_t open = line.find('[');
  const std::size_t close = line.find(']');
  std::string rest(line);
  if (open != std::string_view::npos && close != std::string_view::npos && open < close) {
    std::string_view options = line.substr(open + 1, close - open - 1);
    while (!options.empty()) {
      const std::size_t end = std::min(options.find_first_of(" \t"), options.size());
      read_option(options.substr(0, end), entry);
      options.remove_prefix(std::min(end + 1, options.size()));
    }
    rest.erase(open, close - open + 1);
  }
  const std::vector<std::string> words = words_of(rest);
  if (words.size() < 4) return;
  entry.types = {words[0]};
  entry.uris = {words[1]};
  entry.suites = {words[2]};
  entry.components.assign(words.begin() + 3, words.end());
  add_sources(entry, out);
}

std::string without_comments(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (!line.starts_with('#')) out += std::string(line) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::vector<std::string> files_of(const std::string& folder, std::string_view ending) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(folder, error)) {
    if (file.path().extension() == ending) paths.push_back(file.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<AptSource> all_sources(const std::string& apt_folder) {
  std::vector<AptSource> out;
  const auto add = [&out](const std::string& path, auto parse) {
    const Result<std::string> text = read_file(path, kSourcesLimit);
    if (!text.ok()) return;
    const std::vector<AptSource> found = parse(*text);
    out.insert(out.end(), found.begin(), found.end());
  };
  add(apt_folder + "/sources.list", parse_one_line_sources);
  for (const std::string& path : files_of(apt_folder + "/sources.list.d", ".list")) {
    add(path, parse_one_line_sources);
  }
  for (const std::string& path : files_of(apt_folder + "/sources.list.d", ".sources")) {
    add(path, parse_deb822_sources);
  }
  return out;
}

// Lower is more likely to be the distribution's own.
int rank(const AptSource& source) {
  if (source.keyrings.empty()) return 1;
  return source.keyrings.front().starts_with(kDebianKeyring) ? 0 : 2;
}

std::vector<std::string> default_keyrings(const std::string& apt_folder) {
  std::vector<std::string> paths = files_of(apt_folder + "/trusted.gpg.d", ".gpg");
  const std::vector<std::string> armoured = files_of(apt_folder + "/trusted.gpg.d", ".asc");
  paths.insert(paths.end(), armoured.begin(), armoured.end());
  return paths;
}

// Adds the components of a second entry for the same archive and suite to the first.
void merge(const AptSource& source, std::vector<AptSource>& out) {
  const auto same = std::find_if(out.begin(), out.end(), [&](const AptSource& other) {
    return other.uri == source.uri && other.suite == source.suite;
  });
  if (same == out.end()) {
    out.push_back(source);
    return;
  }
  for (const std::string& component : source.components) {
    if (!holds(same->components, component)) same->components.push_back(component);
  }
}

}  // namespace

bool is_suite_of(std::string_view suite, std::string_view base) {
  if (!suite.starts_with(base)) return false;
  const std::string_view rest = suite.substr(base.size());
  return rest.empty() || rest == "-updates" || rest == "-security";
}

std::vector<AptSource> parse_one_line_sources(std::string_view text) {
  std::vector<AptSource> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    read_line(text.substr(0, end), out);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::vector<AptSource> parse_deb822_sources(std::string_view text) {
  std::vector<AptSource> out;
  const auto paragraphs = parse_deb822(without_comments(text), "apt sources");
  if (!paragraphs.ok()) return out;
  for (const Deb822Paragraph& paragraph : *paragraphs) {
    const auto words = [&paragraph](std::string_view name) {
      const std::string* value = paragraph.find(name);
      return value == nullptr ? std::vector<std::string>() : words_of(*value);
    };
    Entry entry;
    entry.types = words("Types");
    entry.uris = words("URIs");
    entry.suites = words("Suites");
    entry.components = words("Components");
    entry.signed_by = words("Signed-By");
    const std::vector<std::string> trusted = words("Trusted");
    const std::vector<std::string> enabled = words("Enabled");
    entry.trusted = !trusted.empty() && is_yes(trusted.front());
    entry.enabled = enabled.empty() || is_yes(enabled.front());
    add_sources(entry, out);
  }
  return out;
}

Result<std::vector<AptSource>> base_archives(const std::string& apt_folder,
                                             const std::string& suite) {
  const std::vector<AptSource> all = all_sources(apt_folder);
  std::optional<AptSource> base;
  for (const AptSource& source : all) {
    const bool better = !base || rank(source) < rank(*base);
    if (source.suite == suite && better) base = source;
  }
  if (!base) {
    return failed("suite " + suite, "is not among this machine's apt sources",
                  "add an entry for it below /etc/apt/sources.list.d");
  }
  std::vector<AptSource> out;
  for (const char* ending : {"", "-updates", "-security"}) {
    for (const AptSource& source : all) {
      if (source.suite == suite + ending && source.keyrings == base->keyrings) merge(source, out);
    }
  }
  if (base->keyrings.empty()) {
    for (AptSource& source : out) source.keyrings = default_keyrings(apt_folder);
  }
  return out;
}

}  // namespace hallmark
