// The script of a check, with a shell of this machine and an apt-get that does as it is told.
#include "reproducible/check_script.hpp"

#include "process/run.hpp"
#include "tests/unit/reproducible/build_fixtures.hpp"

namespace hallmark {
namespace {

// The script, with the test's folder in place of the root of the sandbox.
class ScriptTest {
 public:
  ScriptTest() {
    for (const char* folder : {"usr/sbin", "etc/apt", "hallmark", "tmp"}) {
      std::filesystem::create_directories(folder_.path(folder));
    }
  }

  // `apt`: the lines of an apt-get; `smoke`: of a smoke script, or "".
  int run(CheckRun which, const std::string& apt, const std::string& smoke = "") {
    const std::string program = folder_.write("bin/apt-get", "#!/bin/sh\n" + apt);
    std::filesystem::permissions(program, std::filesystem::perms{0755});
    if (!smoke.empty()) folder_.write("hallmark/smoke", smoke);
    std::string script = check_script(which);
    for (const char* path : {"/usr/sbin/policy", "/etc/", "/hallmark/smoke", "cd /tmp"}) {
      const std::string wanted = path;
      const std::size_t slash = wanted.find('/');
      for (std::size_t at = script.find(wanted); at != std::string::npos;
           at = script.find(wanted, at + folder_.path("").size() + wanted.size())) {
        script.insert(at + slash, folder_.path(""));
      }
    }
    Command command;
    command.program = "/bin/sh";
    command.arguments = {"-c", script};
    command.environment =
        check_variables({{"doc", "2.0"}, {"tool", "2.0"}}, {{"tool", "1.0"}}, "2");
    command.environment.push_back("PATH=" + folder_.path("bin") + ":/usr/bin:/bin");
    const auto outcome = hallmark::run(command);
    REQUIRE(outcome.ok());
    said = outcome->out;
    return outcome->exit_code;
  }

  std::string said;

 private:
  test::TestFolder folder_;
};

bool in(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  return text.find(part) != std::string::npos;
}

constexpr const char* kTell = "echo \"apt $*\"\n";

TEST_CASE("check script: installs and removes, with the smoke script in between") {
  ScriptTest test;
  REQUIRE(test.run(CheckRun::kInstall, kTell,
                   "echo smoke after $HALLMARK_AFTER of $HALLMARK_VERSION") == 0);
  const std::size_t installed = test.said.find("apt install doc=2.0 tool=2.0\n");
  const std::size_t smoke = test.said.find("smoke after install of 2\n");
  const std::size_t removed = test.said.find("apt purge doc tool\n");
  CHECK(installed < smoke);
  CHECK(smoke < removed);
  CHECK(removed != std::string::npos);
  CHECK_FALSE(in(test.said, "tool=1.0"));
}

TEST_CASE("check script: upgrades from what the suite has") {
  ScriptTest test;
  REQUIRE(test.run(CheckRun::kUpgrade, kTell, "echo smoke after $HALLMARK_AFTER") == 0);
  const std::size_t old = test.said.find("apt install tool=1.0\n");
  const std::size_t upgraded = test.said.find("apt dist-upgrade\napt install doc=2.0 tool=2.0\n");
  CHECK(old < upgraded);
  CHECK(upgraded < test.said.find("smoke after upgrade\n"));
  CHECK(in(test.said, "apt purge doc tool\n"));
}

TEST_CASE("check script: its exit status says what failed") {
  const auto failing = [](CheckRun which, const std::string& words) {
    ScriptTest test;
    const int status = test.run(which, "case \"$*\" in " + words + ") exit 100 ;; esac\n");
    return failed_part(status).value_or("nothing");
  };
  CHECK(failing(CheckRun::kInstall, "update*") == "having apt read the packages");
  CHECK(failing(CheckRun::kInstall, "install*") == "installing");
  CHECK(failing(CheckRun::kInstall, "purge*") == "removing");
  CHECK(failing(CheckRun::kUpgrade, "'install tool=1.0'") == "installing what the suite has now");
  CHECK(failing(CheckRun::kUpgrade, "dist-upgrade") == "upgrading");
  CHECK(failing(CheckRun::kUpgrade, "'install doc=2.0 tool=2.0'") == "upgrading");
  CHECK(failing(CheckRun::kUpgrade, "purge*") == "removing after the upgrade");
  ScriptTest test;
  REQUIRE(test.run(CheckRun::kInstall, "exit 100\n") != 0);
  CHECK(test.said.find(kCheckBegins) == 0);
  CHECK(failed_part(0) == std::nullopt);
  CHECK(failed_part(1) == std::nullopt);
}

TEST_CASE("check script: a smoke script ends at its first command that fails") {
  ScriptTest test;
  const int status = test.run(CheckRun::kInstall, kTell, "echo begins\nfalse\necho goes on\n");
  CHECK(failed_part(status) == "the smoke script, after installing,");
  CHECK(in(test.said, "begins"));
  CHECK_FALSE(in(test.said, "goes on"));
  CHECK_FALSE(in(test.said, "purge"));
  ScriptTest upgrade;
  CHECK(failed_part(upgrade.run(CheckRun::kUpgrade, kTell, "exit 20")) ==
        "the smoke script, after upgrading,");
}

}  // namespace
}  // namespace hallmark
