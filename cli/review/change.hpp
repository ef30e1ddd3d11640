// What a reviewer is told: differences between a release and the one before it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/result.hpp"

namespace hallmark {

struct Change {
  std::string words;   // one line
  bool alert = false;  // worth a second look: more rights, or code that runs at installation
  std::string detail;  // lines of a text that changed, each behind '+' or '-'; often empty
  bool operator==(const Change&) const = default;
};

// One thing that was compared: the lock, a package, an APK.
struct ReviewPart {
  std::string title;
  std::vector<Change> changes;  // none: the same
  bool operator==(const ReviewPart&) const = default;
};

Json to_json(const ReviewPart& part);
// With escapes alone, whatever bytes the words have.
std::string to_text(const Json& untrusted_words);
// As to_json writes it. Control characters become spaces, but for a detail's tabs and newlines.
Result<ReviewPart> parse_review_part(const std::string& untrusted_text);

// Control characters become spaces.
std::string one_line(std::string text);
// At most 2000 changes and 2 MiB of JSON, alerts first; how many more there are is an alert.
std::vector<Change> bounded(std::vector<Change> changes);

// "WHAT: a, b come" and the like, at most 40 of them by name.
void add_listed(std::vector<Change>& changes, const std::string& what, const char* verb,
                const std::vector<std::string>& names, bool alert);
// The members of `other` that `one` lacks.
std::vector<std::string> missing_from(const std::set<std::string>& one,
                                      const std::set<std::string>& other);
// "WHAT: BEFORE -> AFTER", if they differ. Empty is shown as "none".
void add_changed(std::vector<Change>& changes, const std::string& what, const std::string& before,
                 const std::string& after, bool alert = false);
// The lines that a text lost and gained, in their order: at most 60 gained and 30 lost ones, each
// of at most 400 bytes; what is not shown is counted.
std::string line_difference(const std::string& before, const std::string& after);

// What a package chose, as Markdown shows it unread: no link, picture or HTML.
std::string code_span(std::string words);
// For people; Markdown is for a merge request.
std::string review_text(const std::vector<ReviewPart>& parts);
std::string review_markdown(const std::vector<ReviewPart>& parts);

}  // namespace hallmark
