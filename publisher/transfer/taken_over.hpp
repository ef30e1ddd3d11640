// What public addresses serve, downloaded into files without a name: the files go with the last
// descriptor, so that nothing is left by whatever ends the program.
#pragma once

#include <string>
#include <vector>

#include "core/fd.hpp"
#include "core/layout.hpp"
#include "core/wire.hpp"
#include "publisher/transfer/served_downloads.hpp"

namespace hallmark {

// Each from the first address that serves those very bytes; the files in the order in which they
// were asked for. Where no address has one, the error is the first that said something else, or
// else the last that could not be asked.
Result<std::vector<UniqueFd>> take_over_files(const Layout& layout,
                                              const std::vector<std::string>& addresses,
                                              std::vector<WantedFile> wanted);

struct LineRange {
  std::string terminal;
  uint64_t from = 0;  // the start of an entry bundle
  uint64_t to = 0;    // the size that a served checkpoint tells
};
// The lines of a log as its entry bundles have them, one bundle after the other. Nothing of them is
// verified but that they are as many lines.
Result<UniqueFd> take_over_lines(const Layout& layout, const std::string& address,
                                 const LineRange& range, const ProgressSink& progress);

}  // namespace hallmark
