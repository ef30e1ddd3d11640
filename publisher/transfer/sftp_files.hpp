// RemoteFiles over an SFTP session, and over several where there are many files to store.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "publisher/transfer/remote_files.hpp"
#include "publisher/transfer/sftp_client.hpp"

namespace hallmark {

class SftpFiles : public RemoteFiles {
 public:
  // Starts a further session on the same host, or fails where that lets nobody have one.
  using AnotherSession = std::function<Result<std::unique_ptr<ByteStream>>()>;

  // `docroot` is absolute, as the sessions see it. The client, and what `another` starts sessions
  // on, must live longer.
  SftpFiles(SftpClient& client, std::string docroot, AnotherSession another = {})
      : client_(&client), docroot_(std::move(docroot)), another_(std::move(another)) {}

  Result<std::vector<std::optional<uint64_t>>> sizes(
      const std::vector<std::string>& paths) override;
  Status make_folders(const std::vector<std::string>& folders) override;
  Status put(std::span<const Upload> uploads, PutObserver& observer) override;

 private:
  using MakeNth = std::function<std::string(uint32_t id, std::size_t n)>;
  using OnReply = std::function<Status(std::size_t n, const SftpReply& reply)>;
  // Requests 0 to count-1, in this order; answers in any.
  Status pipeline(std::size_t count, const MakeNth& make, const OnReply& on_reply);
  void start_further_sessions();
  std::string full(const std::string& path) const { return docroot_ + "/" + path; }

  struct Session {
    std::unique_ptr<ByteStream> stream;
    std::unique_ptr<SftpClient> client;
  };

  SftpClient* client_;
  std::string docroot_;
  AnotherSession another_;  // empty once it was made use of
  std::vector<Session> further_;
};

}  // namespace hallmark
