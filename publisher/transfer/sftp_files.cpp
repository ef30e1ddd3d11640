#include "publisher/transfer/sftp_files.hpp"

#include <set>
#include <utility>

#include "publisher/transfer/sftp_upload.hpp"

namespace hallmark {
namespace {

// Fewer are stored before a further session is there.
constexpr std::size_t kManyFiles = 64;
// As many flushes as four sessions wait for, a disk does in the time of one.
constexpr std::size_t kMaxFurtherSessions = 3;

}  // namespace

Status SftpFiles::pipeline(std::size_t count, const MakeNth& make, const OnReply& on_reply) {
  // An answer that is still to come would be taken for one of these requests'.
  if (!client_->is_idle()) return remote_error("SFTP session", "has failed before");
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

Result<std::vector<std::optional<RemoteFile>>> SftpFiles::look_at(
    const std::vector<std::string>& paths) {
  std::vector<std::optional<RemoteFile>> out(paths.size());
  HALLMARK_CHECK(pipeline(
      paths.size(), [&](uint32_t id, std::size_t n) { return sftp_lstat(id, full(paths[n])); },
      [&](std::size_t n, const SftpReply& reply) -> Status {
        if (reply.type == SftpType::kAttributes && reply.regular_file && reply.size) {
          out[n] = RemoteFile{*reply.size, reply.modified};
        }
        const bool answered =
            reply.type == SftpType::kAttributes ||
            (reply.type == SftpType::kStatus && reply.code == SftpCode::kNoSuchFile);
        if (!answered) return sftp_refusal(paths[n], "look at it", reply);
        return ok_status();
      }));
  return out;
}

Status SftpFiles::make_folders(const std::vector<std::string>& folders) {
  return make_folders_below(docroot_, folders);
}

Status SftpFiles::make_folders_below(const std::string& root,
                                     const std::vector<std::string>& folders) {
  const auto below = [&](std::size_t n, const std::vector<std::string>& names) {
    return root + "/" + names[n];
  };
  // The protocol has no code for "exists": those that fail are looked at.
  std::vector<std::string> refused;
  HALLMARK_CHECK(pipeline(
      folders.size(), [&](uint32_t id, std::size_t n) { return sftp_mkdir(id, below(n, folders)); },
      [&](std::size_t n, const SftpReply& reply) -> Status {
        if (!sftp_done(reply)) refused.push_back(folders[n]);
        return ok_status();
      }));
  Status outcome = ok_status();
  HALLMARK_CHECK(pipeline(
      refused.size(), [&](uint32_t id, std::size_t n) { return sftp_lstat(id, below(n, refused)); },
      [&](std::size_t n, const SftpReply& reply) -> Status {
        const bool there = reply.type == SftpType::kAttributes && reply.folder;
        if (!there && outcome.ok()) outcome = sftp_refusal(refused[n], "make the folder", reply);
        return ok_status();
      }));
  return outcome;
}

Status SftpFiles::check_trash() {
  bool there = false;
  HALLMARK_CHECK(pipeline(
      1, [&](uint32_t id, std::size_t) { return sftp_lstat(id, trash_); },
      [&](std::size_t, const SftpReply& reply) -> Status {
        there = reply.type == SftpType::kAttributes && reply.folder;
        return ok_status();
      }));
  if (there) return ok_status();
  return remote_error(trash_, "is no folder on the host",
                      "make it there, or name another as \"trash\" in terminal.json: "
                      "image/host/README.md");
}

Status SftpFiles::discard(const std::vector<std::string>& paths) {
  HALLMARK_CHECK(check_trash());
  const std::set<std::string> folders = parent_folders(paths);
  // A folder that cannot be made keeps what is to go there, and nothing else.
  Status outcome = make_folders_below(trash_, {folders.begin(), folders.end()});
  HALLMARK_CHECK(pipeline(
      paths.size(),
      [&](uint32_t id, std::size_t n) {
        return sftp_posix_rename(id, full(paths[n]), trash_ + "/" + paths[n]);
      },
      [&](std::size_t n, const SftpReply& reply) -> Status {
        if (!sftp_done(reply) && outcome.ok()) {
          outcome = sftp_refusal(paths[n], "move it to the trash", reply);
        }
        return ok_status();
      }));
  return outcome;
}

// A host that lets us have fewer sessions, or none but the first, is slower and no worse.
void SftpFiles::start_further_sessions() {
  const AnotherSession another = std::exchange(another_, {});
  while (another && further_.size() < kMaxFurtherSessions) {
    Result<std::unique_ptr<ByteStream>> stream = another();
    if (!stream.ok()) return;
    Result<SftpClient> client = SftpClient::start(**stream);
    if (!client.ok()) return;
    further_.push_back({std::move(*stream), std::make_unique<SftpClient>(std::move(*client))});
  }
}

Status SftpFiles::put(std::span<const Upload> uploads, PutObserver& observer) {
  std::vector<SftpClient*> sessions = {client_};
  if (uploads.size() >= kManyFiles) {
    start_further_sessions();
    for (const Session& session : further_) sessions.push_back(session.client.get());
  }
  UploadQueue queue{uploads, docroot_, observer};
  return upload_side_by_side(sessions, queue);
}

}  // namespace hallmark
