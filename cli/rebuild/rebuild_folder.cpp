#include "cli/rebuild/rebuild_folder.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>

namespace hallmark {
namespace {

constexpr uint64_t kMaxTerminalText = uint64_t{1} << 20U;

// What its servers read: that one user's programs may serve that user, and that there is no host.
Result<std::string> terminal_text() {
  Terminal rebuilder;
  rebuilder.name = "rebuilder";
  rebuilder.group = "rebuilder";
  rebuilder.demo = true;
  return canonical_dump(to_json(rebuilder));
}

// The mark that a folder is a rebuilder's.
Status mark_as_ours(const Layout& layout) {
  HALLMARK_TRY(const std::string text, terminal_text());
  HALLMARK_TRY(const UniqueFd folder, open_dir(layout.root));
  if (::faccessat(folder.get(), "terminal.json", F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
    return write_file_atomic(folder.get(), "terminal.json", text, 0644);
  }
  HALLMARK_TRY(const std::string found,
               read_file_at(folder.get(), "terminal.json", kMaxTerminalText));
  if (found == text) return ok_status();
  return failed(layout.root, "is a terminal's state folder",
                "rebuilds have a folder of their own: give another with --root, or unset "
                "HALLMARK_ROOT");
}

Status make_parts(const Layout& layout) {
  const std::array<Layout::Path, 4> parts = {layout.fetch(), layout.build(), layout.records(),
                                             layout.run()};
  for (const Layout::Path& part : parts) HALLMARK_CHECK(make_dirs(part, 0755));
  return ok_status();
}

}  // namespace

Result<std::string> usual_rebuild_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::string(cache) + "/hallmark";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/.cache/hallmark";
  return usage_error("HOME", "is not set", "say with --root where the work may be kept");
}

Result<TerminalRoot> open_rebuild_folder(const std::string& path, Screen& screen) {
  if (::geteuid() == 0) {
    return usage_error(path, "is an ordinary user's folder for builds, and this is root",
                       "run it as one: nothing that it does needs more");
  }
  std::error_code failure;
  const Layout layout{std::filesystem::absolute(path, failure).lexically_normal()};
  if (failure) return failed(path, "is no usable path");
  HALLMARK_CHECK(make_dirs(layout.root, 0755));
  HALLMARK_CHECK(mark_as_ours(layout));
  HALLMARK_CHECK(make_parts(layout));
  return TerminalRoot(layout, screen);
}

}  // namespace hallmark
