// Stores many files at once over an SFTP session: while some are being opened, others are written,
// flushed or renamed, so that a long round trip costs the whole and not each file.
//
// What costs most is the host's disk. Files are flushed in batches, each after all of the batch are
// written: the first flush writes the journal for all of them. And a server does one thing at a
// time, but several do several: where there are many files they are shared among sessions, whose
// flushes the host's kernel joins.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <unordered_map>

#include "core/digest.hpp"
#include "core/fd.hpp"
#include "publisher/transfer/remote_files.hpp"
#include "publisher/transfer/sftp_client.hpp"

namespace hallmark {

bool sftp_done(const SftpReply& reply);
// "cannot OPERATION: what the server said".
Error sftp_refusal(const std::string& path, const std::string& operation, const SftpReply& reply);

// Files that several sessions share: each takes the next when it has room for one more.
struct UploadQueue {
  std::span<const Upload> uploads;
  const std::string& docroot;
  PutObserver& observer;
  std::size_t next = 0;  // the first upload that was not started
};

// One session's share.
class SftpUploader {
 public:
  // At most `most_open` files at a time. All must outlive the uploader.
  SftpUploader(SftpClient& client, UploadQueue& queue, std::size_t most_open)
      : client_(client), queue_(queue), most_open_(most_open) {}

  // Sends all that the session has room for.
  Status fill();
  // Whether there is nothing to wait for.
  bool is_idle() const { return client_.is_idle(); }
  // Waits for one answer.
  Status take_answer();

 private:
  // The stations of one file. A rename waits for the answers to everything before it; a close does
  // not wait for the writes, because the server keeps the order.
  enum class Step { kOpening, kWriting, kClosing, kRenaming };
  struct Transfer {
    const Upload* upload = nullptr;
    Step step = Step::kOpening;
    UniqueFd source;
    std::string handle;
    uint64_t offset = 0;  // sent so far
    std::size_t unanswered = 0;
    Sha256Hasher hasher;
  };

  Status send_something();
  Status start_next();
  Status write_some(std::size_t number);
  Status finish_writing(std::size_t number);
  Status flush_next();
  Status send(std::size_t number, const SftpClient::MakeRequest& make);
  Status on_answer(const SftpClient::Answer& answer);
  Status on_opened(std::size_t number, const SftpReply& reply);
  bool can_start() const;
  bool can_flush() const;
  bool has_work() const;
  std::string final_path(const Upload& upload) const {
    return queue_.docroot + "/" + upload.file.path;
  }
  std::string temporary_path(const Upload& upload) const;

  SftpClient& client_;
  UploadQueue& queue_;
  const std::size_t most_open_;
  std::unordered_map<std::size_t, Transfer> transfers_;  // begun and not ended, by number of upload
  std::size_t open_count_ = 0;
  std::deque<std::size_t> writing_;  // have bytes left to send
  std::deque<std::size_t> written_;  // wait for the flush of their batch
  bool is_flushing_ = false;         // a batch, to its end
};

// Stores all files of the queue, shared among the sessions.
Status upload_side_by_side(std::span<SftpClient* const> sessions, UploadQueue& queue);

}  // namespace hallmark
