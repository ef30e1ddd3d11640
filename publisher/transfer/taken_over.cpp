#include "publisher/transfer/taken_over.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "publisher/transfer/small_download.hpp"
#include "verify/log/tiles.hpp"

namespace hallmark {
namespace {

Result<UniqueFd> new_file(const Layout& layout) {
  const std::string folder = layout.push() / "incoming";
  HALLMARK_CHECK(make_dirs(folder, 0700));
  return unnamed_file(folder);
}

Status empty_file(int fd) {
  if (::ftruncate(fd, 0) == 0 && ::lseek(fd, 0, SEEK_SET) == 0) return ok_status();
  return errno_error("a downloaded file", "cannot be emptied");
}

// Leaves in `wanted` what this address did not serve as it should be.
Status download_from(const std::string& address, std::vector<WantedFile>& wanted) {
  for (const WantedFile& file : wanted) HALLMARK_CHECK(empty_file(file.copy_to));
  std::set<std::string> good;
  const Status done = download_all(
      address, wanted,
      {[&](const ServedFile& file) { good.insert(file.path); }, [](const ServedFile&) {}});
  std::erase_if(wanted, [&](const WantedFile& file) { return good.contains(file.file.path); });
  return done;
}

Result<std::string> download_bundle(const std::string& address, const LineRange& range,
                                    uint64_t first) {
  const uint64_t width = std::min(kTileWidth, range.to - first);
  const std::string url =
      address + "/log/" + range.terminal + "/" + entry_bundle_path(first / kTileWidth, width);
  HALLMARK_TRY(std::optional<std::string> bundle, download_small(url, kMaxEntryBundle));
  if (!bundle) return verification_error(url, "is not served, though the checkpoint commits to it");
  const auto entries = parse_entry_bundle(*bundle, width, url);
  if (!entries.ok()) return entries.error();
  return std::move(*bundle);
}

}  // namespace

Result<std::vector<UniqueFd>> take_over_files(const Layout& layout,
                                              const std::vector<std::string>& addresses,
                                              std::vector<WantedFile> wanted) {
  std::vector<UniqueFd> files;
  for (WantedFile& file : wanted) {
    HALLMARK_TRY(UniqueFd fd, new_file(layout));
    file.copy_to = fd.get();
    files.push_back(std::move(fd));
  }
  std::optional<Error> trouble;
  for (const std::string& address : addresses) {
    if (wanted.empty()) break;
    const Status done = download_from(address, wanted);
    if (!done.ok() && done.error().kind == ErrorKind::kFailed) return done.error();
    // What says something else is worth more to know than what cannot be asked.
    const bool told = trouble && trouble->kind == ErrorKind::kVerification;
    if (!done.ok() && !told) trouble = done.error();
  }
  if (wanted.empty()) return files;
  if (trouble) return *trouble;
  return failed("terminal.json", "names no public address", "add a host under \"hosts\"");
}

Result<UniqueFd> take_over_lines(const Layout& layout, const std::string& address,
                                 const LineRange& range, const ProgressSink& progress) {
  if (range.from >= range.to || range.from % kTileWidth != 0) {
    return usage_error("lines", "are asked for from within a bundle, or none of them");
  }
  HALLMARK_TRY(UniqueFd file, new_file(layout));
  for (uint64_t first = range.from; first < range.to; first += kTileWidth) {
    progress(Json{{"step", "log"},
                  {"done", first - range.from},
                  {"total", range.to - range.from},
                  {"unit", "lines"},
                  {"note", range.terminal}});
    HALLMARK_TRY(const std::string lines, download_bundle(address, range, first));
    HALLMARK_CHECK(write_all(file.get(), lines));
  }
  return file;
}

}  // namespace hallmark
