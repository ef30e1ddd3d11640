#include <string>

#include "tests/fuzz/fuzz.hpp"
#include "verify/source_package.hpp"

using hallmark::fuzz::always;

// A .dsc. Its stanza in Sources is one paragraph that names the same files, below the pool.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto dsc = hallmark::parse_dsc(hallmark::fuzz::text_of(data, size), "fuzz");
  if (!dsc.ok()) return 0;
  const hallmark::SourcePackage source{*dsc, dsc->files, dsc->files_by_md5};
  const std::string stanza = hallmark::sources_stanza(source, "pool/x");
  const auto files = hallmark::files_of_stanza(stanza);
  always(files.ok() && *files == dsc->files, "the stanza names the files");
  for (const auto& file : *files) {
    always(file.name.find('/') == std::string::npos, "in their folder");
    always(file.name.starts_with(dsc->package + "_"), "by the source's name");
  }
  return 0;
}
