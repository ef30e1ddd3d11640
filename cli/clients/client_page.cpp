#include "cli/clients/client_page.hpp"

#include <set>

#include "cli/clients/client_files.hpp"
#include "core/html.hpp"
#include "core/model/keyring_files.hpp"

namespace hallmark {
namespace {

std::string code_block(const std::string& text) {
  return "<pre><code>" + html_escaped(text) + "</code></pre>\n";
}

// As gpg shows it.
std::string spaced(const std::string& fingerprint) {
  constexpr std::size_t kGroup = 4;
  std::string out;
  for (std::size_t i = 0; i < fingerprint.size(); i += kGroup) {
    out += (out.empty() ? "" : " ") + fingerprint.substr(i, kGroup);
  }
  return out;
}

std::string suite_rows(const Policy& policy) {
  std::string out;
  for (const SuitePolicy& suite : policy.suites) {
    const auto cell = [&out](const std::string& text) {
      out += "<td>" + html_escaped(text) + "</td>";
    };
    const std::string file = html_escaped(sources_name(policy, suite));
    out += "<tr>";
    cell(suite.name);
    cell(suite.codename);
    cell(in_one_line(suite.components));
    cell(in_one_line(suite.architectures));
    out += "<td><a href=\"" + file + "\">" + file + "</a></td></tr>\n";
  }
  return out;
}

std::string key_list(const Policy& policy) {
  std::string out = "<ul>\n";
  std::set<std::string> seen;
  for (const SuitePolicy& suite : policy.suites) {
    for (const std::string& key : suite.keys) {
      if (seen.insert(key).second) out += "<li><code>" + spaced(key) + "</code></li>\n";
    }
  }
  return out + "</ul>\n";
}

// The keys are shown out of the very file that apt is given.
std::string install_lines(const Policy& policy) {
  const ClientPolicy& clients = *policy.clients;
  const std::string file = sources_name(policy, policy.suites.front());
  return "<h2>Install</h2>\n<p>Get apt's source, which has the keys in it, and look at them. "
         "Compare "
         "them with ones from somewhere else: whoever changes this page can change them "
         "here.</p>\n" +
         code_block("curl -fsSLO " + clients.address + "/" + file +
                    "\nsed -n '/BEGIN PGP/,/END PGP/{s/^ \\.\\{0,1\\}//;p}' " + file +
                    " | gpg --show-keys\ngrep -v '^ ' " + file) +
         "<p>The last line has to show Types, URIs, Suites, Components and Signed-By, each once, "
         "and "
         "no more.</p>\n" +
         "<p>As root, let apt know it (apt 2.4 or later: Debian 12, Ubuntu 22.04):</p>\n" +
         code_block("install -m 644 " + file + " /etc/apt/sources.list.d/\napt update") +
         "<p>Where the package <code>" + keyring_name(clients) +
         "</code> is released here, it brings new keys in time: install it, and in " + file +
         " write in place of the block of keys</p>\n" +
         code_block("Signed-By: /usr/share/keyrings/" + keyring_name(clients) + ".asc");
}

std::string pinning_advice(const Policy& policy) {
  if (!is_plain_origin(policy.origin)) return "";
  const std::string& name = policy.clients->name;
  return "<h2>Only what you ask for</h2>\n<p>Any repository may bring newer versions of your "
         "distribution's own packages. So that this one's are installed only if you name them, or "
         "have them already, write into <code>/etc/apt/preferences.d/" +
         html_escaped(name) + ".pref</code>:</p>\n" +
         code_block("Package: *\nPin: release o=" + policy.origin + "\nPin-Priority: 100") +
         "<h2>Unattended upgrades</h2>\n<p>They leave out what is not named. In <code>"
         "/etc/apt/apt.conf.d/52" +
         html_escaped(name) + ".conf</code>:</p>\n" +
         code_block("Unattended-Upgrade::Origins-Pattern { \"origin=" + policy.origin + "\"; };");
}

}  // namespace

std::string sources_name(const Policy& policy, const SuitePolicy& suite) {
  const std::string& name = policy.clients->name;
  return (suite.name == policy.suites.front().name ? name : name + "-" + suite.name) + ".sources";
}

std::string client_page(const Policy& policy) {
  const std::string title = html_escaped(policy.origin);
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>" +
      title + "</title>\n</head>\n<body>\n<h1>" + title + "</h1>\n<p>Debian packages of " +
      html_escaped(policy.clients->contact) + ", for apt.</p>\n" +
      "<table>\n<tr><th>Suite</th><th>Codename</th><th>Components</th><th>Architectures</th>"
      "<th>For apt</th></tr>\n" +
      suite_rows(policy) + "</table>\n<h2>Keys that sign</h2>\n" + key_list(policy) +
      install_lines(policy) + pinning_advice(policy);
  if (policy.fdroid) page += "<h2>Apps</h2>\n<p><a href=\"apk/\">An F-Droid repository</a></p>\n";
  return page + "</body>\n</html>\n";
}

}  // namespace hallmark
