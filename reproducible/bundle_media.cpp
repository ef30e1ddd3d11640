#include "reproducible/bundle_media.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>

#include "core/digest.hpp"
#include "core/utf8.hpp"
#include "verify/bundle_tar.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kManifestLimit = JsonLimits{}.size;
constexpr std::size_t kBlock = std::size_t{1} << 18U;

Error refuse(const std::string& name, const std::string& why) {
  return verification_error("bundle", printable(name.substr(0, 200)) + " " + why,
                            "export it again");
}

Error trouble(const std::string& name, const std::string& why) {
  return remote_error(
      "bundle", name + " " + why,
      "if the medium was pulled out, put it back and run the same command again: what "
      "came stays; else export it again");
}

Error errno_trouble(const std::string& name) {
  if (errno == EACCES) {
    return failed("bundle", name + " cannot be read: " + std::strerror(errno),
                  "let hallmark-fetch, a user of its own, read it: chmod -R a+rX");
  }
  return trouble(name, std::string("cannot be read: ") + std::strerror(errno));
}

// Exactly `size` bytes from `offset`.
Result<std::string> read_range(int fd, uint64_t offset, std::size_t size, const std::string& name) {
  std::string out(size, '\0');
  std::size_t used = 0;
  while (used < size) {
    const ssize_t n =
        ::pread(fd, out.data() + used, size - used, static_cast<off_t>(offset + used));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno_trouble(name);
    if (n == 0) return trouble(name, "is cut short");
    used += static_cast<std::size_t>(n);
  }
  return out;
}

// What is wrong with a file of the folder, going by what stat says of it.
Status check_member(const struct stat& info, const std::string& name, uint64_t size) {
  if (S_ISLNK(info.st_mode)) return refuse(name, "is a symbolic link");
  if (!S_ISREG(info.st_mode)) return refuse(name, "is not a regular file");
  const auto found = static_cast<uint64_t>(info.st_size);
  if (found == size) return ok_status();
  const std::string words =
      std::to_string(found) + " bytes, and the manifest says " + std::to_string(size);
  return found > size ? refuse(name, "has " + words) : trouble(name, "is cut short: " + words);
}

Result<UniqueFd> open_member(int folder, const std::string& name) {
  // A link or a pipe that took its place since: neither is followed nor waited for.
  const int fd = ::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && errno == ELOOP) return refuse(name, "is a symbolic link");
  if (fd < 0) return errno_trouble(name);
  return UniqueFd(fd);
}

Result<BundleManifest> parse_manifest(const std::string& text) {
  auto manifest = parse_bundle_manifest(text, std::string("bundle: ") + kBundleManifestName);
  if (manifest.ok()) return manifest;
  Error error = manifest.error();
  error.kind = ErrorKind::kVerification;
  return error;
}

Result<std::string> read_folder_manifest(int folder) {
  struct stat info {};
  if (::fstatat(folder, kBundleManifestName, &info, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != ENOENT) return errno_trouble(kBundleManifestName);
    return failed("bundle", std::string("has no ") + kBundleManifestName,
                  "name the folder, or the tar file, that 'hallmark bundle export' wrote");
  }
  const auto size = static_cast<uint64_t>(info.st_size);
  if (S_ISREG(info.st_mode) && size > kManifestLimit) {
    return refuse(kBundleManifestName, "is larger than 8 MiB");
  }
  HALLMARK_CHECK(check_member(info, kBundleManifestName, size));
  HALLMARK_TRY(const UniqueFd file, open_member(folder, kBundleManifestName));
  return read_range(file.get(), 0, size, kBundleManifestName);
}

Result<std::string> read_tar_manifest(int tar) {
  HALLMARK_TRY(const std::string header, read_range(tar, 0, kTarBlock, "the tar file"));
  const std::optional<uint64_t> size = read_bundle_tar_header(header, kBundleManifestName);
  if (!size || *size > kManifestLimit) {
    return verification_error(
        "bundle", "is not a tar file that 'hallmark bundle export' wrote",
        "if it holds a bundle that was packed by hand, unpack it and name the folder");
  }
  return read_range(tar, kTarBlock, *size, kBundleManifestName);
}

uint64_t member_length(uint64_t size) { return kTarBlock + size + bundle_tar_padding(size); }

// Another member than the one that should be there.
Error wrong_member(std::string_view header, const BundledFile& expected) {
  return refuse("'" + std::string(tar_text(header.substr(0, 100))) + "'",
                "stands in the tar where " + bundled_name(expected) + " of " +
                    std::to_string(expected.size) +
                    " bytes should, or is no plain file of that size");
}

}  // namespace

