// policy.json's "clients": how users of the apt repository come to trust it.
#pragma once

#include <string>

#include "core/json.hpp"

namespace hallmark {

struct ClientPolicy {
  std::string name;     // of NAME.sources, and of the package NAME-archive-keyring
  std::string address;  // where they find the repository: http or https, without a '/' at the end
  std::string contact;  // "Example Project <packages@example.org>": Maintainer of that package
};

ClientPolicy read_client_policy(ObjectReader& reader);
Json to_json(const ClientPolicy& clients);

}  // namespace hallmark
