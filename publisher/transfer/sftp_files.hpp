// RemoteFiles over an SFTP session, and over several where there are many files to store.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/model/terminal.hpp"
#include "publisher/transfer/remote_files.hpp"
#include "publisher/transfer/sftp_client.hpp"

namespace hallmark {

class SftpFiles : public RemoteFiles {
 public:
  // Starts a further session on the same host, or fails where that lets nobody have one.
  using AnotherSession = std::function<Result<std::unique_ptr<ByteStream>>()>;

  // The client, and what `another` starts sessions on, must live longer.
  SftpFiles(SftpClient& client, const PackageHost& host, AnotherSession another = {})
      : client_(&client),
        docroot_(host.docroot),
        trash_(host.trash),
        another_(std::move(another)) {}

  Result<std::vector<std::optional<RemoteFile>>> look_at(
      const std::vector<std::string>& paths) override;
  Status make_folders(const std::vector<std::string>& folders) override;
  Status put(std::span<const Upload> uploads, PutObserver& observer) override;
  Status discard(const std::vector<std::string>& paths) override;

 private:
  using MakeNth = std::function<std::string(uint32_t id, std::size_t n)>;
  using OnReply = std::function<Status(std::size_t n, const SftpReply& reply)>;
  // Requests 0 to count-1, in this order; answers in any.
  Status pipeline(std::size_t count, const MakeNth& make, const OnReply& on_reply);
  Status make_folders_below(const std::string& root, const std::vector<std::string>& folders);
  Status check_trash();
  void start_further_sessions();
  std::string full(const std::string& path) const { return docroot_ + "/" + path; }

  struct Session {
    std::unique_ptr<ByteStream> stream;
    std::unique_ptr<SftpClient> client;
  };

  SftpClient* client_;
  std::string docroot_;
  std::string trash_;
  AnotherSession another_;  // empty once it was made use of
  std::vector<Session> further_;
};

}  // namespace hallmark
