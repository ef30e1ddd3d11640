#include "verify/pool_folder.hpp"

namespace hallmark {

std::string pool_folder(std::string_view component, std::string_view source) {
  const bool library = source.starts_with("lib") && source.size() > 3;
  const std::string prefix(source.substr(0, library ? 4 : 1));
  return "pool/" + std::string(component) + '/' + prefix + '/' + std::string(source);
}

}  // namespace hallmark
