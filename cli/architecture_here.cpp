#include "cli/architecture_here.hpp"

#include "process/run.hpp"

namespace hallmark {

Result<std::string> architecture_here() {
  Command dpkg;
  dpkg.program = "/usr/bin/dpkg";
  dpkg.arguments = {"--print-architecture"};
  HALLMARK_TRY(std::string architecture, run_checked(dpkg, "this machine"));
  std::erase(architecture, '\n');
  return architecture;
}

}  // namespace hallmark
