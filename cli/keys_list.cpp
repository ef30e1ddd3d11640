#include "cli/keys_list.hpp"

#include <set>

#include "cli/key_keeper.hpp"
#include "cli/publishing_keys.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {
namespace {

Result<std::vector<AgentKey>> keys_in(TerminalRoot& root, AgentKind kind) {
  HALLMARK_CHECK(root.need_agent(kind));
  HALLMARK_TRY(const AgentUsers users, agent_users(kind));
  const Layout& layout = root.layout();
  const bool signing = kind == AgentKind::kSigning;
  return KeyKeeper(signing ? layout.signing_keys() : layout.publishing_keys(), users).list_keys();
}

void add_place(const AgentKey* key, Json& entry) {
  entry["where"] = key == nullptr ? "nowhere" : key->card.empty() ? "software" : "card";
  if (key != nullptr && !key->card.empty()) entry["card"] = key->card;
}

// An agent's keys, and which of them an entry of the list has named.
class AgentKeys {
 public:
  explicit AgentKeys(std::vector<AgentKey> keys) : keys_(std::move(keys)) {}

  // By "keygrip", or, without one, by the fingerprint of an SSH key; either is filled in.
  void place(Json& entry) {
    const std::string grip = entry.value("keygrip", std::string());
    for (const AgentKey& key : keys_) {
      if (grip.empty() ? entry["fingerprint"] != key.ssh_fingerprint : grip != key.keygrip)
        continue;
      named_.insert(key.keygrip);
      entry["keygrip"] = key.keygrip;
      add_place(&key, entry);
      return;
    }
    add_place(nullptr, entry);
  }

  void add_unnamed(const char* agent, Json& out) const {
    for (const AgentKey& key : keys_) {
      if (named_.contains(key.keygrip)) continue;
      Json entry = {{"keygrip", key.keygrip}, {"agent", agent}};
      add_place(&key, entry);
      out.push_back(std::move(entry));
    }
  }

