#include "cli/repo_import.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "cli/foreign_tree.hpp"
#include "core/digest.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

// A suite of theirs, and where it goes.
struct Mapping {
  std::string from;
  std::string suite;
  std::string component;  // empty: the one that a package has there
};

struct Taken {
  std::string from;  // their suite
  std::string name;  // PACKAGE_VERSION_ARCHITECTURE
  std::string package;
  std::string architecture;
  PathToImport file;
};

Result<Mapping> parse_mapping(const Policy& policy, const std::string& text) {
  const std::size_t equals = text.find('=');
  Mapping out{text.substr(0, equals), "", ""};
  const std::string to = equals == std::string::npos ? out.from : text.substr(equals + 1);
  const std::size_t slash = to.find('/');
  out.suite = to.substr(0, slash);
  if (slash != std::string::npos) out.component = to.substr(slash + 1);
  if (policy.suite(out.suite) != nullptr) return out;
  return policy_error(out.suite, "is no suite of the policy",
                      "say where it goes: --suite " + out.from +
                          "=SUITE; or add the suite: " + "hallmark policy propose");
}

Result<std::vector<Mapping>> mappings_of(const Policy& policy, const RepoImportOptions& options) {
  std::vector<Mapping> out;
  for (const std::string& text : options.suites) {
    HALLMARK_TRY(Mapping mapping, parse_mapping(policy, text));
    out.push_back(std::move(mapping));
  }
  if (!out.empty()) return out;
  std::error_code none;
  for (const SuitePolicy& suite : policy.suites) {
    if (fs::is_directory(options.tree + "/dists/" + suite.name, none)) {
      out.push_back({suite.name, suite.name, ""});
    }
  }
  if (!out.empty()) return out;
  return failed(options.tree, "has no suite of the policy below dists/",
                "say which is which: --suite THEIRS=OURS");
}

std::string field_of(const ReleaseFile& release, const std::string& name) {
  const auto found = release.fields.find(name);
  return found == release.fields.end() ? "" : found->second;
}

// What apt asks its user about when it changes (apt-secure(8)), and what scripts pin by.
void note_changes(const Screen& screen, const Policy& policy, const Mapping& mapping,
                  const ReleaseFile& theirs) {
  const SuitePolicy& ours = *policy.suite(mapping.suite);
  const auto compare = [&](const char* field, const std::string& becomes) {
    const std::string was = field_of(theirs, field);
    if (was == becomes) return;
    screen.note(mapping.from + ": " + field + " was '" + was + "' and will be '" + becomes +
                "': apt asks each of its users about that, once");
  };
  // Whoever hands in an older copy hands in older packages; only people can know.
  screen.note(mapping.from + ": signed on " + field_of(theirs, "Date"));
  compare("Origin", policy.origin);
  compare("Label", policy.label);
  compare("Suite", ours.name);
  compare("Codename", ours.codename);
}

void note_left_behind(const Screen& screen, const Mapping& mapping, const ForeignSuite& suite) {
  const auto say = [&](std::size_t count, const std::string& what) {
    if (count != 0) {
      screen.note(mapping.from + ": left behind: " + std::to_string(count) + " " + what);
    }
  };
  say(suite.older, "package(s) that a newer version in the same suite hides from apt");
  say(suite.sources, "index(es) of sources: release them from source");
  say(suite.udebs, "index(es) of the installer's packages");
}

Status check_architecture(const SuitePolicy& suite, const std::string& architecture) {
  const auto& known = suite.architectures;
  if (architecture == "all" || std::count(known.begin(), known.end(), architecture) != 0) {
    return ok_status();
  }
  return policy_error(suite.name, "has no architecture " + architecture,
                      "add it: hallmark policy propose");
}

Result<Destination> destination_of(const Policy& policy, const Mapping& mapping,
                                   const ForeignPackage& package) {
  const SuitePolicy& suite = *policy.suite(mapping.suite);
  HALLMARK_CHECK(check_architecture(suite, package.entry.architecture));
  Destination out{suite.name, mapping.component.empty() ? package.component : mapping.component};
  if (std::count(suite.components.begin(), suite.components.end(), out.component) != 0) return out;
  return policy_error(suite.name, "has no component " + out.component,
                      "add it: hallmark policy propose; or say where it goes: --suite " +
                          mapping.from + "=" + suite.name + "/COMPONENT");
}

class RepositoryReader {
 public:
  RepositoryReader(TerminalRoot& root, const RepoImportOptions& options, const Policy& policy)
      : screen_(root.screen()), options_(options), policy_(policy) {}

  Result<std::vector<Taken>> read() {
    HALLMARK_TRY(const std::vector<Mapping> mappings, mappings_of(policy_, options_));
    std::error_code failure;
    const std::string keyring = fs::absolute(options_.keyring, failure);
    for (const Mapping& mapping : mappings) {
      HALLMARK_TRY(const ForeignSuite suite,
                   read_foreign_suite(options_.tree, mapping.from, keyring));
      note_changes(screen_, policy_, mapping, suite.release);
      note_left_behind(screen_, mapping, suite);
      HALLMARK_CHECK(take(mapping, suite));
    }
    HALLMARK_CHECK(check_all_left_out());
    HALLMARK_CHECK(check_conflicts());
    if (taken_.empty()) return failed(options_.tree, "has no packages in these suites");
    return std::move(taken_);
  }

