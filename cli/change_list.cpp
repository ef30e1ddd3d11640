#include "cli/change_list.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "core/fd.hpp"
#include "core/json.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxList = uint64_t{1} << 30U;  // bytes

using OnLine = std::function<Status(const JsonDocument& line, std::string_view text)>;

// Complete lines alone.
Status each_line(std::string_view text, const std::string& subject, const OnLine& act) {
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    HALLMARK_TRY(const JsonDocument line, JsonDocument::parse(text.substr(0, end), subject));
    HALLMARK_CHECK(act(line, text.substr(0, end)));
    HALLMARK_CHECK(line.status());
    text.remove_prefix(end + 1);
  }
  return ok_status();
}

// The digests of what the list says is there, by path.
Result<std::map<std::string, std::string>> read_list(std::string_view list,
                                                     const std::string& subject) {
  std::map<std::string, std::string> there;
  HALLMARK_CHECK(each_line(list, subject, [&](const JsonDocument& line, std::string_view) {
    ObjectReader reader(line);
    const std::string action = reader.text("action");
    const std::string path = reader.text("path");
    if (action == "remove") {
      there.erase(path);
      return ok_status();
    }
    if (action != "put") reader.fail("action", "must be put or remove");
    static_cast<void>(reader.unsigned_integer("size"));
    static_cast<void>(reader.text("cache_control"));
    there[path] = reader.digest("sha256").hex();
    return ok_status();
  }));
  return there;
}

std::string put_line(const std::string& path, ObjectReader& file, const std::string& sha256) {
  return Json{{"action", "put"},
              {"path", path},
              {"size", file.unsigned_integer("size")},
              {"sha256", sha256},
              {"cache_control", file.text("cache_control")}}
             .dump() +
         "\n";
}

}  // namespace

Result<std::string> next_changes(std::string_view untrusted_list, std::string_view published,
                                 const std::string& subject) {
  auto there = read_list(untrusted_list, subject);
  if (!there.ok()) return there.error();
  std::set<std::string> held;
  std::string changes;
  HALLMARK_CHECK(
      each_line(published, "answer of hallmark-push", [&](const JsonDocument& line, auto) {
        ObjectReader file(line);
        const std::string path = file.text("path");
        held.insert(path);
        if (file.boolean_or("held", false)) return ok_status();
        const std::string sha256 = file.digest("sha256").hex();
        const auto known = there->find(path);
        const std::string put = put_line(path, file, sha256);
        if (known == there->end() || known->second != sha256) changes += put;
        return ok_status();
      }));
  for (const auto& [path, sha256] : *there) {
    if (held.contains(path)) continue;
    changes += Json{{"action", "remove"}, {"path", path}}.dump() + "\n";
  }
  return changes;
}

Result<uint64_t> add_changes(const std::string& path, std::string_view published) {
  std::string list;
  std::error_code failure;
  if (fs::exists(path, failure)) {
    HALLMARK_TRY(list, read_file(path, kMaxList));
  }
  list.resize(list.rfind('\n') + 1);  // npos + 1 is 0
  HALLMARK_TRY(const std::string changes, next_changes(list, published, path));
  const fs::path folder = fs::path(path).parent_path();
  HALLMARK_TRY(const UniqueFd parent, open_dir(folder.empty() ? fs::path(".") : folder));
  constexpr mode_t kMode = 0644;
  HALLMARK_CHECK(write_file_atomic(parent.get(), fs::path(path).filename(), list + changes, kMode));
  return static_cast<uint64_t>(std::count(changes.begin(), changes.end(), '\n'));
}

}  // namespace hallmark
