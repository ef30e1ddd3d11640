// Stores many files at once over one SFTP session: while some are being opened, others are written,
// flushed or renamed, so that a long round trip costs the whole and not each file.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/fd.hpp"
#include "publisher/transfer/remote_files.hpp"
#include "publisher/transfer/sftp_client.hpp"

namespace hallmark {

bool sftp_done(const SftpReply& reply);
// "cannot OPERATION: what the server said".
Error sftp_refusal(const std::string& path, const std::string& operation, const SftpReply& reply);

class SftpUploader {
 public:
  SftpUploader(SftpClient& client, const std::string& docroot, std::span<const Upload> uploads,
               PutObserver& observer)
      : client_(client), docroot_(docroot), uploads_(uploads), observer_(observer) {}
  Status run();

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
  Status send(std::size_t number, const SftpClient::MakeRequest& make);
  Status on_answer(const SftpClient::Answer& answer);
  Status on_opened(std::size_t number, const SftpReply& reply);
  bool has_work() const;
  std::string final_path(const Upload& upload) const { return docroot_ + "/" + upload.file.path; }
  std::string temporary_path(const Upload& upload) const;

  SftpClient& client_;
  const std::string& docroot_;
  std::span<const Upload> uploads_;
  PutObserver& observer_;
  std::size_t next_ = 0;                            // the first upload that was not started
  std::vector<std::optional<Transfer>> transfers_;  // by number of upload; empty before and after
  std::size_t open_count_ = 0;
  std::deque<std::size_t> writing_;  // have bytes left to send
};

}  // namespace hallmark
