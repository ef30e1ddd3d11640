// terminal.json: this device and the package hosts it publishes to. Written by people, read by the
// CLI, hallmark-push (hosts) and hallmark-sign (group). Schema: docs/schema/terminal.schema.json.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/result.hpp"

namespace hallmark {

struct PackageHost {
  std::string name;
  std::string address;  // IP address or DNS name
  uint16_t port = 22;
  std::string user;
  std::string host_key;           // one OpenSSH public key line: "ssh-ed25519 AAAA…"
  std::string docroot;            // absolute, as the SFTP session sees it
  std::string trash = "/trash";   // likewise; where files go that expired; empty: they stay
  std::vector<std::string> urls;  // every public address that serves the docroot
};

struct Terminal {
  std::string name;
  std::string group;  // approvals name the group, so that any terminal of it can release
  bool demo = false;
  std::vector<PackageHost> hosts;
};

Result<Terminal> parse_terminal(std::string_view text, const std::string& subject);
Json to_json(const Terminal& terminal);

}  // namespace hallmark
