// products/NAME.json: what a team releases, where its source comes from and how it is built.
// Written by people. Schema: docs/schema/product.schema.json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/model/dependencies.hpp"
#include "core/model/evidence.hpp"
#include "core/model/origin.hpp"
#include "core/model/target.hpp"
#include "core/result.hpp"

namespace hallmark {

// What a build may read beside its source: a Debian suite and extra packages.
struct EnvironmentSpec {
  std::string name;
  std::string suite;
  std::vector<std::string> packages;
};

enum class RecipeKind { kDeb, kApk };

// A file that an app's build leaves: NAME.apk, or an app bundle, NAME.aab.
struct RecipeOutput {
  std::string name;     // a plain file name
  std::string flavour;  // a plain name, or empty: version codes rise within each (docs/formats.md)
};

// A binary package that the product may bring into a suite.
struct RecipePackage {
  std::string name;
  std::string from;  // the product that brought it until now, or empty
};

struct Recipe {
  RecipeKind kind = RecipeKind::kDeb;
  // The second build's clock is not set ahead: the build, or its tests, cannot bear that.
  bool same_year = false;
  // kDeb
  std::vector<RecipePackage> packages;  // no name twice
  // What is put after the source's own version: a text that may contain {codename}, or empty.
  std::string version_suffix;
  // kApk
  std::string script;                 // relative to the source
  std::vector<RecipeOutput> outputs;  // no name twice
  std::string package;                // application id
  std::string key;                    // name of an apk_keys entry of the policy

  // Null: the build is not to leave a file of that name.
  const RecipeOutput* output(std::string_view name) const;
  // Null: the product may not bring a package of that name.
  const RecipePackage* package_named(std::string_view name) const;
};

// How packages are tried out before they are signed: installed, upgraded to, removed.
struct CheckSpec {
  // Which of the recipe's packages, in one go; none: nothing is tried out.
  std::vector<std::string> packages;
  std::string smoke;  // a shell script; empty: there is none
  uint64_t minutes = 30;
};

struct Product {
  std::string name;
  Origin origin;
  std::vector<DependencySpec> dependencies;  // of a git origin alone; no lock file twice
  std::vector<EnvironmentSpec> environments;
  std::vector<Target> targets;
  Recipe recipe;
  CheckSpec check;
  Evidence evidence = Evidence::kReproduced;
  // Of the machines that have a package already, how many take a new version of it at first.
  uint64_t rollout = 100;  // percent

  const EnvironmentSpec* environment(std::string_view name) const;
  // recipe.version_suffix with {codename} filled in: the Debian suite that `target` is built in.
  std::string version_suffix_for(const Target& target) const;
  // origin.tag with {version} filled in.
  std::string tag_for(const std::string& version) const;
};

// What people download an app as: APPLICATION_VERSION.apk, or more exactly where a build makes
// several. `artefact` is the name of the recipe's output.
std::string served_apk_name(const Product& product, std::string version,
                            const std::string& artefact);

Result<Product> parse_product(std::string_view text, const std::string& subject);

}  // namespace hallmark
