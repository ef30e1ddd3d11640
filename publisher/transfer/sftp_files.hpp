// RemoteFiles over an SFTP session.
#pragma once

#include <string>

#include "publisher/transfer/remote_files.hpp"
#include "publisher/transfer/sftp_client.hpp"

namespace hallmark {

class SftpFiles : public RemoteFiles {
 public:
  // `docroot` is absolute, as the session sees it. The client must live longer.
  SftpFiles(SftpClient& client, std::string docroot)
      : client_(&client), docroot_(std::move(docroot)) {}

  Result<std::vector<std::optional<uint64_t>>> sizes(
      const std::vector<std::string>& paths) override;
  Status make_folders(const std::vector<std::string>& folders) override;
  Status put(std::span<const Upload> uploads, PutObserver& observer) override;

 private:
  using MakeNth = std::function<std::string(uint32_t id, std::size_t n)>;
  using OnReply = std::function<Status(std::size_t n, const SftpReply& reply)>;
  // Requests 0 to count-1, in this order; answers in any.
  Status pipeline(std::size_t count, const MakeNth& make, const OnReply& on_reply);
  std::string full(const std::string& path) const { return docroot_ + "/" + path; }

  SftpClient* client_;
  std::string docroot_;
};

}  // namespace hallmark
