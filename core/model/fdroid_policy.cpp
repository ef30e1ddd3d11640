#include "core/model/fdroid_policy.hpp"

#include <algorithm>

#include "core/utf8.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxAddress = 1024;
constexpr std::size_t kMaxLine = 1024;

std::string read_fdroid_line(ObjectReader& reader, const std::string& key) {
  std::string line = reader.text(key);
  const bool one_line = std::none_of(line.begin(), line.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
  });
  if (line.empty() || line.size() > kMaxLine || !one_line) {
    reader.fail(key, "must be one line of text");
  }
  return line;
}

void check_repository_address(ObjectReader& reader, const std::string& key,
                              const std::string& address) {
  if (is_web_address(address) && address.ends_with("/apk")) return;
  reader.fail(key, "must be an http or https address that ends in /apk, where APKs are served");
}

}  // namespace

bool is_web_address(const std::string& text) {
  const bool web = text.starts_with("https://") || text.starts_with("http://");
  constexpr const char* kNever = "\"'<>\\^`{|}";
  return web && text.size() <= kMaxAddress &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; }) &&
         text.find_first_of(kNever) == std::string::npos;
}

FdroidPolicy read_fdroid_policy(ObjectReader& reader) {
  FdroidPolicy fdroid;
  fdroid.name = read_fdroid_line(reader, "name");
  fdroid.description = read_fdroid_line(reader, "description");
  fdroid.address = reader.text("address");
  check_repository_address(reader, "address", fdroid.address);
  fdroid.mirrors = reader.texts_or_none("mirrors");
  if (fdroid.mirrors.size() > kMaxFdroidMirrors) reader.fail("mirrors", "must be at most 64");
  for (const std::string& mirror : fdroid.mirrors) {
    check_repository_address(reader, "mirrors", mirror);
  }
  fdroid.key = reader.text("key");
  return fdroid;
}

Json to_json(const FdroidPolicy& fdroid) {
  return Json{{"name", fdroid.name},
              {"description", fdroid.description},
              {"address", fdroid.address},
              {"mirrors", fdroid.mirrors},
              {"key", fdroid.key}};
}

}  // namespace hallmark
