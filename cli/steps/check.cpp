// check: packages are installed, upgraded to and removed, before anything of them is signed.
#include "cli/architecture_here.hpp"
#include "cli/steps/build_records.hpp"
#include "cli/steps/step.hpp"

namespace hallmark {
namespace {

struct NamedVersion {
  std::string name;
  std::string version;
};

// What hallmark-build says of one target.
struct Checked {
  std::vector<NamedVersion> packages;
  std::vector<NamedVersion> older;
  std::string no_upgrade;
  bool again = false;
};

std::vector<NamedVersion> read_packages(ObjectReader& reader, const std::string& key) {
  std::vector<NamedVersion> out;
  reader.each(key, [&out](ObjectReader& entry) {
    out.push_back({entry.text("package"), entry.text("version")});
  });
  return out;
}

Result<Checked> check_one(TerminalRoot& root, const ReleaseFiles& files,
                          const NamedRecord& record) {
  HALLMARK_TRY(const std::vector<UniqueFd> artefacts, open_artefacts(root, files, record));
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-build",
                            Json{{"type", "check"},
                                 {"lock", files.lock_text},
                                 {"product", files.product_text},
                                 {"only", Json::array({to_json(record.target)})}},
                            raw(artefacts)));
  HALLMARK_TRY(const JsonDocument document,
               JsonDocument::parse(answer.body.dump(), "answer of hallmark-build"));
  Checked out;
  {
    ObjectReader reader(document);
    out.packages = read_packages(reader, "packages");
    out.older = read_packages(reader, "older");
    out.no_upgrade = reader.text("no_upgrade");
    out.again = reader.boolean_or("again", false);
  }
  HALLMARK_CHECK(document.status());
  return out;
}

// "tool 1.1 (over 1.0), tool-doc 1.1".
std::string package_words(const Checked& checked) {
  std::string out;
  for (const NamedVersion& package : checked.packages) {
    out += (out.empty() ? "" : ", ") + package.name + " " + package.version;
    for (const NamedVersion& older : checked.older) {
      if (older.name == package.name) out += " (over " + older.version + ")";
    }
  }
  return out;
}

std::string words(const Target& target, const Checked& checked) {
  const std::string name = target.directory_name() + ": ";
  if (checked.packages.empty()) return name + "not checked, by the product file";
  const bool upgraded = !checked.older.empty() && checked.no_upgrade.empty();
  return name + (upgraded ? "installed, upgraded and removed: " : "installed and removed: ") +
         package_words(checked);
}

Json to_json(const std::vector<NamedVersion>& packages) {
  Json out = Json::array();
  for (const NamedVersion& one : packages) {
    out.push_back({{"package", one.name}, {"version", one.version}});
  }
  return out;
}

// One target's words and JSON.
Result<StepReport> check_here(TerminalRoot& root, const ReleaseFiles& files,
                              const NamedRecord& record) {
  HALLMARK_TRY(const Checked checked, check_one(root, files, record));
  if (!checked.no_upgrade.empty()) {
    root.screen().warn(record.target.directory_name() +
                       ": no upgrade was tried: " + checked.no_upgrade);
  }
  return StepReport{words(record.target, checked),
                    Json{{"target", to_json(record.target)},
                         {"packages", to_json(checked.packages)},
                         {"older", to_json(checked.older)},
                         {"upgraded", !checked.older.empty() && checked.no_upgrade.empty()},
                         {"again", checked.again}}};
}

}  // namespace

Result<StepReport> check_packages(TerminalRoot& root, const ReleaseName& release) {
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  if (files.product.recipe.kind != RecipeKind::kDeb) {
    return StepReport{"no packages to install", Json{{"checked", Json::array()}}};
  }
  HALLMARK_TRY(const std::string architecture, architecture_here());
  HALLMARK_TRY(const std::vector<NamedRecord> records, build_records(root, files));
  StepReport all{"", Json{{"checked", Json::array()}}};
  for (const NamedRecord& record : records) {
    StepReport one{
        record.target.directory_name() + ": not checked, this machine is " + architecture,
        Json{{"target", to_json(record.target)}}};
    if (record.target.architecture == architecture) {
      HALLMARK_TRY(one, check_here(root, files, record));
    }
    if (!all.summary.empty()) all.summary += "; ";
    all.summary += one.summary;
    all.details["checked"].push_back(std::move(one.details));
  }
  return all;
}

}  // namespace hallmark
