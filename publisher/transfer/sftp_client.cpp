#include "publisher/transfer/sftp_client.hpp"

#include <algorithm>

namespace hallmark {
namespace {

// Enough to fill a line of 40 MB/s at a round trip of 100 ms.
constexpr std::size_t kMaxBytesInFlight = std::size_t{4} << 20U;
// Few enough for all their answers to wait in socket buffers, should we be busy sending: so a
// server that cannot send and a client that cannot send never wait for each other.
constexpr std::size_t kMaxRequestsInFlight = 1024;
constexpr std::size_t kReceiveStep = std::size_t{64} << 10U;

// Where the server tells no limits.
constexpr std::size_t kDefaultWrite = std::size_t{32} << 10U;
constexpr std::size_t kDefaultHandles = 64;
// With them, what we would use at most.
constexpr std::size_t kMostWrite = std::size_t{128} << 10U;
constexpr std::size_t kMostHandles = 512;

Error server_error(const char* cause) { return remote_error("SFTP server", cause); }

std::size_t limited(uint64_t told, std::size_t fallback, std::size_t most) {
  if (told == 0) return fallback;
  return static_cast<std::size_t>(std::min<uint64_t>(told, most));
}

}  // namespace

Result<SftpClient> SftpClient::start(ByteStream& stream) {
  SftpClient client(stream);
  client.max_write_ = kDefaultWrite;
  client.max_handles_ = kDefaultHandles;
  HALLMARK_CHECK(client.send_packet(sftp_init()));
  HALLMARK_TRY(const std::string packet, client.receive_packet());
  HALLMARK_TRY(const SftpVersion version, parse_sftp_version(packet));
  if (!version.posix_rename || !version.fsync) {
    return server_error("lacks posix-rename@openssh.com or fsync@openssh.com");
  }
  if (version.limits) HALLMARK_CHECK(client.learn_limits());
  return client;
}

Status SftpClient::learn_limits() {
  HALLMARK_CHECK(send(0, [](uint32_t id) { return sftp_limits(id); }));
  HALLMARK_TRY(const Answer answer, receive());
  if (answer.reply.type != SftpType::kExtendedReply) return ok_status();  // not allowed to ask
  max_write_ = limited(answer.reply.max_write, kDefaultWrite, kMostWrite);
  max_handles_ = limited(answer.reply.max_handles, kDefaultHandles, kMostHandles);
  return ok_status();
}

bool SftpClient::has_room() const {
  return bytes_in_flight_ < kMaxBytesInFlight && in_flight_.size() < kMaxRequestsInFlight;
}

Status SftpClient::send(uint64_t tag, const MakeRequest& make) {
  const uint32_t id = ++last_id_;
  const std::string body = make(id);
  in_flight_[id] = {tag, body.size()};
  bytes_in_flight_ += body.size();
  return send_packet(body);
}

Result<SftpClient::Answer> SftpClient::receive() {
  HALLMARK_TRY(const std::string packet, receive_packet());
  HALLMARK_TRY(SftpReply reply, parse_sftp_reply(packet));
  const auto request = in_flight_.find(reply.id);
  if (request == in_flight_.end()) return server_error("answered what was not asked");
  const uint64_t tag = request->second.tag;
  bytes_in_flight_ -= request->second.size;
  in_flight_.erase(request);
  return Answer{tag, std::move(reply)};
}

Status SftpClient::send_packet(std::string_view body) {
  std::string packet;
  packet.reserve(body.size() + 4);
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    packet.push_back(static_cast<char>(body.size() >> (shift - 8) & 0xffU));
  }
  packet.append(body);
  return stream_->send(packet);
}

Result<std::string> SftpClient::receive_packet() {
  HALLMARK_CHECK(fill(4));
  std::size_t size = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    size = size << 8U | static_cast<unsigned char>(received_[consumed_ + i]);
  }
  if (size == 0 || size > kMaxSftpPacket)
    return server_error("sent a packet of an impossible size");
  HALLMARK_CHECK(fill(4 + size));
  std::string packet = received_.substr(consumed_ + 4, size);
  consumed_ += 4 + size;
  return packet;
}

// Afterwards at least `size` bytes are there to be taken.
Status SftpClient::fill(std::size_t size) {
  while (received_.size() - consumed_ < size) {
    received_.erase(0, consumed_);
    consumed_ = 0;
    const std::size_t used = received_.size();
    received_.resize(used + kReceiveStep);
    Result<std::size_t> got = stream_->receive(std::span(received_).subspan(used));
    received_.resize(used + (got.ok() ? *got : 0));
    if (!got.ok()) return std::move(got).error();
    if (*got == 0) return server_error("closed the connection");
  }
  return ok_status();
}

}  // namespace hallmark
