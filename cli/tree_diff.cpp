#include "cli/tree_diff.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <utility>

namespace hallmark {
namespace {

using Name = std::pair<std::string, std::string>;  // package, architecture

// When a Release was made, and words about it.
constexpr std::array<std::string_view, 3> kOfTheMoment = {"Date", "Valid-Until", "Description"};
// Where it is, and digests that no client needs beside SHA-256.
constexpr std::array<std::string_view, 5> kOfTheTool = {"Filename", "MD5sum", "SHA1", "SHA512",
                                                        "Description-md5"};

bool is_among(std::span<const std::string_view> names, std::string_view field) {
  return std::any_of(names.begin(), names.end(),
                     [field](std::string_view one) { return same_field_name(one, field); });
}

// Fields of both by name, and which side has what.
class FieldDiff {
 public:
  explicit FieldDiff(std::span<const std::string_view> left_out) : left_out_(left_out) {}

  void add_there(const std::string& name, const std::string& value) { add(name).there = &value; }
  void add_here(const std::string& name, const std::string& value) { add(name).here = &value; }

  // Each that differs, as `entry` with three more keys.
  void append_to(Json& list, const Json& entry) const {
    for (const auto& [name, sides] : fields_) {
      const bool both = sides.there != nullptr && sides.here != nullptr;
      if (is_among(left_out_, name) || (both && *sides.there == *sides.here)) continue;
      Json differing = entry;
      differing["field"] = name;
      if (sides.there != nullptr) differing["there"] = *sides.there;
      if (sides.here != nullptr) differing["here"] = *sides.here;
      list.push_back(std::move(differing));
    }
  }

 private:
  struct Sides {
    const std::string* there = nullptr;
    const std::string* here = nullptr;
  };

  // Under the spelling that was met first: names of fields have no case.
  Sides& add(const std::string& name) {
    for (auto& [known, sides] : fields_) {
      if (same_field_name(known, name)) return sides;
    }
    return fields_[name];
  }

  std::span<const std::string_view> left_out_;
  std::map<std::string, Sides> fields_;
};

std::map<Name, const ForeignPackage*> by_name(const ForeignSuite& suite) {
  std::map<Name, const ForeignPackage*> out;
  for (const ForeignPackage& package : suite.packages) {
    out.emplace(Name{package.entry.name, package.entry.architecture}, &package);
  }
  return out;
}

Json entry_of(const IndexPackage& package) {
  return {{"package", package.name},
          {"architecture", package.architecture},
          {"version", package.version}};
}

Json diff_releases(const ReleaseFile& there, const ReleaseFile& here) {
  FieldDiff fields(kOfTheMoment);
  for (const auto& [name, value] : there.fields) fields.add_there(name, value);
  for (const auto& [name, value] : here.fields) fields.add_here(name, value);
  Json out = Json::array();
  fields.append_to(out, Json::object());
  return out;
}

void diff_packages(const ForeignPackage& there, const ForeignPackage& here, Json& out) {
  if (there.entry.version != here.entry.version) {
    Json entry = entry_of(there.entry);
    entry.erase("version");
    entry["there"] = there.entry.version;
    entry["here"] = here.entry.version;
    out["other_versions"].push_back(std::move(entry));
    return;
  }
  FieldDiff fields(kOfTheTool);
  const std::string component = "Component";
  fields.add_there(component, there.component);
  fields.add_here(component, here.component);
  for (const auto& [name, value] : there.stanza.fields) fields.add_there(name, value);
  for (const auto& [name, value] : here.stanza.fields) fields.add_here(name, value);
  fields.append_to(out["other_fields"], entry_of(there.entry));
}

std::string name_words(const Json& entry) {
  return entry.value("package", std::string()) + " " + entry.value("architecture", std::string());
}

std::string side_words(const Json& entry, const char* side) {
  return entry.contains(side) ? "'" + entry[side].get<std::string>() + "' " + side
                              : "none " + std::string(side);
}

std::string field_words(const Json& entry) {
  return entry.value("field", std::string()) + ": " + side_words(entry, "there") + ", " +
         side_words(entry, "here") + "\n";
}

}  // namespace

Json diff_trees(const ForeignSuite& there, const ForeignSuite& here) {
  const auto in_there = by_name(there);
  const auto in_here = by_name(here);
  Json out = {{"release", diff_releases(there.release, here.release)},
              {"only_there", Json::array()},
              {"only_here", Json::array()},
              {"other_versions", Json::array()},
              {"other_fields", Json::array()}};
  for (const auto& [name, package] : in_there) {
    const auto found = in_here.find(name);
    if (found == in_here.end()) {
      out["only_there"].push_back(entry_of(package->entry));
    } else {
      diff_packages(*package, *found->second, out);
    }
  }
  for (const auto& [name, package] : in_here) {
    if (!in_there.contains(name)) out["only_here"].push_back(entry_of(package->entry));
  }
  return out;
}

std::string tree_diff_words(const Json& difference) {
  std::string text;
  for (const Json& entry : difference["release"]) text += "~ Release: " + field_words(entry);
  const auto list = [&](const char* key, const char* sign) {
    for (const Json& entry : difference[key]) {
      text += sign + name_words(entry) + " " + entry.value("version", std::string()) + "\n";
    }
  };
  list("only_there", "- ");
  list("only_here", "+ ");
  for (const Json& entry : difference["other_versions"]) {
    text += "! " + name_words(entry) + " " + entry.value("there", std::string()) + " -> " +
            entry.value("here", std::string()) + "\n";
  }
  for (const Json& entry : difference["other_fields"]) {
    text += "~ " + name_words(entry) + " " + entry.value("version", std::string()) + ": " +
            field_words(entry);
  }
  return text;
}

}  // namespace hallmark
