#include "publisher/transfer/sftp_protocol.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// A packet from an SFTP server, as the answer to the first request and as one to a later one.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view packet = hallmark::fuzz::text_of(data, size);
  static_cast<void>(hallmark::parse_sftp_version(packet).ok());
  const auto reply = hallmark::parse_sftp_reply(packet);
  if (!reply.ok()) return 0;
  for (const char c : reply->message) always(c >= ' ' && c <= '~', "a message can be shown");
  always(!(reply->regular_file && reply->folder), "nothing is both a file and a folder");
  return 0;
}
