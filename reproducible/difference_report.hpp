// For people, when two builds differ: a report as text and as a page, beside the logs.
//
//   LOGS/difference.txt       what differs first, why it probably does, what was varied; then what
//   LOGS/difference.html      diffoscope says of the two files, where it is installed
//   LOGS/differing/N/NAME     the two files, or the one that there is
//
// diffoscope has readers of every format and a build chose the bytes: it runs in the sandbox that
// builds run in, with this machine's /usr to read and nothing else. The verdict never waits for it.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "reproducible/build_collect.hpp"
#include "reproducible/build_compare.hpp"

namespace hallmark {

struct ReportPlace {
  std::string logs;       // existing folder
  std::string workspace;  // new folder, for what does not last
  std::string title;      // "figlet 2.2.5-3, stable_main_amd64_base"
};

// Removes what an earlier build of the same target left there.
Status forget_difference_report(const std::string& logs);

// `difference` is of these two builds, between which `varied` differed.
Status write_difference_report(const ReportPlace& place, const Difference& difference,
                               const std::string& varied, const std::vector<CollectedFile>& first,
                               const std::vector<CollectedFile>& second);

// The report's text, which starts with the words and may end with what diffoscope says, as a page.
std::string difference_page(const std::string& title, const std::string& text);

}  // namespace hallmark
