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
// As to_json writes it.
Result<ReviewPart> parse_review_part(const std::string& untrusted_text);

// "WHAT: a, b come" and the like, at most 40 of them by name.
void add_listed(std::vector<Change>& changes, const std::string& what, const char* verb,
                const std::vector<std::string>& names, bool alert);
// The members of `other` that `one` lacks.
std::vector<std::string> missing_from(const std::set<std::string>& one,
                                      const std::set<std::string>& other);
// "WHAT: BEFORE -> AFTER", if they differ. Empty is shown as "none".
void add_changed(std::vector<Change>& changes, const std::string& what, const std::string& before,
                 const std::string& after, bool alert = false);
// The lines that a text lost and gained between its common beginning and end; at most 60.
std::string line_difference(const std::string& before, const std::string& after);

// For people; Markdown is for a merge request.
std::string review_text(const std::vector<ReviewPart>& parts);
std::string review_markdown(const std::vector<ReviewPart>& parts);

}  // namespace hallmark
