#include "publisher/transfer/sftp_files.hpp"

#include "publisher/transfer/sftp_upload.hpp"

namespace hallmark {

Status SftpFiles::pipeline(std::size_t count, const MakeNth& make, const OnReply& on_reply) {
  std::size_t next = 0;
  while (next < count || !client_->is_idle()) {
    if (next < count && client_->has_room()) {
      HALLMARK_CHECK(client_->send(next, [&](uint32_t id) { return make(id, next); }));
      ++next;
      continue;
    }
    HALLMARK_TRY(const SftpClient::Answer answer, client_->receive());
    HALLMARK_CHECK(on_reply(static_cast<std::size_t>(answer.tag), answer.reply));
  }
  return ok_status();
}

Result<std::vector<std::optional<uint64_t>>> SftpFiles::sizes(
    const std::vector<std::string>& paths) {
  std::vector<std::optional<uint64_t>> out(paths.size());
  HALLMARK_CHECK(pipeline(
      paths.size(), [&](uint32_t id, std::size_t n) { return sftp_lstat(id, full(paths[n])); },
      [&](std::size_t n, const SftpReply& reply) -> Status {
        if (reply.type == SftpType::kAttributes && reply.regular_file) out[n] = reply.size;
        const bool answered =
            reply.type == SftpType::kAttributes ||
            (reply.type == SftpType::kStatus && reply.code == SftpCode::kNoSuchFile);
        if (!answered) return sftp_refusal(paths[n], "look at it", reply);
        return ok_status();
      }));
  return out;
}

Status SftpFiles::make_folders(const std::vector<std::string>& folders) {
  // The protocol has no code for "exists": those that fail are looked at.
  std::vector<std::string> refused;
  HALLMARK_CHECK(pipeline(
      folders.size(), [&](uint32_t id, std::size_t n) { return sftp_mkdir(id, full(folders[n])); },
      [&](std::size_t n, const SftpReply& reply) -> Status {
        if (!sftp_done(reply)) refused.push_back(folders[n]);
        return ok_status();
      }));
  return pipeline(
      refused.size(), [&](uint32_t id, std::size_t n) { return sftp_lstat(id, full(refused[n])); },
      [&](std::size_t n, const SftpReply& reply) -> Status {
        if (reply.type == SftpType::kAttributes && reply.folder) return ok_status();
        return sftp_refusal(refused[n], "make the folder", reply);
      });
}

Status SftpFiles::put(std::span<const Upload> uploads, PutObserver& observer) {
  SftpUploader uploader(*client_, docroot_, uploads, observer);
  return uploader.run();
}

}  // namespace hallmark
