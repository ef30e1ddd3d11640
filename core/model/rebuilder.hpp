// policy.json's "rebuilders": who builds elsewhere what is built here, and says what came of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace hallmark {

// One owner of machines that build. All that it says with any of its keys is one vote.
struct Rebuilder {
  std::string name;
  std::vector<std::string> keys;  // OpenSSH public key lines
};

struct Policy;

Rebuilder read_rebuilder(ObjectReader& reader);
Json to_json(const Rebuilder& rebuilder);

// There are as many as are needed, and some where the policy asks for evidence `rebuilt`; names and
// keys stand once, and no key is an approver's or a log's. Errors are recorded in the policy's
// reader.
void check_rebuilders(ObjectReader& reader, const Policy& policy);

// Of an OpenSSH line what makes it that key: without comment and line end.
std::string_view ssh_key_of_line(std::string_view line);

}  // namespace hallmark
