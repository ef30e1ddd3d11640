#include "cli/ssh_sign.hpp"

#include <cstdlib>
#include <filesystem>

#include "process/run.hpp"

namespace hallmark {

Result<std::string> sign_with_ssh(const std::string& key, std::string_view name_space,
                                  std::string message, const std::string& subject) {
  Command command;
  command.program = "/usr/bin/ssh-keygen";
  // It runs in another folder than the person who named the key.
  const std::string path = std::filesystem::absolute(key);
  command.arguments = {"-q", "-Y", "sign", "-f", path, "-n", std::string(name_space)};
  command.stdin_text = std::move(message);
  command.timeout = std::chrono::seconds(300);  // a person looks for a passphrase or a token
  command.interactive = true;
  for (const char* name : {"SSH_AUTH_SOCK", "HOME", "TERM", "DISPLAY"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) command.environment.push_back(std::string(name) + "=" + value);
  }
  return run_checked(command, subject);
}

}  // namespace hallmark
