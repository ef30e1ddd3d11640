#include "cli/publishing_keys.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxKeyLines = uint64_t{64} << 10U;

}  // namespace

Result<std::string> read_publishing_keys(const TerminalRoot& root, const std::string& file) {
  const std::filesystem::path path = root.layout().root / "keys" / file;
  std::error_code none;
  if (!std::filesystem::exists(path, none)) return std::string();
  return read_file(path, kMaxKeyLines);
}

Status note_publishing_key(const TerminalRoot& root, const std::string& file,
                           const std::string& line) {
  HALLMARK_TRY(const std::string lines, read_publishing_keys(root, file));
  if (("\n" + lines).find("\n" + line + "\n") != std::string::npos) return ok_status();
  HALLMARK_TRY(const UniqueFd folder, open_dir(root.layout().root / "keys"));
  return write_file_atomic(folder.get(), file, lines + line + "\n", 0644);
}

}  // namespace hallmark
