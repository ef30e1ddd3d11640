#include "cli/bundle_writer.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "core/digest.hpp"
#include "verify/bundle_tar.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCopyBlock = std::size_t{1} << 18U;
constexpr int kNewFile = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;

Result<std::size_t> read_some(int fd, std::string& buffer, uint64_t offset) {
  for (;;) {
    const ssize_t n = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EINTR) return errno_error("quarantine", "cannot be read");
  }
}

Status write_to(int fd, std::string_view bytes, const fs::path& path) {
  if (const Status written = write_all(fd, bytes); !written.ok()) {
    return failed(path, written.error().cause);
  }
  return ok_status();
}

}  // namespace

BundleWriter::BundleWriter(fs::path path, bool tar)
    : path_(std::move(path)),
      part_(path_.parent_path() / ("." + path_.filename().string() + ".part")),
      tar_(tar) {}

Result<BundleWriter> BundleWriter::create(const fs::path& given) {
  std::error_code failure;
  const fs::path path = fs::absolute(given, failure).lexically_normal();
  if (failure || !path.has_filename()) return usage_error(given, "is not a path for a new bundle");
  struct stat info {};
  if (::lstat(path.c_str(), &info) == 0) {
    return failed(path, "is there already", "give the bundle a name of its own");
  }
  BundleWriter out(path, path.extension() == ".tar");
  fs::remove_all(out.part_, failure);
  if (out.tar_) {
    HALLMARK_TRY(out.place_, open_at(AT_FDCWD, out.part_, kNewFile, 0644));
    return out;
  }
  if (::mkdir(out.part_.c_str(), 0755) != 0) return errno_error(out.part_, "cannot make");
  HALLMARK_TRY(out.place_, open_at(AT_FDCWD, out.part_, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  return out;
}

Result<int> BundleWriter::begin(const std::string& name, uint64_t size) {
  if (tar_) {
    HALLMARK_CHECK(write_to(place_.get(), bundle_tar_header(name, size), path_));
    return place_.get();
  }
  HALLMARK_TRY(file_, open_at(place_.get(), name, kNewFile, 0644));
  return file_.get();
}

Status BundleWriter::end(const std::string& name, uint64_t size) {
  if (tar_) return write_to(place_.get(), std::string(bundle_tar_padding(size), '\0'), path_);
  HALLMARK_CHECK(sync_fd(file_.get(), name));
  file_.reset();
  return ok_status();
}

Status BundleWriter::add_manifest(const std::string& text) {
  HALLMARK_TRY(const int out, begin(kBundleManifestName, text.size()));
  HALLMARK_CHECK(write_to(out, text, path_));
  return end(kBundleManifestName, text.size());
}

Status BundleWriter::add(const BundledFile& file, int from, const Copied& copied) {
  const std::string name = bundled_name(file);
  HALLMARK_TRY(const int out, begin(name, file.size));
  Sha256Hasher hasher;
  std::string buffer(kCopyBlock, '\0');
  uint64_t done = 0;
  // Up to its end, or one byte more than it should have.
  while (done <= file.size) {
    HALLMARK_TRY(const std::size_t n, read_some(from, buffer, done));
    if (n == 0) break;
    const std::string_view bytes = std::string_view(buffer).substr(0, n);
    HALLMARK_CHECK(write_to(out, bytes, path_));
    hasher.update(bytes);
    copied(n);
    done += n;
  }
  if (done != file.size || hasher.finish() != file.sha256) {
    return verification_error(name, "was changed in quarantine meanwhile",
                              "find out how; 'hallmark fetch' names what is wrong");
  }
  return end(name, file.size);
}

Status BundleWriter::finish() {
  if (tar_) HALLMARK_CHECK(write_to(place_.get(), std::string(kBundleTarEnd, '\0'), path_));
  HALLMARK_CHECK(sync_fd(place_.get(), path_));
  if (::rename(part_.c_str(), path_.c_str()) != 0) return errno_error(path_, "cannot be made");
  HALLMARK_TRY(const UniqueFd folder, open_dir(path_.parent_path()));
  return sync_fd(folder.get(), path_);
}

void BundleWriter::discard() const {
  std::error_code ignored;  // what stays is removed by the next export to this path
  fs::remove_all(part_, ignored);
}

}  // namespace hallmark