 private:
  std::vector<AgentKey> keys_;
  std::set<std::string> named_;
};

void place_signing_key(AgentKeys& agent, Json& entry) {
  if (entry.contains("parts")) {
    for (Json& part : entry["parts"]) agent.place(part);
  }
  agent.place(entry);
}

// `line`: of OpenSSH.
Result<Json> publishing_key(const Json& hosts, const std::string& line) {
  HALLMARK_TRY(const SshPublicKey key, SshPublicKey::parse(line));
  return Json{{"use", "publishing"},
              {"for", hosts},
              {"fingerprint", key.fingerprint()},
              {"algorithm", line.substr(0, line.find(' '))}};
}

// `file`: of publishing_keys.hpp; `mark`: what its keys are.
Status add_publishing_keys(const TerminalRoot& root, const Json& hosts, const std::string& file,
                           const char* mark, std::vector<Json>& keys) {
  HALLMARK_TRY(const std::string lines, read_publishing_keys(root, file));
  for (const std::string& line : lines_after(lines, "")) {
    HALLMARK_TRY(Json key, publishing_key(hosts, line));
    key[mark] = true;
    keys.push_back(std::move(key));
  }
  return ok_status();
}

// The one that was made here last comes first.
Result<std::vector<Json>> publishing_keys(const TerminalRoot& root) {
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  Json hosts = Json::array();
  for (const PackageHost& host : terminal.hosts) hosts.push_back(host.name);
  HALLMARK_TRY(const std::string own, read_publishing_keys(root, kPublishingKey));
  HALLMARK_TRY(Json made_here, publishing_key(hosts, own.substr(0, own.find('\n'))));
  std::vector<Json> keys = {std::move(made_here)};
  HALLMARK_CHECK(add_publishing_keys(root, hosts, kFormerPublishingKeys, "former", keys));
  // A command that was killed may have noted the one that is in use as a former one.
  for (std::size_t i = keys.size(); i-- > 1;) {
    if (keys[i]["fingerprint"] == keys[0]["fingerprint"]) keys.erase(keys.begin() + ptrdiff_t(i));
  }
  HALLMARK_CHECK(
      add_publishing_keys(root, hosts, kImportedPublishingKeys, "exposed_before_import", keys));
  return keys;
}

std::string joined(const Json& words) {
  std::string out;
  for (const Json& word : words) out += (out.empty() ? "" : ", ") + word.get<std::string>();
  return out.empty() ? "nothing" : out;
}

std::string heading(const Json& key) {
  const std::string use = key["use"];
  const std::string fingerprint = key["fingerprint"];
  if (use == "suite") return "OpenPGP key " + fingerprint + " for suite " + joined(key["for"]);
  if (use == "application") {
    return "APK key " + key["name"].get<std::string>() + " for " + joined(key["for"]) +
           ", certificate SHA-256 " + fingerprint;
  }
  if (use == "log")
    return "log key " + fingerprint + " for the release log of " + joined(key["for"]);
  return "publishing key " + fingerprint + " for host " + joined(key["for"]);
}

std::string day(const std::string& time) { return time.substr(0, time.find('T')); }

std::string place_words(const Json& key) {
  const std::string where = key.value("where", std::string());
  if (where == "card") return "on card " + key.value("card", std::string());
  return where == "software" ? "in software" : "NOT in its agent";
}

std::string time_words(const Json& key) {
  std::string out;
  if (key.contains("created")) out += ", made " + day(key["created"]);
  if (!key.contains("expires"))
    return out + (key.contains("signs") || key["use"] == "suite" ? ", never expires" : "");
  return out + ", expires " + day(key["expires"]) + " (" +
         std::to_string(key.value("days_left", int64_t{0})) + " days left)";
}

// Of a key with subkeys, one line for each part that may sign.
std::string parts_words(const Json& key) {
  const Json parts = key.value("parts", Json::array());
  std::string out;
  for (const Json& part : parts) {
    if (parts.size() < 2 || !part.value("signs", false)) continue;
    const bool primary = part["fingerprint"] == key["fingerprint"];
    out += std::string("  ") +
           (primary ? "primary key" : "subkey " + part.value("fingerprint", std::string())) + ", " +
           part.value("algorithm", std::string("?")) + ", " + place_words(part) + time_words(part) +
           (part.value("revoked", false) ? ", REVOKED" : "") +
           (part.value("signs_here", false) ? ": SIGNS on this terminal"
                                            : ": spare, signs nothing here") +
           "\n";
  }
  return out;
}

std::string describe_key(const Json& key) {
  std::string out = heading(key) + "\n  " + key.value("algorithm", std::string("?")) +
                    ", keygrip " + key.value("keygrip", std::string("unknown")) + ", " +
                    place_words(key) + time_words(key) + "\n";
  if (key.value("revoked", false)) out += "  REVOKED\n";
  if (key.value("former", false)) out += "  former: another one was made to take over from it\n";
  if (key.value("exposed_before_import", false)) {
    out += "  EXPOSED before import: others may have it; rotate it\n";
  }
  out += parts_words(key);
  if (!key.contains("last")) return out;
  const Json& last = key["last"];
  out += "  last signed " + last.value("what", std::string()) + " at " +
         last.value("at", std::string());
  if (last.contains("sequence")) out += ", line " + last["sequence"].dump() + " of the log";
  return out + "\n";
}

}  // namespace

Result<Json> list_keys(TerminalRoot& root) {
  HALLMARK_TRY(std::vector<AgentKey> signing_keys, keys_in(root, AgentKind::kSigning));
  HALLMARK_TRY(std::vector<AgentKey> pushing_keys, keys_in(root, AgentKind::kPublishing));
  HALLMARK_TRY(Message answer, root.request("hallmark-sign", Json{{"type", "keys"}}));
  AgentKeys signing(std::move(signing_keys));
  AgentKeys publishing(std::move(pushing_keys));
  Json keys = answer.body.value("keys", Json::array());
  for (Json& key : keys) place_signing_key(signing, key);
  HALLMARK_TRY(std::vector<Json> publishers, publishing_keys(root));
  for (Json& key : publishers) {
    publishing.place(key);
    keys.push_back(std::move(key));
  }
  Json rest = Json::array();
  signing.add_unnamed("signing", rest);
  publishing.add_unnamed("publishing", rest);
  return Json{{"keys", std::move(keys)}, {"not_in_inventory", std::move(rest)}};
}

std::string describe_keys(const Json& listed) {
  std::string out;
  for (const Json& key : listed["keys"]) out += describe_key(key);
  for (const Json& key : listed["not_in_inventory"]) {
    out += "key " + key["keygrip"].get<std::string>() + " of the " +
           key["agent"].get<std::string>() + " agent, " + place_words(key) +
           ": NOT in the inventory, so nothing is signed with it\n";
  }
  return out;
}

}  // namespace hallmark
