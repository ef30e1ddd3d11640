#include "core/model/client_policy.hpp"

#include <algorithm>
#include <string_view>

#include "core/debian_version.hpp"
#include "core/model/fdroid_policy.hpp"

namespace hallmark {
namespace {

// What apt takes as the name of a .sources file, and Debian in the name of a package.
bool is_client_name(const std::string& name) {
  constexpr std::size_t kMaxName = 56;  // paths of its package fit a tar header
  // Theirs are the distributions' own keyrings and sources.
  return name.size() <= kMaxName && is_debian_package_name(name) &&
         name.find('+') == std::string::npos && name != "debian" && name != "ubuntu";
}

// People paste it into a shell, and apt expands "$(ARCH)" in it.
bool is_client_address(const std::string& address) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:/_~%-";
  return is_web_address(address) && address.find_first_not_of(kPlain) == std::string::npos &&
         !address.ends_with('/');
}

// "A Name <user@host>"
bool is_contact(const std::string& text) {
  constexpr std::size_t kMaxContact = 200;
  const std::size_t open = text.find(" <");
  if (open == 0 || open == std::string::npos || !text.ends_with('>')) return false;
  const std::string address = text.substr(open + 2, text.size() - open - 3);
  return text.size() <= kMaxContact && address.find_first_of("<> ,") == std::string::npos &&
         address.find('@') != std::string::npos &&
         text.substr(0, open).find_first_of("<>,") == std::string::npos &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

}  // namespace

ClientPolicy read_client_policy(ObjectReader& reader) {
  ClientPolicy clients;
  clients.name = reader.text("name");
  clients.address = reader.text("address");
  clients.contact = reader.text("contact");
  if (!is_client_name(clients.name)) {
    reader.fail("name",
                "must be of lower-case letters, digits, '-' and '.', at least two of them, and "
                "neither debian nor ubuntu");
  }
  if (!is_client_address(clients.address)) {
    reader.fail("address",
                "must be an http or https address of letters, digits and . : / _ ~ % -, that does "
                "not end in '/'");
  }
  if (!is_contact(clients.contact)) reader.fail("contact", "must be NAME <USER@HOST>");
  return clients;
}

Json to_json(const ClientPolicy& clients) {
  return Json{{"name", clients.name}, {"address", clients.address}, {"contact", clients.contact}};
}

}  // namespace hallmark
