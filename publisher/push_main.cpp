// hallmark-push: the repository and its way to the package hosts. It holds the publishing key's
// agent socket and the network to the hosts; it has no signing key.
#include <sys/stat.h>

#include "process/deny_list.hpp"
#include "process/server.hpp"
#include "publisher/requests.hpp"

int main(int argc, char** argv) {
  ::umask(0022);  // what is in the tree is for everybody
  hallmark::ServerProgram program;
  program.name = "hallmark-push";
  program.summary = "Keeps the package repository and publishes it to the package hosts.";
  program.confine = [](const hallmark::Layout&) -> hallmark::Status {
    if (deny_system_calls(hallmark::Network::kKept)) return hallmark::ok_status();
    return hallmark::errno_error("process", "cannot give up rights");
  };
  program.start = [](const hallmark::Layout& layout, bool) -> hallmark::Result<hallmark::Handler> {
    return hallmark::make_push_handler(layout);
  };
  return hallmark::server_main(argc, argv, program);
}
