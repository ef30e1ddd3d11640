#include "publisher/transfer/sftp_upload.hpp"

#include <unistd.h>

#include <algorithm>

namespace hallmark {
namespace {

const char* step_words(bool opening, bool renaming) {
  if (opening) return "open it for writing";
  return renaming ? "move it into place" : "write it";
}

}  // namespace

bool sftp_done(const SftpReply& reply) {
  return reply.type == SftpType::kStatus && reply.code == SftpCode::kOk;
}

Error sftp_refusal(const std::string& path, const std::string& operation, const SftpReply& reply) {
  std::string cause = "the host cannot " + operation;
  if (reply.type == SftpType::kStatus) {
    cause += ": " + reply.message + " (SFTP code " +
             std::to_string(static_cast<uint32_t>(reply.code)) + ")";
  }
  return remote_error(path, cause, "see that the host's disk is not full and its docroot writable");
}

Status SftpUploader::fill() {
  while (has_work() && client_.has_room()) HALLMARK_CHECK(send_something());
  return ok_status();
}

Status SftpUploader::take_answer() {
  HALLMARK_TRY(const SftpClient::Answer answer, client_.receive());
  return on_answer(answer);
}

bool SftpUploader::can_start() const {
  return queue_.next < queue_.uploads.size() && open_count_ < most_open_;
}

bool SftpUploader::can_flush() const {
  if (written_.empty()) return false;
  const bool nothing_to_wait_for = written_.size() == open_count_ && !can_start();
  return is_flushing_ || nothing_to_wait_for || written_.size() >= most_open_ / 2;
}

bool SftpUploader::has_work() const { return can_start() || !writing_.empty() || can_flush(); }

Status SftpUploader::send_something() {
  if (can_flush()) return flush_next();
  // New files first: their round trips pass while others are written.
  if (can_start()) return start_next();
  return write_some(writing_.front());
}

Status SftpUploader::start_next() {
  const std::size_t number = queue_.next++;
  Transfer& transfer = transfers_[number];
  transfer.upload = &queue_.uploads[number];
  HALLMARK_TRY(transfer.source, transfer.upload->open());
  ++open_count_;
  const std::string path = temporary_path(*transfer.upload);
  return send(number, [&path](uint32_t id) { return sftp_open(id, path); });
}

Status SftpUploader::send(std::size_t number, const SftpClient::MakeRequest& make) {
  ++transfers_.at(number).unanswered;
  return client_.send(number, make);
}

Status SftpUploader::write_some(std::size_t number) {
  Transfer& transfer = transfers_.at(number);
  const ServedFile& file = transfer.upload->file;
  if (transfer.offset == file.size) return finish_writing(number);
  std::string buffer(std::min<uint64_t>(client_.max_write(), file.size - transfer.offset), '\0');
  const ssize_t got = ::pread(transfer.source.get(), buffer.data(), buffer.size(),
                              static_cast<off_t>(transfer.offset));
  if (got < 0) return errno_error(file.path, "cannot read");
  if (got == 0) return verification_error(file.path, "is shorter here than it was when it came in");
  buffer.resize(static_cast<std::size_t>(got));
  transfer.hasher.update(buffer);
  const uint64_t offset = transfer.offset;
  transfer.offset += buffer.size();
  queue_.observer.on_bytes(buffer.size());
  return send(number, [&](uint32_t id) { return sftp_write(id, transfer.handle, offset, buffer); });
}

Status SftpUploader::finish_writing(std::size_t number) {
  writing_.erase(std::find(writing_.begin(), writing_.end(), number));
  Transfer& transfer = transfers_.at(number);
  if (transfer.hasher.finish() != transfer.upload->file.sha256) {
    return verification_error(transfer.upload->file.path,
                              "has other bytes here than it had when it came in");
  }
  transfer.source.reset();
  written_.push_back(number);
  return ok_status();
}

Status SftpUploader::flush_next() {
  const std::size_t number = written_.front();
  written_.pop_front();
  is_flushing_ = !written_.empty();
  Transfer& transfer = transfers_.at(number);
  transfer.step = Step::kClosing;
  HALLMARK_CHECK(send(number, [&](uint32_t id) { return sftp_fsync(id, transfer.handle); }));
  return send(number, [&](uint32_t id) { return sftp_close(id, transfer.handle); });
}

Status SftpUploader::on_opened(std::size_t number, const SftpReply& reply) {
  Transfer& transfer = transfers_.at(number);
  if (reply.type != SftpType::kHandle) {
    return sftp_refusal(transfer.upload->file.path, step_words(true, false), reply);
  }
  transfer.handle = reply.handle;
  transfer.step = Step::kWriting;
  writing_.push_back(number);
  return ok_status();
}

Status SftpUploader::on_answer(const SftpClient::Answer& answer) {
  const auto number = static_cast<std::size_t>(answer.tag);
  Transfer& transfer = transfers_.at(number);
  --transfer.unanswered;
  if (transfer.step == Step::kOpening) return on_opened(number, answer.reply);
  const Upload& upload = *transfer.upload;
  if (!sftp_done(answer.reply)) {
    return sftp_refusal(upload.file.path, step_words(false, transfer.step == Step::kRenaming),
                        answer.reply);
  }
  if (transfer.unanswered > 0 || transfer.step == Step::kWriting) return ok_status();
  if (transfer.step == Step::kClosing) {
    --open_count_;
    transfer.step = Step::kRenaming;
    return send(number, [&](uint32_t id) {
      return sftp_posix_rename(id, temporary_path(upload), final_path(upload));
    });
  }
  transfers_.erase(number);
  return queue_.observer.on_stored(upload.file);
}

std::string SftpUploader::temporary_path(const Upload& upload) const {
  const std::string path = final_path(upload);
  const std::size_t name = path.rfind('/') + 1;
  return path.substr(0, name) + "." + path.substr(name) + ".part";
}

Status upload_side_by_side(std::span<SftpClient* const> sessions, UploadQueue& queue) {
  std::deque<SftpUploader> uploaders;  // which do not move
  for (SftpClient* session : sessions) {
    const std::size_t share = std::max<std::size_t>(session->max_handles() / sessions.size(), 1);
    uploaders.emplace_back(*session, queue, share);
  }
  for (bool is_done = false; !is_done;) {
    is_done = true;
    for (SftpUploader& uploader : uploaders) HALLMARK_CHECK(uploader.fill());
    for (SftpUploader& uploader : uploaders) {
      if (uploader.is_idle()) continue;
      is_done = false;
      HALLMARK_CHECK(uploader.take_answer());
    }
  }
  return ok_status();
}

}  // namespace hallmark
