// The repository, as the CLI drives it: hallmark-push keeps it, hallmark-sign signs it.
#pragma once

#include <string>
#include <vector>

#include "cli/steps/step.hpp"

namespace hallmark {

struct ComposedSuite {
  std::string name;
  bool changed = false;
  std::vector<std::string> indices;  // relative to dists/SUITE
};

// Writes the indices of the named suites, or of all when none is named.
Result<std::vector<ComposedSuite>> compose_suites(TerminalRoot& root,
                                                  const std::vector<std::string>& suites);
// What it did, where nothing is copied or signed.
StepReport composed_report(const TerminalRoot& root, const std::vector<ComposedSuite>& suites);

// Has the suite's Release written and signed, and put beside its indices. Returns its Date.
// `published` as cli/own_log.hpp gives it.
Result<std::string> sign_suite(TerminalRoot& root, const ComposedSuite& suite,
                               const Json& published);

// The heartbeat: each suite's newest Release again, with a new Date; every suite of the policy
// where none is named.
Result<StepReport> refresh_suites(TerminalRoot& root, std::vector<std::string> suites);

struct Destination {
  std::string suite;
  std::string component;
};
// "SUITE" or "SUITE/COMPONENT"; without one, the suite's first component.
Result<Destination> parse_destination(const TerminalRoot& root, const std::string& text);

// These files, and every .deb below those that are folders, or every .dsc too. Sorted.
enum class FindSources { kNot, kToo };
Result<std::vector<std::string>> find_packages(const std::vector<std::string>& paths,
                                               FindSources sources = FindSources::kNot);

// Adds .deb files, or every .deb below a folder, to a suite ("SUITE" or "SUITE/COMPONENT").
Result<StepReport> include_files(TerminalRoot& root, const std::string& destination,
                                 const std::vector<std::string>& paths);

// Copies the composed suites, indices and pool, to `folder`: a repository without signatures.
Result<StepReport> export_tree(TerminalRoot& root, const std::vector<ComposedSuite>& suites,
                               const std::string& folder);

// Of those that hallmark-push has, what its request "list" asks for with these keys.
Result<Json> list_packages(TerminalRoot& root, const Json& query);

// Out of the repository, in one transaction: [{"suite","package","version","architecture"}].
Status remove_packages(TerminalRoot& root, const Json& packages);

// What hallmark-push says of each host, in one line.
StepReport publish_report(const Json& untrusted_answer);

}  // namespace hallmark
