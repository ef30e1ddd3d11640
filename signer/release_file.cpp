#include "signer/release_file.hpp"

#include <algorithm>
#include <array>
#include <ctime>

namespace hallmark {
namespace {

// "Sat, 21 Nov 2026 07:20:00 UTC". The programs never leave the C locale.
std::string release_time(int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  std::array<char, 64> text{};
  if (::gmtime_r(&time, &parts) == nullptr) return "?";
  const std::size_t size =
      std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S UTC", &parts);
  return {text.data(), size};
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string version_line(const SuitePolicy& suite) {
  return suite.version.empty() ? "" : "\nVersion: " + suite.version;
}

std::string upgrade_lines(const SuitePolicy& suite) {
  std::string out;
  if (suite.not_automatic) out += "\nNotAutomatic: yes";
  if (suite.but_automatic_upgrades) out += "\nButAutomaticUpgrades: yes";
  if (!suite.changelogs.empty()) out += "\nChangelogs: " + suite.changelogs;
  return out;
}

}  // namespace

std::string release_list(const std::vector<ReleaseEntry>& entries) {
  std::vector<ReleaseEntry> sorted = entries;
  std::sort(sorted.begin(), sorted.end(),
            [](const ReleaseEntry& a, const ReleaseEntry& b) { return a.path < b.path; });
  std::string out;
  for (const ReleaseEntry& entry : sorted) {
    out += " " + entry.digest.sha256.hex() + " " + std::to_string(entry.digest.size) + " " +
           entry.path + "\n";
  }
  return out;
}

std::string render_release(const ReleaseFacts& facts) {
  std::string out = "Origin: " + facts.policy.origin + "\nLabel: " + facts.policy.label +
                    "\nSuite: " + facts.suite.name + "\nCodename: " + facts.suite.codename +
                    version_line(facts.suite) + "\nDate: " + release_time(facts.date) +
                    "\nValid-Until: " + release_time(facts.valid_until) +
                    upgrade_lines(facts.suite) +
                    "\nAcquire-By-Hash: yes\nArchitectures: " + joined(facts.suite.architectures) +
                    "\nComponents: " + joined(facts.suite.components) + "\n";
  if (facts.policy.demo) {
    out += "Description: Throwaway repository of a Hallmark demo: trust nothing in it\n";
  }
  return out + "SHA256:\n" + facts.list;
}

}  // namespace hallmark
