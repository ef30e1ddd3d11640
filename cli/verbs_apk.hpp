// The verbs below `hallmark apk`, one function and one file (cli/verbs_apk_*.cpp) each.
#pragma once

#include "cli/verbs.hpp"

namespace hallmark {

void add_apk_compare(CLI::App& apk, CommandLine& line);
void add_apk_inspect(CLI::App& apk, CommandLine& line);
void add_apk_lineage(CLI::App& apk, CommandLine& line);
void add_apk_sign(CLI::App& apk, CommandLine& line);
void add_apk_verify(CLI::App& apk, CommandLine& line);

}  // namespace hallmark
