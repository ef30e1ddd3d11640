#include "cli/key_backup.hpp"

#include <unistd.h>

#include <set>

#include "cli/key_archive.hpp"
#include "core/digest.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxShare = 4096;  // bytes

Result<std::vector<KeyShare>> read_shares(const std::vector<std::string>& files,
                                          const Sha256Digest& backup) {
  std::vector<KeyShare> shares;
  std::set<std::string> seen;
  for (const std::string& file : files) {
    HALLMARK_TRY(const std::string text, read_file(file, kMaxShare));
    HALLMARK_TRY(KeyShare share, parse_share(text, file));
    if (share.backup != backup) return verification_error(file, "is a share of another backup");
    if (!seen.insert(share.text).second) return verification_error(file, "is a share given twice");
    shares.push_back(std::move(share));
  }
  return shares;
}

Result<Secret> secret_of(const std::vector<KeyShare>& shares, const KeyArchive& keys) {
  HALLMARK_TRY(std::string secret, combine_shares(shares, keys.user()));
  return Secret(std::move(secret));
}

// The shares as they were written, all of them and in groups of as many as are needed.
Status rehearse_every_share(const std::vector<std::string>& files, const Sha256Digest& digest,
                            const Secret& secret, const KeyArchive& keys) {
  std::vector<std::string> partial;
  for (const std::string& file : files) partial.push_back(partial_name(file));
  HALLMARK_TRY(const std::vector<KeyShare> shares, read_shares(partial, digest));
  HALLMARK_TRY(const Secret again, secret_of(shares, keys));
  if (again.hex == secret.hex) return ok_status();
  return failed("shares", "do not give the secret back");
}

Status write_shares(const BackupPlan& plan, const Sha256Digest& digest,
                    const std::vector<std::string>& shares, const std::string& terminal,
                    NewFiles& files) {
  const ShareCount count{plan.shares.size(), plan.needed};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    HALLMARK_TRY(const int fd, files.make(plan.shares[i]));
    HALLMARK_CHECK(
        write_all(fd, render_share({digest, plan.needed, shares[i]}, count, i + 1, terminal)));
  }
  return ok_status();
}

// gpg wants an agent at work, though it asks it for nothing.
Result<KeyArchive> keys_of(TerminalRoot& root, KeyFiles files) {
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning, files));
  return KeyArchive::of(root.layout());
}

// Unpacked, until clear().
Result<FileDigest> unpack_backup(const KeyArchive& keys, const std::string& file,
                                 const std::vector<std::string>& share_files) {
  HALLMARK_TRY(const UniqueFd fd, open_file(file));
  HALLMARK_TRY(const FileDigest digest, digest_fd(fd.get()));
  HALLMARK_TRY(const std::vector<KeyShare> shares, read_shares(share_files, digest.sha256));
  HALLMARK_TRY(const Secret secret, secret_of(shares, keys));
  HALLMARK_CHECK(keys.unpack(secret, fd.get()));
  return digest;
}

using Use = Result<std::size_t> (KeyArchive::*)() const;

// What was unpacked never stays.
Result<std::size_t> use_and_clear(const KeyArchive& keys, Use use) {
  const Result<std::size_t> count = (keys.*use)();
  HALLMARK_CHECK(keys.clear());
  return count;
}

Result<BackupReport> open_backup(TerminalRoot& root, const std::string& file,
                                 const std::vector<std::string>& share_files, KeyFiles files,
                                 Use use) {
  HALLMARK_TRY(const KeyArchive keys, keys_of(root, files));
  HALLMARK_TRY(const FileDigest digest, unpack_backup(keys, file, share_files));
  HALLMARK_TRY(const std::size_t count, use_and_clear(keys, use));
  return BackupReport{digest.sha256, digest.size, count};
}

}  // namespace

Status check_backup_plan(const BackupPlan& plan) {
  const std::set<std::string> distinct(plan.shares.begin(), plan.shares.end());
  if (distinct.size() != plan.shares.size() || distinct.contains(plan.file)) {
    return usage_error("--share", "names a file twice");
  }
  if (plan.needed < 2 || plan.shares.size() < plan.needed || plan.shares.size() > 16) {
    return usage_error("--share", "must be given as often as --needed says at least, 2 to 16 times",
                       "--needed 2 --share A --share B --share C: any two of three open it");
  }
  return ok_status();
}

Status check_backup_files(const BackupPlan& plan) {
  HALLMARK_CHECK(check_backup_plan(plan));
  HALLMARK_CHECK(check_name_is_free(plan.file));
  for (const std::string& share : plan.shares) HALLMARK_CHECK(check_name_is_free(share));
  return ok_status();
}

Result<BackupReport> back_up_keys(TerminalRoot& root, const BackupPlan& plan, NewFiles& files) {
  HALLMARK_CHECK(check_backup_files(plan));
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  HALLMARK_TRY(const KeyArchive keys, keys_of(root, KeyFiles::kStay));
  HALLMARK_TRY(const Secret secret, new_secret());
  HALLMARK_TRY(const int file, files.make(plan.file));
  HALLMARK_CHECK(keys.encrypt(secret, file));
  if (::lseek(file, 0, SEEK_SET) != 0) return errno_error(plan.file, "cannot seek");
  HALLMARK_TRY(const FileDigest digest, digest_fd(file));
  HALLMARK_TRY(const std::vector<std::string> shares,
               split_secret(secret.hex, {plan.shares.size(), plan.needed}, keys.user()));
  HALLMARK_CHECK(write_shares(plan, digest.sha256, shares, terminal.name, files));

  HALLMARK_CHECK(rehearse_every_share(plan.shares, digest.sha256, secret, keys));
  HALLMARK_CHECK(keys.unpack(secret, file));
  HALLMARK_TRY(const std::size_t count, use_and_clear(keys, &KeyArchive::compare));
  return BackupReport{digest.sha256, digest.size, count};
}

Result<BackupReport> rehearse_restore(TerminalRoot& root, const std::string& file,
                                      const std::vector<std::string>& share_files) {
  return open_backup(root, file, share_files, KeyFiles::kStay, &KeyArchive::compare);
}

Result<BackupReport> restore_keys(TerminalRoot& root, const std::string& file,
                                  const std::vector<std::string>& share_files) {
  return open_backup(root, file, share_files, KeyFiles::kChange, &KeyArchive::take_over);
}

}  // namespace hallmark
