#include "cli/change_list.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
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

using OnLine = std::function<Status(const JsonDocument& line)>;

// Complete lines alone.
Status each_line(std::string_view text, const std::string& subject, const OnLine& act) {
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    HALLMARK_TRY(const JsonDocument line, JsonDocument::parse(text.substr(0, end), subject));
    HALLMARK_CHECK(act(line));
    HALLMARK_CHECK(line.status());
    text.remove_prefix(end + 1);
  }
  return ok_status();
}

// What a list says.
struct ListRead {
  std::string terminal;                      // empty: the list is
  std::map<std::string, std::string> there;  // digests by path
};

void read_entry(ObjectReader& reader, ListRead& list) {
  const std::string action = reader.text("action");
  if (list.terminal.empty() != (action == "begin")) {
    reader.fail("action", "must be begin in the first line, and in no other");
  }
  if (action == "begin") {
    list.terminal = reader.text("terminal");
    return;
  }
  const std::string path = reader.text("path");
  if (action == "remove") {
    list.there.erase(path);
    return;
  }
  if (action != "put") reader.fail("action", "must be put or remove");
  static_cast<void>(reader.unsigned_integer("size"));
  static_cast<void>(reader.text("cache_control"));
  list.there[path] = reader.digest("sha256").hex();
}

Result<ListRead> read_list(std::string_view untrusted_list, const std::string& terminal,
                           const std::string& subject) {
  ListRead list;
  HALLMARK_CHECK(each_line(untrusted_list, subject, [&](const JsonDocument& line) {
    ObjectReader reader(line);
    read_entry(reader, list);
    return ok_status();
  }));
  if (list.terminal.empty() || list.terminal == terminal) return list;
  return failed(subject, "is the list of terminal " + list.terminal,
                "each terminal adds to a list of its own");
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

Result<UniqueFd> folder_of(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  return open_dir(folder.empty() ? fs::path(".") : folder);
}

}  // namespace

Result<std::string> next_changes(std::string_view untrusted_list, std::string_view published,
                                 const std::string& terminal, const std::string& subject) {
  HALLMARK_TRY(const ListRead list, read_list(untrusted_list, terminal, subject));
  std::set<std::string> held;
  std::string changes;
  if (list.terminal.empty()) {
    changes = Json{{"action", "begin"}, {"terminal", terminal}}.dump() + "\n";
  }
  HALLMARK_CHECK(each_line(published, "answer of hallmark-push", [&](const JsonDocument& line) {
    ObjectReader file(line);
    const std::string path = file.text("path");
    held.insert(path);
    if (file.boolean_or("held", false)) return ok_status();
    const std::string sha256 = file.digest("sha256").hex();
    const auto known = list.there.find(path);
    const std::string put = put_line(path, file, sha256);
    if (known == list.there.end() || known->second != sha256) changes += put;
    return ok_status();
  }));
  for (const auto& [path, sha256] : list.there) {
    if (held.contains(path) || path.starts_with("log/")) continue;
    changes += Json{{"action", "remove"}, {"path", path}}.dump() + "\n";
  }
  return changes;
}

Result<ChangeList> ChangeList::read(const std::string& path, const std::string& terminal) {
  HALLMARK_TRY(const UniqueFd folder, folder_of(path));
  const std::string name = fs::path(path).filename();
  std::string lines;
  if (::faccessat(folder.get(), name.c_str(), F_OK, 0) == 0 || errno != ENOENT) {
    HALLMARK_TRY(const UniqueFd file, open_at(folder.get(), name, O_RDONLY | O_NONBLOCK));
    HALLMARK_TRY(lines, read_all(file.get(), kMaxList, path));
  }
  lines.resize(lines.rfind('\n') + 1);  // npos + 1 is 0
  const Result<ListRead> list = read_list(lines, terminal, path);
  if (!list.ok()) return list.error();
  return ChangeList(path, terminal, std::move(lines));
}

Result<uint64_t> ChangeList::add(std::string_view published) const {
  HALLMARK_TRY(const std::string changes, next_changes(lines_, published, terminal_, path_));
  HALLMARK_TRY(const UniqueFd parent, folder_of(path_));
  constexpr mode_t kMode = 0644;
  HALLMARK_CHECK(
      write_file_atomic(parent.get(), fs::path(path_).filename(), lines_ + changes, kMode));
  return static_cast<uint64_t>(std::count(changes.begin(), changes.end(), '\n'));
}

}  // namespace hallmark
