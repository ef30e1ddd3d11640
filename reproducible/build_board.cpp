#include "reproducible/build_board.hpp"

#include <algorithm>

#include "reproducible/build_target.hpp"

namespace hallmark {
namespace {

void end_last(auto& steps, uint64_t now) {
  if (!steps.empty() && !steps.back().ended) steps.back().ended = now;
}

}  // namespace

BuildBoard::BuildBoard(std::vector<std::string> targets, std::vector<StepTimes> expected) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    Row row;
    row.target = std::move(targets[i]);
    if (i < expected.size()) row.expected = std::move(expected[i]);
    rows_.push_back(std::move(row));
  }
}

void BuildBoard::begin(std::size_t target) { rows_.at(target).state = "builds"; }

void BuildBoard::step(std::size_t target, const std::string& name, uint64_t now) {
  Row& row = rows_.at(target);
  end_last(row.steps, now);
  row.steps.push_back({name, now, std::nullopt});
}

void BuildBoard::end(std::size_t target, bool built, uint64_t now) {
  Row& row = rows_.at(target);
  end_last(row.steps, now);
  row.state = built ? "built" : "failed";
}

StepTimes BuildBoard::taken(std::size_t target) const {
  StepTimes out;
  for (const Step& step : rows_.at(target).steps) {
    if (step.ended) out[step.name] = *step.ended - step.began;
  }
  return out;
}

Json BuildBoard::event(uint64_t now) const {
  Json targets = Json::array();
  for (const Row& row : rows_) {
    Json steps = Json::array();
    for (const char* name : kBuildSteps) {
      Json json{{"step", name}};
      const auto step = std::find_if(row.steps.begin(), row.steps.end(),
                                     [name](const Step& one) { return one.name == name; });
      if (step != row.steps.end()) {
        json["ms"] = step->ended.value_or(now) - step->began;
        if (!step->ended) json["running"] = true;
      }
      if (const auto expected = row.expected.find(name); expected != row.expected.end()) {
        json["expected_ms"] = expected->second;
      }
      steps.push_back(std::move(json));
    }
    targets.push_back({{"target", row.target}, {"state", row.state}, {"steps", steps}});
  }
  return Json{{"step", "build"}, {"targets", targets}};
}

}  // namespace hallmark
