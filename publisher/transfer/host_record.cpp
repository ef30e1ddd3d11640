#include "publisher/transfer/host_record.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kGroup = 64;

}  // namespace

Result<HostRecord> HostRecord::load(RepositoryState& state, const std::string& host) {
  HostRecord record(state, host);
  HALLMARK_TRY(std::vector<RepositoryState::HostFile> files, state.host_files(host));
  for (RepositoryState::HostFile& file : files) {
    std::string path = file.file.path;
    record.known_.emplace(std::move(path), std::move(file));
  }
  return record;
}

Status HostRecord::compare_with(RemoteFiles& remote, const std::vector<ServedFile>& wanted) {
  std::vector<std::string> paths;
  for (const ServedFile& file : wanted) {
    if (has(file)) paths.push_back(file.path);
  }
  HALLMARK_TRY(const std::vector<std::optional<RemoteFile>> there, remote.look_at(paths));
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!there[i] || there[i]->size != known_.at(paths[i]).file.size) known_.erase(paths[i]);
  }
  return ok_status();
}

Status HostRecord::keep_named(const std::vector<ServedFile>& wanted) {
  HALLMARK_TRY(Transaction transaction, state_->transaction());
  for (const ServedFile& file : wanted) {
    const auto found = known_.find(file.path);
    if (found == known_.end() || found->second.unnamed_since == 0) continue;
    HALLMARK_CHECK(state_->set_named(host_, file.path));
  }
  return transaction.commit();
}

bool HostRecord::has(const ServedFile& file) const {
  const auto found = known_.find(file.path);
  return found != known_.end() && found->second.file == file;
}

bool HostRecord::is_checked(const ServedFile& file) const {
  return has(file) && known_.at(file.path).checked;
}

Status HostRecord::add(const ServedFile& file) {
  known_[file.path] = {file, false, 0, 0};
  unwritten_.push_back(file);
  return unwritten_.size() < kGroup ? ok_status() : flush();
}

Status HostRecord::flush() {
  if (unwritten_.empty()) return ok_status();
  HALLMARK_TRY(Transaction transaction, state_->transaction());
  for (const ServedFile& file : unwritten_) {
    HALLMARK_CHECK(state_->set_host_file(host_, file));
  }
  unwritten_.clear();
  return transaction.commit();
}

Status HostRecord::record_check(const std::vector<ServedFile>& good,
                                const std::vector<ServedFile>& bad) {
  HALLMARK_TRY(Transaction transaction, state_->transaction());
  for (const ServedFile& file : good) HALLMARK_CHECK(state_->set_checked(host_, file));
  for (const ServedFile& file : bad) HALLMARK_CHECK(state_->forget_host_file(host_, file.path));
  return transaction.commit();
}

}  // namespace hallmark
