#include "tests/fuzz/fuzz.hpp"
#include "verify/deb_contents.hpp"

using hallmark::fuzz::always;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const hallmark::UniqueFd file = hallmark::fuzz::memory_file(hallmark::fuzz::text_of(data, size));
  const auto contents = hallmark::read_deb_contents(file.get(), "input");
  if (!contents.ok()) return 0;
  always(!contents->control_files.contains("control"), "the control file is told apart");
  always(hallmark::read_deb(file.get(), "input").ok(), "it is a package by the signer's rules");
  for (const auto& [path, entry] : contents->files) {
    const std::string framed = "/" + path + "/";
    always(path.empty() || framed.find("//") == std::string::npos, "a path has one spelling");
    always(framed.find("/./") == std::string::npos && framed.find("/../") == std::string::npos,
           "a path leads nowhere else");
    always(path.find('\n') == std::string::npos, "a path is one line");
  }
  return 0;
}
