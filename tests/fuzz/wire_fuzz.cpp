#include <sys/socket.h>
#include <unistd.h>

#include "core/wire.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// What a program receives from a peer that sends these bytes and closes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kFitsIntoTheSocket = 65536;
  if (size > kFitsIntoTheSocket) return 0;
  int ends[2] = {-1, -1};
  always(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "a socket pair");
  hallmark::Channel channel{hallmark::UniqueFd(ends[0])};
  hallmark::UniqueFd peer(ends[1]);
  always(hallmark::write_all(peer.get(), hallmark::fuzz::text_of(data, size)).ok(), "it fits");
  peer.reset();
  for (;;) {
    const auto message = channel.receive();
    if (!message.ok() || !message->has_value()) return 0;
    always((*message)->body.is_object(), "a message is an object");
  }
}
