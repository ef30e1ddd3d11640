#include "reproducible/check_script.hpp"

#include <array>

namespace hallmark {
namespace {

// Services stay down, by the way that Debian has for that (policy-rc.d): there is no init. The word
// splitting of NEW, OLD and NAMES is meant: they are names and versions that dpkg would take.
//
// bubblewrap binds this shell to its own life only just before it becomes it: if everybody was
// killed while it made the sandbox, nobody reads the first line, and the check ends with it.
constexpr const char* kStart =
    "umask 0022\n"
    "printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d || exit 10\n"
    "chmod 755 /usr/sbin/policy-rc.d\n"
    "echo '127.0.0.1 localhost check' >/etc/hosts\n"
    "apt_reads() {\n"
    "  for repository in \"$@\"; do\n"
    "    echo \"deb [trusted=yes] file:/hallmark/$repository ./\"\n"
    "  done >/etc/apt/sources.list\n"
    "  apt-get update --error-on=any || exit 10\n"
    "}\n"
    "smoke() {\n"
    "  [ -e /hallmark/smoke ] || return 0\n"
    "  echo \"hallmark: the smoke script, after $1\"\n"
    "  (cd /tmp && HALLMARK_AFTER=$1 exec /bin/sh -eu /hallmark/smoke)\n"
    "}\n";
constexpr const char* kInstall =
    "apt_reads new suite locked\n"
    "apt-get install $NEW || exit 11\n"
    "smoke install || exit 12\n"
    "apt-get purge $NAMES || exit 13\n";
constexpr const char* kUpgrade =
    "apt_reads suite locked\n"
    "apt-get install $OLD || exit 20\n"
    "apt_reads new suite locked\n"
    "apt-get dist-upgrade || exit 21\n"
    // What it held back is asked for by name, for apt to say why; and so is what is new.
    "apt-get install $NEW || exit 21\n"
    "smoke upgrade || exit 22\n"
    "apt-get purge $NAMES || exit 23\n";

struct Part {
  int exit_code;
  const char* name;
};
constexpr std::array<Part, 8> kParts = {{{10, "having apt read the packages"},
                                         {11, "installing"},
                                         {12, "the smoke script, after installing,"},
                                         {13, "removing"},
                                         {kOlderNotInstalled, "installing what the suite has now"},
                                         {21, "upgrading"},
                                         {22, "the smoke script, after upgrading,"},
                                         {23, "removing after the upgrade"}}};

std::string with_versions(const std::vector<NamedVersion>& packages) {
  std::string out;
  for (const NamedVersion& one : packages) {
    out += (out.empty() ? "" : " ") + one.name + "=" + one.version;
  }
  return out;
}

}  // namespace

std::string check_script(CheckRun run) {
  return "exec 2>&1\nprintf '" + std::string(kCheckBegins) + "' || exit 10\n" + kStart +
         (run == CheckRun::kInstall ? kInstall : kUpgrade);
}

std::vector<std::string> check_variables(const std::vector<NamedVersion>& chosen,
                                         const std::vector<NamedVersion>& older,
                                         const std::string& version) {
  std::string names;
  for (const NamedVersion& one : chosen) names += (names.empty() ? "" : " ") + one.name;
  return {"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
          "LC_ALL=C.UTF-8",
          "HOME=/root",
          "TERM=dumb",
          "DEBIAN_FRONTEND=noninteractive",
          "APT_CONFIG=/hallmark/apt.conf",
          "NEW=" + with_versions(chosen),
          "NAMES=" + names,
          "OLD=" + with_versions(older),
          "HALLMARK_VERSION=" + version};
}

std::string check_apt_settings() {
  return "APT::Sandbox::User \"root\";\n"
         "APT::Get::Assume-Yes \"true\";\n"
         "APT::Install-Recommends \"false\";\n"
         "Acquire::Languages \"none\";\n"
         "Dpkg::Use-Pty \"false\";\n"
         // What was installed is thrown away.
         "DPkg::Options { \"--force-unsafe-io\"; };\n";
}

std::optional<std::string> failed_part(int exit_code) {
  for (const Part& part : kParts) {
    if (part.exit_code == exit_code) return part.name;
  }
  return std::nullopt;
}

}  // namespace hallmark
