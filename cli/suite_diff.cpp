#include "cli/suite_diff.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/debian_version.hpp"

namespace hallmark {
namespace {

struct LowerVersion {
  bool operator()(const std::string& a, const std::string& b) const {
    const auto order = compare_debian_versions(a, b);
    return order == 0 ? a < b : order < 0;
  }
};
using Versions = std::set<std::string, LowerVersion>;
using Name = std::pair<std::string, std::string>;  // package, architecture

std::map<Name, Versions> versions_of(const Json& packages) {
  std::map<Name, Versions> out;
  for (const Json& package : packages) {
    out[{package.value("package", std::string()), package.value("architecture", std::string())}]
        .insert(package.value("version", std::string()));
  }
  return out;
}

Json entry_of(const Name& name) { return {{"package", name.first}, {"architecture", name.second}}; }

Json only_in(const std::map<Name, Versions>& these, const std::map<Name, Versions>& not_those) {
  Json out = Json::array();
  for (const auto& [name, versions] : these) {
    if (not_those.contains(name)) continue;
    Json entry = entry_of(name);
    entry["versions"] = versions;
    out.push_back(std::move(entry));
  }
  return out;
}

std::string words_of(const Json& entry, const char* versions_key) {
  std::string text;
  for (const Json& version : entry.value(versions_key, Json::array())) {
    text += (text.empty() ? "" : ", ") + version.get<std::string>();
  }
  return text;
}

std::string name_words(const Json& entry) {
  return entry.value("package", std::string()) + " " + entry.value("architecture", std::string()) +
         " ";
}

}  // namespace

Json diff_suites(const Json& from, const Json& to) {
  const std::map<Name, Versions> in_from = versions_of(from);
  const std::map<Name, Versions> in_to = versions_of(to);
  Json other = Json::array();
  for (const auto& [name, versions] : in_from) {
    const auto there = in_to.find(name);
    if (there == in_to.end() || there->second == versions) continue;
    Json entry = entry_of(name);
    entry["from"] = versions;
    entry["to"] = there->second;
    other.push_back(std::move(entry));
  }
  return Json{{"only_from", only_in(in_from, in_to)},
              {"only_to", only_in(in_to, in_from)},
              {"other_versions", std::move(other)}};
}

std::string suite_diff_words(const Json& difference) {
  std::string text;
  for (const Json& entry : difference["only_from"]) {
    text += "- " + name_words(entry) + words_of(entry, "versions") + "\n";
  }
  for (const Json& entry : difference["only_to"]) {
    text += "+ " + name_words(entry) + words_of(entry, "versions") + "\n";
  }
  for (const Json& entry : difference["other_versions"]) {
    text +=
        "! " + name_words(entry) + words_of(entry, "from") + " -> " + words_of(entry, "to") + "\n";
  }
  return text;
}

}  // namespace hallmark
