#include "core/model/target.hpp"

#include "core/safe_path.hpp"

namespace hallmark {

std::string Target::directory_name() const {
  return suite + "_" + component + "_" + architecture + "_" + environment;
}

std::string read_plain_name(ObjectReader& reader, const std::string& key) {
  std::string name = reader.text(key);
  if (!is_plain_name(name)) {
    reader.fail(key, "must be a plain name (letters, digits and + - . _ ~)");
  }
  return name;
}

Target read_target(ObjectReader& reader) {
  Target target;
  target.suite = read_plain_name(reader, "suite");
  target.component = read_plain_name(reader, "component");
  target.architecture = read_plain_name(reader, "architecture");
  target.environment = read_plain_name(reader, "environment");
  return target;
}

Json to_json(const Target& target) {
  return Json{{"suite", target.suite},
              {"component", target.component},
              {"architecture", target.architecture},
              {"environment", target.environment}};
}

}  // namespace hallmark
