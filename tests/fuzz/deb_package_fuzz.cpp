#include "core/safe_path.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "verify/deb_package.hpp"

using hallmark::fuzz::always;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const hallmark::UniqueFd file = hallmark::fuzz::memory_file(hallmark::fuzz::text_of(data, size));
  const auto deb = hallmark::read_deb(file.get(), "input");
  if (!deb.ok()) return 0;
  const std::string path = pool_path(*deb, "main");
  always(hallmark::SafePath::parse(path).ok(), "the pool path is safe");
  const auto stanza = hallmark::parse_deb822_paragraph(index_stanza(*deb, path), "stanza");
  always(stanza.ok(), "the stanza is one paragraph");
  always(stanza->fields.size() == deb->control.fields.size() + 3, "with three fields more");
  for (const auto& [name, value] : deb->control.fields) {
    const std::string* listed = stanza->find(name);
    always(listed != nullptr && *listed == value, "the stanza says what the control file says");
  }
  return 0;
}