Result<BundleMedia> BundleMedia::open(UniqueFd media) {
  struct stat info {};
  if (::fstat(media.get(), &info) != 0) return errno_trouble("it");
  if (S_ISDIR(info.st_mode)) {
    HALLMARK_TRY(const std::string text, read_folder_manifest(media.get()));
    HALLMARK_TRY(BundleManifest manifest, parse_manifest(text));
    return BundleMedia(std::move(media), std::move(manifest));
  }
  if (!S_ISREG(info.st_mode)) return failed("bundle", "is neither a folder nor a file");
  HALLMARK_TRY(const std::string text, read_tar_manifest(media.get()));
  HALLMARK_TRY(BundleManifest manifest, parse_manifest(text));
  BundleMedia out(std::move(media), std::move(manifest));
  out.lay_out(text.size());
  return out;
}

void BundleMedia::lay_out(uint64_t manifest_size) {
  headers_ = {member_length(manifest_size)};
  for (const BundledFile& file : manifest_.files) {
    headers_.push_back(headers_.back() + member_length(file.size));
  }
}

Status BundleMedia::check_members() const {
  return headers_.empty() ? check_folder() : check_tar();
}

Status BundleMedia::check_tar() const {
  const std::string tar = "the tar file";
  struct stat info {};
  if (::fstat(media_.get(), &info) != 0) return errno_trouble(tar);
  for (std::size_t i = 0; i < manifest_.files.size(); ++i) {
    const BundledFile& file = manifest_.files[i];
    HALLMARK_TRY(const std::string header, read_range(media_.get(), headers_[i], kTarBlock, tar));
    if (header != bundle_tar_header(bundled_name(file), file.size))
      return wrong_member(header, file);
  }
  const uint64_t end = headers_.back() + kBundleTarEnd;
  if (static_cast<uint64_t>(info.st_size) < end) return trouble(tar, "is cut short");
  HALLMARK_TRY(const std::string zeros,
               read_range(media_.get(), headers_.back(), kBundleTarEnd, tar));
  if (static_cast<uint64_t>(info.st_size) == end && is_all_zero(zeros)) return ok_status();
  return refuse(tar, "goes on after its last member");
}

Status BundleMedia::check_folder() const {
  std::set<std::string> wanted = {kBundleManifestName};
  for (const BundledFile& file : manifest_.files) {
    const std::string name = bundled_name(file);
    wanted.insert(name);
    struct stat info {};
    if (::fstatat(media_.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      return errno == ENOENT ? refuse(name, "is missing") : errno_trouble(name);
    }
    HALLMARK_CHECK(check_member(info, name, file.size));
  }
  // A list of its own, from the start; the descriptor that we were handed keeps its place.
  HALLMARK_TRY(UniqueFd folder, open_at(media_.get(), ".", O_RDONLY | O_DIRECTORY));
  const std::unique_ptr<DIR, int (*)(DIR*)> list(::fdopendir(folder.get()), ::closedir);
  if (!list) return errno_trouble("the folder");
  static_cast<void>(folder.release());
  // Every wanted name is there, so this ends after so many names, however many there are.
  for (errno = 0; const dirent* entry = ::readdir(list.get()); errno = 0) {
    const std::string name = entry->d_name;
    if (name != "." && name != ".." && wanted.count(name) == 0) {
      return refuse(name, "is not in the manifest");
    }
  }
  return errno == 0 ? ok_status() : Status(errno_trouble("the folder"));
}

Status BundleMedia::copy(std::size_t index, int out, const Copied& copied) const {
  const BundledFile& file = manifest_.files[index];
  const std::string name = bundled_name(file);
  UniqueFd member;
  if (headers_.empty()) {
    HALLMARK_TRY(member, open_member(media_.get(), name));
    struct stat info {};
    if (::fstat(member.get(), &info) != 0) return errno_trouble(name);
    HALLMARK_CHECK(check_member(info, name, file.size));
  }
  const int from = member ? member.get() : media_.get();
  const uint64_t offset = member ? 0 : headers_[index] + kTarBlock;
  Sha256Hasher hasher;
  for (uint64_t done = 0; done < file.size;) {
    const std::size_t size = std::min<uint64_t>(file.size - done, kBlock);
    HALLMARK_TRY(const std::string bytes, read_range(from, offset + done, size, name));
    HALLMARK_CHECK(write_all(out, bytes));
    hasher.update(bytes);
    copied(size);
    done += size;
  }
  const Sha256Digest found = hasher.finish();
  if (found == file.sha256) return ok_status();
  return refuse(name, "has sha256 " + found.hex());
}

}  // namespace hallmark
