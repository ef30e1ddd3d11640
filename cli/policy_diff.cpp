#include "cli/policy_diff.hpp"

#include <map>

namespace hallmark {
namespace {

// By name of the fact: what it says.
using Facts = std::map<std::string, std::string>;

std::string in_words(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// A policy is at most a few levels deep: objects in named things in lists.
// NOLINTNEXTLINE(misc-no-recursion)
void collect(const std::string& name, const Json& value, Facts& facts) {
  const std::string prefix = name.empty() ? "" : name + ".";
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) collect(prefix + key, member, facts);
    return;
  }
  if (!value.is_array()) {
    facts[name] = in_words(value);
    return;
  }
  for (const Json& item : value) {
    if (item.is_object() && item.contains("name")) {
      collect(prefix + in_words(item["name"]), item, facts);
    } else if (item.is_object() && item.contains("people")) {
      Json where = item;
      where.erase("people");
      facts[name + "[" + where.dump() + "]"] = in_words(item["people"]) + " people";
    } else {
      facts[name + "[" + in_words(item) + "]"] = in_words(item);
    }
  }
}

Facts facts_of(const Policy& policy) {
  Facts facts;
  collect("", to_json(policy), facts);
  return facts;
}

std::optional<std::string> find(const Facts& facts, const std::string& name) {
  const auto found = facts.find(name);
  if (found == facts.end()) return std::nullopt;
  return found->second;
}

}  // namespace

std::vector<PolicyDifference> compare_policies(const Policy& before, const Policy& after) {
  const Facts old_facts = facts_of(before);
  const Facts new_facts = facts_of(after);
  Facts all = old_facts;
  all.insert(new_facts.begin(), new_facts.end());
  std::vector<PolicyDifference> out;
  for (const auto& [name, value] : all) {
    PolicyDifference difference{name, find(old_facts, name), find(new_facts, name)};
    if (difference.before != difference.after) out.push_back(std::move(difference));
  }
  return out;
}

std::string describe(const std::vector<PolicyDifference>& differences) {
  std::string text;
  for (const PolicyDifference& difference : differences) {
    if (difference.before) text += "- " + difference.what + ": " + *difference.before + "\n";
    if (difference.after) text += "+ " + difference.what + ": " + *difference.after + "\n";
  }
  return text.empty() ? "no difference\n" : text;
}

Json to_json(const std::vector<PolicyDifference>& differences) {
  Json out = Json::array();
  for (const PolicyDifference& difference : differences) {
    Json entry = {{"what", difference.what}};
    if (difference.before) entry["before"] = *difference.before;
    if (difference.after) entry["after"] = *difference.after;
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace hallmark
