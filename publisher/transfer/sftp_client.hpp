// An SFTP session with many requests in flight: what is sent does not wait for what was sent
// before.
//
// The server works through the requests in the order in which they were sent; answers are matched
// by number. The session knows nothing of files; see sftp_files.hpp. Errors are final.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/result.hpp"
#include "publisher/transfer/sftp_protocol.hpp"

namespace hallmark {

// Both directions of a connection. Calls block.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  virtual Status send(std::string_view bytes) = 0;
  // At least one byte; none at the end of the stream.
  virtual Result<std::size_t> receive(std::span<char> buffer) = 0;
};

class SftpClient {
 public:
  // Speaks the first words, and insists on posix-rename and fsync. The stream must live longer.
  static Result<SftpClient> start(ByteStream& stream);

  // Makes a request of the number that it is given.
  using MakeRequest = std::function<std::string(uint32_t id)>;
  // Sends without waiting. `tag` comes back with the answer. Ask has_room() before.
  Status send(uint64_t tag, const MakeRequest& make);

  struct Answer {
    uint64_t tag = 0;
    SftpReply reply;
  };
  // Waits for the next answer to any request in flight.
  Result<Answer> receive();

  bool has_room() const;
  bool is_idle() const { return in_flight_.empty(); }
  std::size_t max_write() const { return max_write_; }
  std::size_t max_handles() const { return max_handles_; }

 private:
  explicit SftpClient(ByteStream& stream) : stream_(&stream) {}
  Status learn_limits();
  Status send_packet(std::string_view body);
  Result<std::string> receive_packet();
  Status fill(std::size_t size);

  struct Request {
    uint64_t tag = 0;
    std::size_t size = 0;
  };

  ByteStream* stream_;
  std::string received_;  // from consumed_ on: not yet taken
  std::size_t consumed_ = 0;
  std::unordered_map<uint32_t, Request> in_flight_;
  std::size_t bytes_in_flight_ = 0;
  uint32_t last_id_ = 0;
  std::size_t max_write_;
  std::size_t max_handles_;
};

}  // namespace hallmark
