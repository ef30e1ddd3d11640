// Which apt archives of this machine are its distribution's, for one suite.
//
// Reads /etc/apt/sources.list, sources.list.d/*.list and *.sources (sources.list(5)). A machine may
// have other archives with a suite of the same name: those count that share the keyring of the
// distribution's own entry, which is the one whose Signed-By is Debian's archive keyring; else the
// one without a Signed-By; else any. Entries marked trusted, switched off or for sources only do
// not count; nor do files that cannot be read, since they say nothing of the distribution.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

struct AptSource {
  std::string uri;  // http, https or file; without a '/' at its end
  std::string suite;
  std::vector<std::string> components;
  // Absolute paths of the keyrings any of which may have signed it.
  std::vector<std::string> keyrings;
};

// One entry per archive and suite, of the suites NAME, NAME-updates and NAME-security that there
// are, in that order. `apt_folder` is /etc/apt.
Result<std::vector<AptSource>> base_archives(const std::string& apt_folder,
                                             const std::string& suite);

// The entries of one file, by its form; keyrings are empty where none is named. For tests and
// base_archives.
std::vector<AptSource> parse_one_line_sources(std::string_view text);
std::vector<AptSource> parse_deb822_sources(std::string_view text);

// NAME, NAME-updates or NAME-security.
bool is_suite_of(std::string_view suite, std::string_view base);

}  // namespace hallmark
