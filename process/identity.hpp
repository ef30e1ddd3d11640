// Unix users as privileges: who a program is, and becoming that for good.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "core/result.hpp"

namespace hallmark {

struct Identity {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
};

// nullopt: there is no such user.
Result<std::optional<Identity>> find_identity(const std::string& name);

// Gives up root for `identity`, with no supplementary groups, and makes sure that there is no way
// back. Only root can call it with success.
Status become(const Identity& identity);

}  // namespace hallmark
