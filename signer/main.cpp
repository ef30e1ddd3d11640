// hallmark-sign: holds no key and has no network; decides what the key agent is asked to sign.
#include "process/confine.hpp"
#include "process/server.hpp"
#include "signer/signer.hpp"

int main(int argc, char** argv) {
  hallmark::ServerProgram program;
  program.name = "hallmark-sign";
  program.summary = "Signs what this terminal's policy, its approvers and its builder stand for.";
  program.confine = [](const hallmark::Layout&) { return hallmark::forbid_network(); };
  program.start = hallmark::start_signer;
  return hallmark::server_main(argc, argv, program);
}