 private:
  Status take(const Mapping& mapping, const ForeignSuite& suite) {
    for (const ForeignPackage& package : suite.packages) {
      const IndexPackage& entry = package.entry;
      const std::string name = entry.name + "_" + entry.version + "_" + entry.architecture;
      if (is_left_out(mapping.from + "/" + name)) continue;
      HALLMARK_TRY(const Destination place, destination_of(policy_, mapping, package));
      HALLMARK_CHECK(check_file(entry));
      taken_.push_back({mapping.from,
                        name,
                        entry.name,
                        entry.architecture,
                        {options_.tree + "/" + entry.filename, place, entry.sha256}});
    }
    return ok_status();
  }

  // Before anything looks into it.
  Status check_file(const IndexPackage& entry) const {
    const std::string path = options_.tree + "/" + entry.filename;
    HALLMARK_TRY(const UniqueFd fd, open_file(path));
    HALLMARK_TRY(const FileDigest found, digest_fd(fd.get()));
    if (found.sha256 == entry.sha256 && found.size == entry.size) return ok_status();
    return verification_error(path, "is not what the signed index names",
                              "copy the repository again, when nobody publishes to it");
  }

  bool is_left_out(const std::string& name) {
    const bool is = std::count(options_.without.begin(), options_.without.end(), name) != 0;
    if (is) left_out_.insert(name);
    return is;
  }

  // A misspelt one would come in.
  Status check_all_left_out() const {
    for (const std::string& name : options_.without) {
      if (left_out_.count(name) != 0) continue;
      return usage_error("--without " + name, "is none of the packages that would be imported",
                         "SUITE/PACKAGE_VERSION_ARCHITECTURE, SUITE being theirs");
    }
    return ok_status();
  }

  // One version has one content, in all suites: a signed digest says which.
  Status check_conflicts() const {
    std::map<std::string, const Taken*> first;
    std::size_t conflicts = 0;
    std::string example;
    for (const Taken& package : taken_) {
      const auto [at, is_new] = first.emplace(package.name, &package);
      const Taken& other = *at->second;
      if (is_new || other.file.sha256 == package.file.sha256) continue;
      ++conflicts;
      example = package.from + "/" + package.name;
      screen_.note(package.name + ": in " + other.from + " sha256 " + other.file.sha256->hex() +
                   ", in " + package.from + " sha256 " + package.file.sha256->hex());
    }
    if (conflicts == 0) return ok_status();
    return verification_error(
        options_.tree,
        "has " + std::to_string(conflicts) + " package(s) under one version with different bytes",
        "their hosts keep them; leave one of each out: --without " + example);
  }

  const Screen& screen_;
  const RepoImportOptions& options_;
  const Policy& policy_;
  std::vector<Taken> taken_;
  std::set<std::string> left_out_;
};

// An import needs none of what a build would need; a person who wants builds writes that.
Json product_draft(const Policy& policy, const std::string& name, const std::vector<Taken>& taken) {
  std::set<std::string> packages;
  std::set<std::tuple<std::string, std::string, std::string>> places;
  for (const Taken& package : taken) {
    packages.insert(package.package);
    const Destination& to = package.file.destination;
    for (const std::string& architecture : policy.suite(to.suite)->architectures) {
      if (package.architecture == "all" || package.architecture == architecture) {
        places.insert({to.suite, to.component, architecture});
      }
    }
  }
  Json targets = Json::array();
  for (const auto& [suite, component, architecture] : places) {
    targets.push_back({{"suite", suite},
                       {"component", component},
                       {"architecture", architecture},
                       {"environment", "none"}});
  }
  return {{"format", "hallmark-product-v1"},
          {"name", name},
          {"origin", {{"kind", "dsc"}, {"package", name}}},
          {"environments", {{{"name", "none"}, {"suite", "none"}}}},
          {"targets", targets},
          {"recipe", {{"kind", "deb"}, {"packages", packages}}},
          {"evidence", "prebuilt"}};
}

Status draft_product(TerminalRoot& root, const Policy& policy, const std::string& name,
                     const std::vector<Taken>& taken) {
  const fs::path path = root.layout().product(name);
  std::error_code none;
  if (fs::exists(path, none)) return ok_status();
  HALLMARK_TRY(const UniqueFd folder, open_dir(path.parent_path()));
  HALLMARK_CHECK(write_file_atomic(folder.get(), path.filename(),
                                   product_draft(policy, name, taken).dump(2) + "\n", 0644));
  root.screen().note(path.string() +
                     " is drafted: it lists the packages, and is approved with them");
  return ok_status();
}

}  // namespace

Result<StepReport> import_repository(TerminalRoot& root, const RepoImportOptions& options) {
  if (!is_plain_name(options.import.release.product)) {
    return usage_error("'" + options.import.release.product + "'", "is not a product's name");
  }
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(const std::vector<Taken> taken, RepositoryReader(root, options, policy).read());
  HALLMARK_CHECK(draft_product(root, policy, options.import.release.product, taken));
  std::vector<PathToImport> files;
  for (const Taken& package : taken) files.push_back(package.file);
  return import_files(root, options.import, files);
}

}  // namespace hallmark
