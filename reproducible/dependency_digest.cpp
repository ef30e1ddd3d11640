#include "reproducible/dependency_digest.hpp"

#include <map>

#include "core/digest.hpp"
#include "core/fd.hpp"
#include "verify/apk/zip.hpp"
#include "verify/apk/zip_stream.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxUnpacked = uint64_t{1} << 30U;  // bytes of one Go module, all files together
constexpr uint64_t kMaxModFile = uint64_t{16} << 20U;  // bytes

// golang.org/x/mod/sumdb/dirhash, Hash1: SHA-256 of a list like sha256sum's, in order of the names.
// No name has a line feed in it, or one file could stand for two: read_zip refuses such names.
std::string go_digest(const std::map<std::string, Sha256Digest>& files) {
  Sha256Hasher hasher;
  for (const auto& [name, digest] : files) hasher.update(digest.hex() + "  " + name + "\n");
  return "h1:" + base64_encode(hasher.finish().view());
}

Result<std::string> go_digest_of_zip(int untrusted_fd) {
  HALLMARK_TRY(const FileBytes file, FileBytes::open(untrusted_fd));
  HALLMARK_TRY(const ZipArchive archive, read_zip(file));
  ZipEntryStream stream(file);
  std::map<std::string, Sha256Digest> digests;
  uint64_t unpacked = 0;
  for (const ZipEntry& entry : archive.entries) {
    unpacked += entry.size;
    if (unpacked > kMaxUnpacked) return verification_error("module", "unpacks to more than 1 GiB");
    Sha256Hasher hasher;
    HALLMARK_CHECK(stream.read(entry, [&hasher](std::span<const uint8_t> part) {
      hasher.update(part);
      return ok_status();
    }));
    digests.emplace(entry.name, hasher.finish());
  }
  return go_digest(digests);
}

Result<std::string> integrity_of(DependencyKind kind, const ListedDependency& listed, int fd) {
  if (kind == DependencyKind::kCargo) {
    HALLMARK_TRY(const FileDigest digest, digest_fd(fd));
    return digest.sha256.hex();
  }
  if (kind == DependencyKind::kNpm) {
    HALLMARK_TRY(const Sha512Digest digest, sha512_fd(fd));
    return "sha512-" + base64_encode(digest.view());
  }
  if (!listed.version.ends_with("/go.mod")) return go_digest_of_zip(fd);
  HALLMARK_TRY(const std::string text, read_all(fd, kMaxModFile, listed.name));
  return go_digest({{"go.mod", sha256(text)}});
}

}  // namespace

Status check_integrity(DependencyKind kind, const ListedDependency& listed, int untrusted_fd) {
  const Result<std::string> found = integrity_of(kind, listed, untrusted_fd);
  const std::string label = label_of(kind, listed);
  if (!found.ok()) {
    Error error = found.error();
    error.subject = label + ": " + error.subject;
    return error;
  }
  if (*found == listed.integrity) return ok_status();
  return verification_error(
      label, "has the digest " + *found + ", and the source's lock file says " + listed.integrity);
}

PinnedFile dependency_file(DependencyKind kind, const LockedDependency& file) {
  return {label_of(kind, file.listed), file.sha256, file.size};
}

Status check_locked_dependency(DependencyKind kind, const LockedDependency& file, int fd) {
  const bool one_digest = kind == DependencyKind::kCargo;
  if (one_digest && file.sha256.hex() == file.listed.integrity) return ok_status();
  return check_integrity(kind, file.listed, fd);
}

Status verify_dependencies(const Lock& lock, const Quarantine& quarantine) {
  for (const LockedDependencies& each : lock.dependencies) {
    for (const LockedDependency& file : each.files) {
      HALLMARK_TRY(const UniqueFd fd, quarantine.open(dependency_file(each.kind, file)));
      HALLMARK_CHECK(check_locked_dependency(each.kind, file, fd.get()));
    }
  }
  return ok_status();
}

std::string label_of(DependencyKind kind, const ListedDependency& listed) {
  return std::string(name_of(kind)) + " package " + listed.name + " " + listed.version;
}

}  // namespace hallmark
