#include "core/model/product.hpp"

#include <algorithm>

#include "core/safe_path.hpp"

namespace hallmark {
namespace {

EnvironmentSpec read_environment(ObjectReader& reader) {
  EnvironmentSpec environment;
  environment.name = read_plain_name(reader, "name");
  environment.suite = read_plain_name(reader, "suite");
  environment.packages = reader.texts_or_none("packages");
  for (const std::string& package : environment.packages) {
    if (!is_plain_name(package)) reader.fail("packages", "must hold package names");
  }
  return environment;
}

// A file's name, or {"name", "flavour"}.
void read_outputs(ObjectReader& reader, Recipe& recipe) {
  const auto add = [&](RecipeOutput output) {
    if (recipe.output(output.name) != nullptr) {
      reader.fail("outputs", "names '" + output.name + "' twice");
    }
    recipe.outputs.push_back(std::move(output));
  };
  reader.each_text_or_object(
      "outputs",
      [&](const std::string& name) {
        if (!is_plain_name(name)) reader.fail("outputs", "must hold plain file names");
        add({name, ""});
      },
      [&](ObjectReader& r) {
        add({read_plain_name(r, "name"), read_plain_name(r, "flavour")});
      });
  if (recipe.outputs.empty()) reader.fail("outputs", "must not be empty");
}

// A binary package's name, or {"name", "from"}.
void read_packages(ObjectReader& reader, Recipe& recipe) {
  const auto add = [&](RecipePackage package) {
    if (recipe.package_named(package.name) != nullptr) {
      reader.fail("packages", "names '" + package.name + "' twice");
    }
    recipe.packages.push_back(std::move(package));
  };
  reader.each_text_or_object(
      "packages",
      [&](const std::string& name) {
        if (!is_plain_name(name)) reader.fail("packages", "must hold names of binary packages");
        add({name, ""});
      },
      [&](ObjectReader& r) {
        add({read_plain_name(r, "name"), read_plain_name(r, "from")});
      });
  if (recipe.packages.empty()) reader.fail("packages", "must not be empty");
}

void read_apk_recipe(ObjectReader& reader, Recipe& recipe) {
  recipe.kind = RecipeKind::kApk;
  recipe.script = reader.text("script");
  if (!SafePath::parse(recipe.script).ok()) {
    reader.fail("script", "must be a relative path inside the source");
  }
  read_outputs(reader, recipe);
  recipe.package = read_plain_name(reader, "package");
  recipe.key = read_plain_name(reader, "key");
}

Recipe read_recipe(ObjectReader& reader) {
  Recipe recipe;
  const std::string kind = reader.text("kind");
  if (kind == "apk") {
    read_apk_recipe(reader, recipe);
  } else if (kind == "deb") {
    read_packages(reader, recipe);
    if (reader.has("version_suffix")) recipe.version_suffix = reader.text("version_suffix");
    if (reader.has("version_suffix") && recipe.version_suffix.empty()) {
      reader.fail("version_suffix", "must not be empty");
    }
  } else {
    reader.fail("kind", "must be deb or apk");
  }
  recipe.same_year = reader.boolean_or("same_year", false);
  return recipe;
}

// A script stands in the file, line by line: so whoever approves of the file approves of it.
void read_check(ObjectReader& reader, Product& product) {
  constexpr uint64_t kMostMinutes = 360;
  if (product.recipe.kind != RecipeKind::kDeb) {
    reader.fail("packages", "there are none: only what recipe deb gives is installed");
  }
  if (reader.has("packages")) product.check.packages = reader.texts("packages");
  for (const std::string& name : product.check.packages) {
    if (product.recipe.package_named(name) == nullptr) {
      reader.fail("packages", "names '" + name + "', which the recipe does not");
    }
  }
  for (const std::string& line : reader.texts_or_none("smoke")) product.check.smoke += line + "\n";
  if (reader.has("minutes")) product.check.minutes = reader.unsigned_integer("minutes");
  if (product.check.minutes < 1 || product.check.minutes > kMostMinutes) {
    reader.fail("minutes", "must be between 1 and " + std::to_string(kMostMinutes));
  }
}

// A lock file is read from the tree of a git tag: archives are taken apart in builds alone, and a
// Debian source package has its dependencies in the archive.
void read_dependencies(ObjectReader& reader, Product& product) {
  reader.each("dependencies", [&](ObjectReader& r) {
    DependencySpec spec = read_dependency_spec(r);
    const bool twice =
        std::any_of(product.dependencies.begin(), product.dependencies.end(),
                    [&](const DependencySpec& other) { return other.lock_file == spec.lock_file; });
    if (twice) r.fail("lock_file", "is named twice");
    product.dependencies.push_back(std::move(spec));
  });
  if (product.origin.kind != OriginKind::kGit) {
    reader.fail("dependencies", "can only be read from the tag of a git origin");
  }
  if (product.dependencies.empty()) reader.fail("dependencies", "must not be empty");
}

void check_targets(ObjectReader& reader, const Product& product) {
  if (product.targets.empty()) reader.fail("targets", "must not be empty");
  for (const Target& target : product.targets) {
    if (product.environment(target.environment) == nullptr) {
      reader.fail("targets", "names the unknown environment '" + target.environment + "'");
    }
    if (std::count(product.targets.begin(), product.targets.end(), target) > 1) {
      reader.fail("targets", "names the same target twice");
    }
  }
}

// Behind any version they make a higher one (+) or a lower one (~), and no other revision.
bool is_version_suffix(const std::string& text) {
  constexpr std::string_view kDigitsAndLetters =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return text.size() >= 2 && text.size() <= 64 && (text[0] == '+' || text[0] == '~') &&
         text.find_first_not_of(std::string(kDigitsAndLetters) + "+~.") == std::string::npos;
}

// Of one source there may be packages for several Debian suites: each needs a version of its own.
void check_version_suffixes(ObjectReader& reader, const Product& product) {
  if (product.recipe.version_suffix.empty()) return;
  for (const Target& target : product.targets) {
    if (product.environment(target.environment) == nullptr) continue;
    const std::string suffix = product.version_suffix_for(target);
    if (is_version_suffix(suffix)) continue;
    reader.fail("recipe", "has a version_suffix that gives '" + suffix +
                              "', and not + or ~ with letters, digits, + ~ . behind it");
  }
}

}  // namespace

const RecipeOutput* Recipe::output(std::string_view wanted) const {
  const auto found =
      std::find_if(outputs.begin(), outputs.end(),
                   [wanted](const RecipeOutput& output) { return output.name == wanted; });
  return found == outputs.end() ? nullptr : &*found;
}

const RecipePackage* Recipe::package_named(std::string_view wanted) const {
  const auto found =
      std::find_if(packages.begin(), packages.end(),
                   [wanted](const RecipePackage& listed) { return listed.name == wanted; });
  return found == packages.end() ? nullptr : &*found;
}

const EnvironmentSpec* Product::environment(std::string_view wanted) const {
  const auto found =
      std::find_if(environments.begin(), environments.end(),
                   [wanted](const EnvironmentSpec& spec) { return spec.name == wanted; });
  return found == environments.end() ? nullptr : &*found;
}

std::string Product::version_suffix_for(const Target& target) const {
  constexpr std::string_view kCodename = "{codename}";
  std::string out = recipe.version_suffix;
  const EnvironmentSpec* spec = environment(target.environment);
  const std::size_t at = out.find(kCodename);
  if (at != std::string::npos && spec != nullptr) out.replace(at, kCodename.size(), spec->suite);
  return out;
}

std::string Product::tag_for(const std::string& version) const {
  return fill_in_version(origin.tag, version);
}

std::string served_apk_name(const Product& product, std::string version,
                            const std::string& artefact) {
  std::replace(version.begin(), version.end(), ':', '-');
  const std::string name = product.recipe.package + "_" + version;
  return product.recipe.outputs.size() == 1 ? name + ".apk" : name + "_" + artefact;
}

Result<Product> parse_product(std::string_view text, const std::string& subject) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(text, subject));
  Product product;
  {
    ObjectReader reader(document);
    reader.expect_format("hallmark-product-v1");
    product.name = read_plain_name(reader, "name");
    reader.object("origin", [&](ObjectReader& r) { product.origin = read_origin(r); });
    if (reader.has("dependencies")) read_dependencies(reader, product);
    reader.each("environments",
                [&](ObjectReader& r) { product.environments.push_back(read_environment(r)); });
    reader.each("targets", [&](ObjectReader& r) { product.targets.push_back(read_target(r)); });
    reader.object("recipe", [&](ObjectReader& r) { product.recipe = read_recipe(r); });
    for (const RecipePackage& listed : product.recipe.packages) {
      product.check.packages.push_back(listed.name);
    }
    if (reader.has("check")) {
      reader.object("check", [&](ObjectReader& r) { read_check(r, product); });
    }
    const auto evidence = evidence_from_name(reader.text_or("evidence", "reproduced"));
    if (!evidence) reader.fail("evidence", "must be prebuilt, built, reproduced or rebuilt");
    product.evidence = evidence.value_or(Evidence::kReproduced);
    if (reader.has("rollout")) product.rollout = reader.unsigned_integer("rollout");
    if (product.rollout > 100) reader.fail("rollout", "must be at most 100, in percent");
    check_targets(reader, product);
    check_version_suffixes(reader, product);
  }
  HALLMARK_CHECK(document.status());
  return product;
}

}  // namespace hallmark
