#include "tests/fuzz/fuzz.hpp"
#include "verify/deb_changelog.hpp"
#include "verify/deb_paths.hpp"

using hallmark::fuzz::always;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const hallmark::UniqueFd file = hallmark::fuzz::memory_file(hallmark::fuzz::text_of(data, size));
  const auto deb = hallmark::read_deb(file.get(), "input");
  if (!deb.ok()) return 0;
  const std::string name = hallmark::contents_name(*deb);
  always(name.find_first_of(" \t\n,") == std::string::npos, "a name is one word");
  const auto changelog = hallmark::deb_changelog(file.get(), *deb, "input");
  always(!changelog.ok() || !*changelog || (*changelog)->size() <= hallmark::kMostChangelog,
         "a changelog is of a bearable size");
  const std::string served = "/" + hallmark::changelog_path("main", *deb) + "/";
  always(served.find("//") == std::string::npos && served.find("/../") == std::string::npos,
         "a changelog's path leads nowhere else");
  const auto packed =
      hallmark::packed_deb_paths(file.get(), *deb, hallmark::DebPaths::kToJudge, "input");
  if (!packed.ok()) return 0;
  const auto text = hallmark::unpack_deb_paths(*packed);
  always(text.ok(), "what was packed can be unpacked");
  std::string before;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::string path(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(path.size() + 1);
    always(before < path, "paths are in order, each once");
    const std::string framed = "/" + path + "/";
    always(framed.find("//") == std::string::npos && framed.find("/./") == std::string::npos &&
               framed.find("/../") == std::string::npos,
           "a path has one spelling and leads nowhere else");
    always(path.find('\t') == std::string::npos, "a path ends before the tab");
    before = path;
  }
  return 0;
}
