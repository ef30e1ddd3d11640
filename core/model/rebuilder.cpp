#include "core/model/rebuilder.hpp"

#include <algorithm>
#include <set>

#include "core/model/policy.hpp"
#include "core/model/target.hpp"

namespace hallmark {
namespace {

bool asks_for_rebuilt(const Policy& policy) {
  return policy.evidence == Evidence::kRebuilt ||
         std::any_of(
             policy.evidence_levels.begin(), policy.evidence_levels.end(),
             [](const EvidenceLevel& level) { return level.evidence == Evidence::kRebuilt; });
}

void check_how_many(ObjectReader& reader, const Policy& policy) {
  const bool none = policy.rebuilders.empty() && policy.rebuilders_needed == 0;
  if (!none &&
      (policy.rebuilders_needed < 1 || policy.rebuilders_needed > policy.rebuilders.size())) {
    reader.fail("rebuilders_needed", "must be at least 1 and at most the number of rebuilders");
  }
  if (none && asks_for_rebuilt(policy)) {
    reader.fail("rebuilders", "must be there where evidence 'rebuilt' is asked for");
  }
}

void check_keys_of(ObjectReader& reader, const Rebuilder& rebuilder,
                   const std::set<std::string_view>& others, std::set<std::string_view>& seen) {
  for (const std::string& line : rebuilder.keys) {
    const std::string_view key = ssh_key_of_line(line);
    // Whoever has it would be a person's word and a machine's at once, or the terminal's word for
    // itself: what two are asked for, one could say.
    if (others.contains(key)) {
      reader.fail("rebuilders", "gives '" + rebuilder.name + "' an approver's or a log's key");
    }
    if (!seen.insert(key).second) reader.fail("rebuilders", "names a key twice");
  }
}

}  // namespace

std::string_view ssh_key_of_line(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  const std::size_t type_end = line.find(' ');
  if (type_end == std::string_view::npos) return line;
  return line.substr(0, line.find(' ', type_end + 1));
}

Rebuilder read_rebuilder(ObjectReader& reader) {
  Rebuilder rebuilder;
  rebuilder.name = read_plain_name(reader, "name");
  rebuilder.keys = reader.texts("keys");
  if (rebuilder.keys.empty()) reader.fail("keys", "must not be empty");
  return rebuilder;
}

Json to_json(const Rebuilder& rebuilder) {
  return Json{{"name", rebuilder.name}, {"keys", rebuilder.keys}};
}

void check_rebuilders(ObjectReader& reader, const Policy& policy) {
  check_how_many(reader, policy);
  std::set<std::string_view> others;
  for (const Approver& approver : policy.approvers) {
    for (const std::string& line : approver.keys) others.insert(ssh_key_of_line(line));
  }
  for (const LogKeyPolicy& log : policy.log_keys) others.insert(ssh_key_of_line(log.key));
  std::set<std::string> names;
  std::set<std::string_view> keys;
  for (const Rebuilder& rebuilder : policy.rebuilders) {
    if (!names.insert(rebuilder.name).second) {
      reader.fail("rebuilders", "names '" + rebuilder.name + "' twice");
    }
    check_keys_of(reader, rebuilder, others, keys);
  }
}

}  // namespace hallmark
