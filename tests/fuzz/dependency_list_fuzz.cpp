#include <tuple>

#include "core/safe_path.hpp"
#include "reproducible/dependency_list.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::DependencyKind;
using hallmark::fuzz::always;

// The first byte says which kind of lock file the others are: c, g or n.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = hallmark::fuzz::text_of(data, size);
  if (text.empty()) return 0;
  const bool go = text[0] == 'g';
  hallmark::DependencySpec spec;
  spec.kind = go               ? DependencyKind::kGo
              : text[0] == 'n' ? DependencyKind::kNpm
                               : DependencyKind::kCargo;
  spec.lock_file = "input";
  spec.url = go ? "/registry" : "/registry/{name}/{basename}-{version}";
  const auto list = hallmark::list_dependencies(spec, text.substr(1));
  if (!list.ok()) return 0;
  always(list->size() <= hallmark::kMaxDependencies, "there are not too many");
  for (std::size_t i = 0; i < list->size(); ++i) {
    const hallmark::ListedDependency& one = (*list)[i];
    always(hallmark::SafePath::parse(one.url.substr(1)).ok(),
           "an address does not leave its folder");
    always(!one.integrity.empty(), "each has a digest");
    if (i == 0) continue;
    const hallmark::ListedDependency& before = (*list)[i - 1];
    always(std::tie(before.name, before.version) < std::tie(one.name, one.version), "in order");
  }
  return 0;
}
