// hallmark-sign: holds no key and has no network; decides what the key agent is asked to sign.
#include "process/server.hpp"
#include "signer/signer.hpp"

int main(int argc, char** argv) {
  hallmark::SignerProcess process;
  hallmark::ServerProgram program;
  program.name = "hallmark-sign";
  program.summary = "Signs what this terminal's policy, its approvers and its builder stand for.";
  program.confine = [&process](const hallmark::Layout& layout) {
    return hallmark::prepare_process(layout, process);
  };
  program.start = [&process](const hallmark::Layout& layout, bool demo) {
    return hallmark::start_signer(layout, demo, process);
  };
  program.workers = true;
  program.longest_request = std::chrono::minutes(20);  // an APK of 8 GiB on a slow machine
  return hallmark::server_main(argc, argv, program);
}
