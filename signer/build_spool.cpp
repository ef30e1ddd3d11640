#include "signer/build_spool.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "core/digest.hpp"
#include "core/fd.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxRecord = uint64_t{1} << 20U;
constexpr const char* kNeeded = "build it on this terminal: hallmark build";

Result<struct stat> look_at(int fd, const std::string& subject) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return errno_error(subject, "cannot look at");
  if ((info.st_mode & 022U) != 0) {
    return policy_error(subject, "can be written by others than its owner", kNeeded);
  }
  return info;
}

Status require_builder(const struct stat& info, uid_t builder, const std::string& subject) {
  if (info.st_uid == builder) return ok_status();
  return policy_error(subject,
                      "belongs to uid " + std::to_string(info.st_uid) +
                          " and not to hallmark-build (uid " + std::to_string(builder) + ")",
                      kNeeded);
}

// The folder that holds the spool may be the builder's, root's or our own; anyone else could put
// another folder in its place.
Result<UniqueFd> open_records(const Layout& layout, uid_t builder) {
  const std::string parent = layout.records().parent_path();
  HALLMARK_TRY(const UniqueFd spool,
               open_at(AT_FDCWD, parent, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  HALLMARK_TRY(const struct stat spool_info, look_at(spool.get(), parent));
  if (spool_info.st_uid != 0 && spool_info.st_uid != ::geteuid()) {
    HALLMARK_CHECK(require_builder(spool_info, builder, parent));
  }
  HALLMARK_TRY(UniqueFd records, open_at(spool.get(), layout.records().filename(),
                                         O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  HALLMARK_TRY(const struct stat records_info, look_at(records.get(), layout.records()));
  HALLMARK_CHECK(require_builder(records_info, builder, layout.records()));
  return records;
}

}  // namespace

Result<std::string> read_build_record(const Layout& layout, uid_t builder,
                                      const Sha256Digest& sha256_of_record) {
  const std::string name = sha256_of_record.hex() + ".json";
  const std::string subject = "build record " + sha256_of_record.hex();
  HALLMARK_TRY(const UniqueFd records, open_records(layout, builder));
  const Result<UniqueFd> fd =
      open_at(records.get(), name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!fd.ok()) {
    return policy_error(subject, "is not in the builder's spool: " + fd.error().cause, kNeeded);
  }
  HALLMARK_TRY(const struct stat info, look_at(fd->get(), subject));
  if (!S_ISREG(info.st_mode)) return policy_error(subject, "is not a regular file", kNeeded);
  HALLMARK_CHECK(require_builder(info, builder, subject));
  HALLMARK_TRY(std::string text, read_all(fd->get(), kMaxRecord, subject));
  if (sha256(text) != sha256_of_record) {
    return verification_error(subject, "does not have the digest that names it", kNeeded);
  }
  return text;
}

}  // namespace hallmark
