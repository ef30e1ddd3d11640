#include "cli/key_backup.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "cli/key_archive.hpp"
#include "core/digest.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxShare = 4096;  // bytes

// Under this name until all of them are there and were tried: what a killed run leaves is written
// over by the next.
std::string partial_name(const std::string& path) { return path + ".partial"; }

// The files of a backup. They go again unless it succeeds.
class NewFiles {
 public:
  NewFiles() = default;
  NewFiles(const NewFiles&) = delete;
  NewFiles& operator=(const NewFiles&) = delete;
  ~NewFiles() {
    for (const std::string& path : paths_) ::unlink(partial_name(path).c_str());
  }

  Result<UniqueFd> make(const std::string& path) {
    HALLMARK_CHECK(check_free(path));
    HALLMARK_TRY(UniqueFd fd, open_at(AT_FDCWD, partial_name(path),
                                      O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600));
    paths_.push_back(path);
    return fd;
  }

  // The backup, which was made first, gets its name last: where it is, its shares are.
  Status finish() {
    for (; !paths_.empty(); paths_.pop_back()) {
      const std::string& path = paths_.back();
      HALLMARK_CHECK(check_free(path));
      if (::rename(partial_name(path).c_str(), path.c_str()) != 0) {
        return errno_error(path, "cannot be given its name");
      }
      const auto folder = std::filesystem::absolute(path).parent_path();
      HALLMARK_TRY(const UniqueFd fd, open_dir(folder));
      HALLMARK_CHECK(sync_fd(fd.get(), folder));
    }
    return ok_status();
  }

 private:
  static Status check_free(const std::string& path) {
    if (::access(path.c_str(), F_OK) != 0) return ok_status();
    return failed(path, "exists already", "a backup or a share is never written over");
  }

  std::vector<std::string> paths_;
};

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
  std::vector<std::string> texts;
  for (const KeyShare& share : shares) texts.push_back(share.text);
  HALLMARK_TRY(std::string secret, combine_shares(texts, keys.user()));
  return Secret(std::move(secret));
}

// Every share takes part in one group of as many as are needed.
Status rehearse_every_share(const std::vector<std::string>& files, std::size_t needed,
                            const Sha256Digest& digest, const Secret& secret,
                            const KeyArchive& keys) {
  std::vector<std::string> partial;
  for (const std::string& file : files) partial.push_back(partial_name(file));
  HALLMARK_TRY(const std::vector<KeyShare> shares, read_shares(partial, digest));
  for (std::size_t first = 0; first < shares.size(); ++first) {
    std::vector<KeyShare> group;
    for (std::size_t i = 0; i < needed; ++i) group.push_back(shares[(first + i) % shares.size()]);
    HALLMARK_TRY(const Secret again, secret_of(group, keys));
    if (again.hex != secret.hex) return failed(files[first], "does not give the secret back");
  }
  return ok_status();
}

Status write_shares(const BackupPlan& plan, const Sha256Digest& digest,
                    const std::vector<std::string>& shares, const std::string& terminal,
                    NewFiles& files) {
  const ShareCount count{plan.shares.size(), plan.needed};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    HALLMARK_TRY(const UniqueFd fd, files.make(plan.shares[i]));
    HALLMARK_CHECK(write_all(fd.get(), render_share({digest, shares[i]}, count, i + 1, terminal)));
    HALLMARK_CHECK(sync_fd(fd.get(), plan.shares[i]));
  }
  return ok_status();
}

struct OpenedBackup {
  KeyArchive keys;
  BackupReport report;
  UniqueFd archive;
};

// gpg wants an agent at work, though it asks it for nothing.
Result<OpenedBackup> open_backup(TerminalRoot& root, const std::string& file,
                                 const std::vector<std::string>& share_files) {
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));
  HALLMARK_TRY(KeyArchive keys, KeyArchive::of(root.layout()));
  HALLMARK_TRY(const UniqueFd fd, open_file(file));
  HALLMARK_TRY(const FileDigest digest, digest_fd(fd.get()));
  HALLMARK_TRY(const std::vector<KeyShare> shares, read_shares(share_files, digest.sha256));
  HALLMARK_TRY(const Secret secret, secret_of(shares, keys));
  HALLMARK_TRY(UniqueFd archive, keys.decrypt(secret, fd));
  return OpenedBackup{std::move(keys), {digest.sha256, digest.size, 0}, std::move(archive)};
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

Result<BackupReport> back_up_keys(TerminalRoot& root, const BackupPlan& plan) {
  HALLMARK_CHECK(check_backup_plan(plan));
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));
  HALLMARK_TRY(const KeyArchive keys, KeyArchive::of(root.layout()));
  HALLMARK_TRY(const Secret secret, new_secret());
  NewFiles files;
  HALLMARK_TRY(const UniqueFd file, files.make(plan.file));
  HALLMARK_CHECK(keys.encrypt(secret, file));
  HALLMARK_CHECK(sync_fd(file.get(), plan.file));
  HALLMARK_TRY(const FileDigest digest, digest_fd(file.get()));
  HALLMARK_TRY(const std::vector<std::string> shares,
               split_secret(secret.hex, {plan.shares.size(), plan.needed}, keys.user()));
  HALLMARK_CHECK(write_shares(plan, digest.sha256, shares, terminal.name, files));

  HALLMARK_CHECK(rehearse_every_share(plan.shares, plan.needed, digest.sha256, secret, keys));
  HALLMARK_TRY(const UniqueFd archive, keys.decrypt(secret, file));
  HALLMARK_TRY(const std::size_t count, keys.compare(archive));
  HALLMARK_CHECK(files.finish());
  return BackupReport{digest.sha256, digest.size, count};
}

Result<BackupReport> rehearse_restore(TerminalRoot& root, const std::string& file,
                                      const std::vector<std::string>& share_files) {
  HALLMARK_TRY(OpenedBackup opened, open_backup(root, file, share_files));
  HALLMARK_TRY(opened.report.keys, opened.keys.compare(opened.archive));
  return opened.report;
}

Result<BackupReport> restore_keys(TerminalRoot& root, const std::string& file,
                                  const std::vector<std::string>& share_files) {
  HALLMARK_TRY(OpenedBackup opened, open_backup(root, file, share_files));
  HALLMARK_TRY(const std::set<std::string> before, opened.keys.private_keys());
  HALLMARK_CHECK(opened.keys.extract(opened.archive));
  HALLMARK_TRY(const std::set<std::string> after, opened.keys.private_keys());
  opened.report.keys = after.size() - before.size();
  return opened.report;
}

}  // namespace hallmark
