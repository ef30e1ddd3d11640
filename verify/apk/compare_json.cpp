// An APK comparison as JSON.
#include "core/utf8.hpp"
#include "verify/apk/compare.hpp"

namespace hallmark {
namespace {

Json difference_json(const DifferingEntry& difference) {
  Json how = Json::array();
  for (const EntryDifference& one : difference.how) {
    Json item = {{"what", one.what}};
    if (!one.in_signed.empty() || !one.in_rebuilt.empty()) {
      item["signed"] = one.in_signed;
      item["rebuilt"] = one.in_rebuilt;
    }
    how.push_back(std::move(item));
  }
  return Json{{"entry", difference.name.empty() ? Json() : Json(printable(difference.name))},
              {"how", how}};
}

}  // namespace

Json to_json(const ApkComparison& comparison) {
  Json differences = Json::array();
  for (const DifferingEntry& difference : comparison.differences.listed) {
    differences.push_back(difference_json(difference));
  }
  const auto report = [](const std::optional<ApkReport>& verdict) {
    return verdict ? to_json(*verdict) : Json();
  };
  return Json{{"signed", comparison.signed_file},
              {"rebuilt", comparison.rebuilt_file},
              {"same", comparison.same},
              {"signatures", comparison.signatures},
              {"rebuilt_signatures", comparison.rebuilt_signatures},
              {"entries", comparison.differences.entries},
              {"differing", comparison.differences.places},
              {"differences", differences},
              {"copied", report(comparison.copied)},
              {"copied_realigned", comparison.copied_realigned},
              {"signed_report", report(comparison.signed_report)}};
}

}  // namespace hallmark
