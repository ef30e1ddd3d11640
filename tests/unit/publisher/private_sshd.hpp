// A real sshd on loopback, with the operations that a package host permits but without its chroot,
// and a real ssh-agent with the key that it lets in. Started as root, sshd runs as nobody.
#pragma once

#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "core/model/terminal.hpp"
#include "process/run.hpp"
#include "tests/unit/tools.hpp"

namespace hallmark::publisher_test {

// A program that runs until this object is gone.
class Background {
 public:
  explicit Background(Command command) : command_(std::move(command)) {
    command_.timeout = std::chrono::seconds(120);
    thread_ = std::thread([this] {
      static_cast<void>(run(command_));
      ended_ = true;
    });
  }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background() {
    if (pid > 0) ::kill(pid, SIGKILL);
    thread_.join();
  }
  bool ended() const { return ended_; }

  std::atomic<pid_t> pid = 0;  // set by whoever learns it

 private:
  Command command_;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

template <typename Condition>
bool wait_for(const Condition& condition) {
  for (int i = 0; i < 3000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

inline uint16_t free_port() {
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.sin_port);
}

inline void kill_children(pid_t parent) {
  const std::string parent_line = "PPid:\t" + std::to_string(parent) + "\n";
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ostringstream status;
    status << std::ifstream(entry.path() / "status").rdbuf();
    if (status.str().find(parent_line) == std::string::npos) continue;
    kill_children(std::stoi(name));
    ::kill(std::stoi(name), SIGKILL);
  }
}

class PrivateSshd {
 public:
  // `setting` is a further line of its configuration.
  explicit PrivateSshd(std::string setting = "") : setting_(std::move(setting)) {
    const passwd* user = ::geteuid() == 0 ? ::getpwnam("nobody") : ::getpwuid(::geteuid());
    REQUIRE(user != nullptr);
    identity_ = Identity{user->pw_name, user->pw_uid, user->pw_gid};
    for (const char* key : {"host_key", "client_key"}) make_key(key);
    std::filesystem::create_directory(folder_.path("www"));
    // Somebody else may take the port before sshd does.
    for (int tries = 0; sshd_ == nullptr && tries < 5; ++tries) {
      write_configuration();
      hand_over();
      start_sshd();
    }
    REQUIRE(sshd_ != nullptr);
    start_agent();
  }

  PackageHost host() const {
    PackageHost out;
    out.name = "test";
    out.address = "127.0.0.1";
    out.port = port_;
    out.user = identity_.name;
    out.host_key = public_key("host_key");
    out.docroot = folder_.path("www");
    return out;
  }

  std::string public_key(const std::string& name) const {
    std::string line = folder_.read(name + ".pub");
    return line.substr(0, line.find(' ', line.find(' ') + 1));
  }

  std::string agent_socket() const { return folder_.path("agent"); }
  std::string log() const { return folder_.read("log"); }
  const test::TestFolder& folder() const { return folder_; }

  void make_key(const std::string& name) const {
    test::run_tool("/usr/bin/ssh-keygen",
                   {"-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", folder_.path(name)});
  }

  // Where those who log in may write.
  void make_folder(const std::string& name) const {
    std::filesystem::create_directory(folder_.path(name));
    REQUIRE(::chown(folder_.path(name).c_str(), identity_.uid, identity_.gid) == 0);
  }

  void forget_keys() const { ssh_add({"-q", "-D"}); }
  void add_key(const std::string& name) const { ssh_add({"-q", folder_.path(name)}); }

  // As a host that loses power: every session ends in mid-word.
  void cut_sessions() const { kill_children(sshd_->pid); }

 private:
  void write_configuration() {
    port_ = free_port();
    folder_.write("authorized", "restrict " + public_key("client_key") + "\n");
    folder_.write("log", "");
    folder_.write(
        "config",
        "ListenAddress 127.0.0.1:" + std::to_string(port_) + "\nHostKey " +
            folder_.path("host_key") + "\nPidFile " + folder_.path("pid") +
            "\nAuthorizedKeysFile " + folder_.path("authorized") +
            "\nStrictModes no\nPasswordAuthentication no\n"
            // Without it, an sshd that may not read /etc/shadow takes every user for locked.
            "UsePAM yes\nKbdInteractiveAuthentication no\nLogLevel VERBOSE\nMaxAuthTries "
            "2\nDisableForwarding yes\n"
            "Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes256-ctr\n"
            "MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com,"
            "hmac-sha2-512,hmac-sha2-256\n"
            "Subsystem sftp internal-sftp\n" +
            setting_ +
            "\n"
            "ForceCommand internal-sftp -u 0022 -p open,close,read,write,lstat,fstat,"
            "stat,opendir,readdir,realpath,mkdir,posix-rename,fsync,statvfs,limits\n");
  }

  // What sshd reads and writes belongs to the user it runs as.
  void hand_over() const {
    if (::geteuid() != 0) return;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      REQUIRE(::chown(entry.path().c_str(), identity_.uid, identity_.gid) == 0);
    }
    REQUIRE(::chown(folder_.path().c_str(), identity_.uid, identity_.gid) == 0);
  }

  void start_sshd() {
    Command command;
    command.program = "/usr/sbin/sshd";
    command.arguments = {"-D", "-f", folder_.path("config"), "-E", folder_.path("log")};
    if (::geteuid() == 0) command.run_as = identity_;
    auto sshd = std::make_unique<Background>(std::move(command));
    // It listens first and writes its pid afterwards, in one write that ends the line; where it
    // cannot have the port it does neither.
    const auto has_pid = [this] {
      return std::filesystem::exists(folder_.path("pid")) && folder_.read("pid").ends_with('\n');
    };
    const bool ready = wait_for([&] { return sshd->ended() || has_pid(); }) && has_pid();
    if (!ready) return;
    sshd->pid = std::stoi(folder_.read("pid"));
    sshd_ = std::move(sshd);
  }

  void start_agent() {
    Command command;
    command.program = "/usr/bin/ssh-agent";
    command.arguments = {"-D", "-a", agent_socket()};
    command.on_output = [this](std::string_view text) {
      const std::size_t at = text.find("Agent pid ");
      if (at != std::string_view::npos) agent_pid_ = std::stoi(std::string(text.substr(at + 10)));
    };
    agent_ = std::make_unique<Background>(std::move(command));
    REQUIRE(wait_for([this] { return agent_pid_ != 0; }));
    agent_->pid = agent_pid_.load();
    add_key("client_key");
  }

  void ssh_add(std::vector<std::string> arguments) const {
    Command command;
    command.program = "/usr/bin/ssh-add";
    command.arguments = std::move(arguments);
    command.environment = {"SSH_AUTH_SOCK=" + agent_socket()};
    REQUIRE(run_checked(command, "ssh-add").ok());
  }

  std::string setting_;
  test::TestFolder folder_;
  Identity identity_;
  uint16_t port_ = 0;
  std::atomic<pid_t> agent_pid_ = 0;
  std::unique_ptr<Background> sshd_;
  std::unique_ptr<Background> agent_;
};

}  // namespace hallmark::publisher_test
