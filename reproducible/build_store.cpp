#include "reproducible/build_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "core/digest.hpp"
#include "core/fd.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxRecord = uint64_t{1} << 20U;

Status check_artefact(int folder, const BuiltArtefact& artefact) {
  HALLMARK_TRY(const UniqueFd file, open_at(folder, artefact.name, O_RDONLY | O_NOFOLLOW));
  HALLMARK_TRY(const FileDigest digest, digest_fd(file.get()));
  if (digest.sha256 == artefact.sha256 && digest.size == artefact.size) return ok_status();
  return verification_error("artefact " + artefact.name, "is not what its record says");
}

Status copy_artefact(int folder, const CollectedFile& artefact) {
  HALLMARK_TRY(const UniqueFd copy,
               open_at(folder, artefact.name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0644));
  HALLMARK_TRY(const uint64_t size, copy_fd(artefact.file.get(), copy.get(), artefact.digest.size));
  HALLMARK_TRY(const FileDigest digest, digest_fd(copy.get()));
  if (size != artefact.digest.size || digest.sha256 != artefact.digest.sha256) {
    return verification_error("artefact " + artefact.name, "changed while it was kept");
  }
  return sync_fd(copy.get(), artefact.name);
}

// rename(2) cannot replace a folder that holds something: what is there goes to `aside` first.
Status move_into_place(const std::string& from, const std::string& to, const std::string& aside) {
  if (std::rename(to.c_str(), aside.c_str()) != 0 && errno != ENOENT) {
    return errno_error(to, "cannot move away");
  }
  if (std::rename(from.c_str(), to.c_str()) != 0) return errno_error(to, "cannot move into place");
  return ok_status();
}

Status sync_folder(const std::string& path) {
  HALLMARK_TRY(const UniqueFd folder, open_dir(path));
  return sync_fd(folder.get(), path);
}

}  // namespace

BuildStore::BuildStore(const Layout& layout, const Sha256Digest& lock_sha256, std::string workspace)
    : out_(layout.build() / "out" / lock_sha256.hex()),
      records_(layout.records()),
      lock_sha256_(lock_sha256),
      workspace_(std::move(workspace)) {}

std::optional<StoredRecord> BuildStore::find(const Target& target) const {
  Result<StoredRecord> loaded = load(target);
  if (!loaded.ok()) return std::nullopt;
  return std::move(loaded).value();
}

Result<StoredRecord> BuildStore::load(const Target& target) const {
  const std::string name = target.directory_name();
  HALLMARK_TRY(const std::string text, read_file(out_ + "/" + name + ".record", kMaxRecord));
  HALLMARK_TRY(BuildRecord record, parse_record(text, "build record"));
  const Sha256Digest digest = sha256(text);
  HALLMARK_TRY(const std::string spooled,
               read_file(records_ + "/" + digest.hex() + ".json", kMaxRecord));
  if (spooled != text || record.lock_sha256 != lock_sha256_ || record.target != target) {
    return failed("build record", "is another one");
  }
  HALLMARK_TRY(const UniqueFd folder, open_dir(out_ + "/" + name));
  for (const BuiltArtefact& artefact : record.artefacts) {
    HALLMARK_CHECK(check_artefact(folder.get(), artefact));
  }
  return StoredRecord{digest, std::move(record)};
}

Status BuildStore::keep_artefacts(const Target& target,
                                  const std::vector<CollectedFile>& artefacts) const {
  const std::string name = target.directory_name();
  const std::string fresh = workspace_ + "/keep-" + name;
  HALLMARK_CHECK(make_dirs(fresh, 0755));
  {
    HALLMARK_TRY(const UniqueFd folder, open_dir(fresh));
    for (const CollectedFile& artefact : artefacts) {
      HALLMARK_CHECK(copy_artefact(folder.get(), artefact));
    }
    HALLMARK_CHECK(sync_fd(folder.get(), fresh));
  }
  HALLMARK_CHECK(make_dirs(out_, 0755));
  HALLMARK_CHECK(move_into_place(fresh, out_ + "/" + name, workspace_ + "/replaced-" + name));
  return sync_folder(out_);
}

Result<StoredRecord> BuildStore::keep(BuildRecord record,
                                      const std::vector<CollectedFile>& artefacts) const {
  record.lock_sha256 = lock_sha256_;
  record.artefacts.clear();
  for (const CollectedFile& artefact : artefacts) {
    record.artefacts.push_back({artefact.name, artefact.digest.size, artefact.digest.sha256});
  }
  HALLMARK_TRY(const std::string text, canonical_dump(to_json(record)));
  HALLMARK_CHECK(keep_artefacts(record.target, artefacts));
  const Sha256Digest digest = sha256(text);
  HALLMARK_TRY(const UniqueFd records, open_dir(records_));
  HALLMARK_CHECK(write_file_atomic(records.get(), digest.hex() + ".json", text, 0644));
  HALLMARK_TRY(const UniqueFd out, open_dir(out_));
  HALLMARK_CHECK(
      write_file_atomic(out.get(), record.target.directory_name() + ".record", text, 0644));
  return StoredRecord{digest, std::move(record)};
}

}  // namespace hallmark
