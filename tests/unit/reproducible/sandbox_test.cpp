// The real sandbox, with a build in it that tries to get out.
#include "reproducible/sandbox.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/reproducible/build_fixtures.hpp"

namespace hallmark {
namespace {

class SandboxTest {
 public:
  SandboxTest() {
    build_test::make_tiny_environment(folder_.path("environment"));
    std::filesystem::create_directory(folder_.path("build"));
  }

  Result<Outcome> run(const std::string& script,
                      std::chrono::seconds timeout = std::chrono::seconds(60)) {
    Sandbox sandbox;
    sandbox.environment = folder_.path("environment");
    sandbox.binds = {{folder_.path("build"), "/build", true}};
    sandbox.hostname = "inside";
    sandbox.cpus = {available_cpus()->front()};
    sandbox.variables = {"PATH=/usr/bin", "ONLY=this"};
    sandbox.command = {"/bin/sh", "-c", "exec 2>&1\n" + script};
    sandbox.timeout = timeout;
    sandbox.log = folder_.path("log");
    return run_in_sandbox(sandbox);
  }

  std::string output(const std::string& script) {
    const auto outcome = run(script);
    INFO((outcome.ok() ? outcome->err : outcome.error().message()));
    REQUIRE(outcome.ok());
    return outcome->out;
  }

  // What perl's syscall makes of a system call, by number (x86-64) and arguments.
  std::string system_call(const std::string& arguments) {
    return output("perl -e '$r = syscall(" + arguments + "); print $r < 0 ? $!+0 : \"done\"'");
  }

  const test::TestFolder& folder() const { return folder_; }

 private:
  test::TestFolder folder_;
};

TEST_CASE("sandbox: there is no network but an empty loopback") {
  SandboxTest test;
  const std::string devices = test.output("cat /proc/net/dev");
  CHECK(std::count(devices.begin(), devices.end(), ':') == 1);
  CHECK(devices.find("lo:") != std::string::npos);
  CHECK(test.output("cat /proc/net/route").find("00000000") == std::string::npos);
}

TEST_CASE("sandbox: nothing of the machine is seen") {
  SandboxTest test;
  const std::string root = test.folder().path();
  CHECK(test.output("cat /etc/passwd; ls -A /etc") == "group\nhosts\npasswd\n");
  CHECK(test.output("ls -d " + root + " /root /home /work /srv /mnt 2>/dev/null").empty());
  CHECK(test.output("ls -A / ") == "bin\nbuild\ndev\netc\nlib\nlib64\nproc\nrun\ntmp\nusr\nvar\n");
  CHECK(test.output("cat /proc/1/comm; ls -d /proc/[0-9]* | cat").find("systemd") ==
        std::string::npos);
  CHECK(test.output("uname -n") == "inside\n");
}

TEST_CASE("sandbox: only its variables are set") {
  SandboxTest test;
  CHECK(test.output("perl -e 'print join q( ), sort keys %ENV'") == "ONLY PATH PWD");
}

TEST_CASE("sandbox: there are no capabilities and no new privileges") {
  SandboxTest test;
  const std::string status = test.output("cat /proc/self/status");
  for (const char* line : {"CapEff:\t0000000000000000", "CapBnd:\t0000000000000000",
                           "CapPrm:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"}) {
    CAPTURE(line, status);
    CHECK(status.find(line) != std::string::npos);
  }
  CHECK(test.output("id -u") == "1000\n");
}

TEST_CASE("sandbox: only the build folder and /tmp can be written") {
  SandboxTest test;
  for (const char* path : {"/x", "/usr/x", "/etc/x", "/var/x", "/usr/bin/sh"}) {
    CAPTURE(path);
    CHECK(test.run(std::string("echo x > ") + path)->exit_code != 0);
  }
  CHECK(test.run("echo x > /build/x && echo x > /tmp/x && echo x > /var/tmp/x")->exit_code == 0);
  CHECK(test.output("ls /tmp").empty());
  CHECK(test.folder().read("build/x") == "x\n");
}

TEST_CASE("sandbox: dangerous system calls return errors") {
  SandboxTest test;
  CHECK(test.system_call("248, 0, 0, 0, 0, 0") == "1");          // add_key
  CHECK(test.system_call("250, 0, -3, 0, 0, 0") == "1");         // keyctl
  CHECK(test.system_call("321, 0, 0, 0") == "1");                // bpf
  CHECK(test.system_call("425, 1, 0") == "1");                   // io_uring_setup
  CHECK(test.system_call("101, 0, 0, 0, 0") == "1");             // ptrace
  CHECK(test.system_call("272, 0x10000000") == "1");             // unshare, a user namespace
  CHECK(test.system_call("165, 0, 0, 0, 0, 0") == "1");          // mount
  CHECK(test.system_call("56, 0x10000011, 0, 0, 0, 0") == "1");  // clone, a user namespace
  CHECK(test.system_call("435, 0, 0") == "38");                  // clone3: does not exist
}

TEST_CASE("sandbox: sockets of other families cannot be made") {
  SandboxTest test;
  CHECK(test.system_call("41, 40, 1, 0") == "97");   // AF_VSOCK: no network namespace holds it back
  CHECK(test.system_call("41, 17, 3, 0") == "97");   // AF_PACKET
  CHECK(test.system_call("41, 38, 5, 0") == "97");   // AF_ALG
  CHECK(test.system_call("41, 16, 3, 12") == "93");  // netfilter over NETLINK
  CHECK(test.system_call("41, 1, 1, 0") == "done");
  CHECK(test.system_call("41, 2, 1, 0") == "done");
}

TEST_CASE("sandbox: what a build leaves running ends with it") {
  SandboxTest test;
  CHECK(test.output("(while :; do echo x >> /build/alive; sleep 0.1; done) & sleep 0.3") == "");
  const std::string before = test.folder().read("build/alive");
  ::usleep(400'000);
  CHECK(test.folder().read("build/alive") == before);
}

TEST_CASE("sandbox: a build that hangs is ended") {
  SandboxTest test;
  const auto outcome = test.run("sleep 1000", std::chrono::seconds(1));
  REQUIRE_FALSE(outcome.ok());
  CHECK(outcome.error().cause == "did not finish in 1 seconds");
}

TEST_CASE("sandbox: the log has a limit") {
  SandboxTest test;
  const auto outcome = test.run("exec cat /dev/zero");
  REQUIRE_FALSE(outcome.ok());
  CHECK(outcome.error().cause.find("of output") != std::string::npos);
  CHECK(std::filesystem::file_size(test.folder().path("log")) <= kMaxLog);
}

TEST_CASE("sandbox: it has the processors it is given") {
  SandboxTest test;
  CHECK(test.output("nproc") == "1\n");
}

}  // namespace
}  // namespace hallmark
