#include "reproducible/build_dependencies.hpp"

#include <algorithm>
#include <set>

#include "core/fd.hpp"
#include "process/run.hpp"
#include "reproducible/build_workspace.hpp"
#include "reproducible/dependency_digest.hpp"
#include "reproducible/dependency_list.hpp"

namespace hallmark {
namespace {

constexpr std::chrono::minutes kUnpackTimeout{30};
constexpr std::size_t kLinesShown = 5;
constexpr const char* kInside = "/dependencies";

// A crate holds one directory of its own name, and nothing else of it is taken. What stands beside
// it in /crates is what cargo asks for to believe that it is the crate of the lock file.
constexpr const char* kUnpackCrates =
    "set -eu\n"
    "exec 2>&1\n"
    "umask 0022\n"
    "cd /crates\n"
    "for crate in *.crate; do\n"
    "  [ -e \"$crate\" ] || break\n"  // a lock file that asks for nothing
    "  name=${crate%.crate}\n"
    "  tar --extract --gzip --file=\"$crate\" --directory=/cargo --no-same-owner"
    " --no-same-permissions -- \"$name\"\n"
    "  rm -rf \"/cargo/$name/.cargo-checksum.json\"\n"
    "  cp \"$name.checksum\" \"/cargo/$name/.cargo-checksum.json\"\n"
    "done\n";

// In the place of the default registry and of those that the product names.
std::string cargo_configuration(const Product& product) {
  std::string text =
      "[source.hallmark]\ndirectory = \"/dependencies/cargo\"\n\n"
      "[source.crates-io]\nreplace-with = \"hallmark\"\n";
  std::set<std::string> named;
  for (const DependencySpec& spec : product.dependencies) {
    if (spec.registry.empty() || !named.insert(spec.registry).second) continue;
    text += "\n[source.registry-" + std::to_string(named.size()) + "]\nregistry = \"" +
            spec.registry + "\"\nreplace-with = \"hallmark\"\n";
  }
  return text;
}

bool has(const Lock& lock, DependencyKind kind) {
  return std::any_of(lock.dependencies.begin(), lock.dependencies.end(),
                     [kind](const LockedDependencies& each) { return each.kind == kind; });
}

Status write_text(const std::string& folder, const std::string& name, const std::string& text) {
  HALLMARK_TRY(const UniqueFd opened, open_dir(folder));
  return write_file_atomic(opened.get(), name, text, 0644);
}

std::string crate_name(const ListedDependency& crate) { return crate.name + "-" + crate.version; }

// "_cacache/content-v2/sha512/AB/CD/REST", as npm looks for a file of that digest.
Result<std::string> path_in_npm_cache(const ListedDependency& package) {
  HALLMARK_TRY(const std::vector<uint8_t> digest,
               base64_decode(package.integrity.substr(package.integrity.find('-') + 1)));
  const std::string hex = hex_encode(digest);
  return "_cacache/content-v2/sha512/" + hex.substr(0, 2) + "/" + hex.substr(2, 2) + "/" +
         hex.substr(4);
}

// Where a file goes, in the folder of its kind.
Result<std::string> path_of(DependencyKind kind, const ListedDependency& listed) {
  if (kind == DependencyKind::kCargo) return crate_name(listed) + ".crate";
  if (kind == DependencyKind::kGo) return path_in_go_proxy(listed);
  return path_in_npm_cache(listed);
}

std::string crates_in(const std::string& work) { return work + "/crates"; }

// A copy of what is in quarantine, in the new file `path`.
Status copy_file(DependencyKind kind, const LockedDependency& file, const Quarantine& quarantine,
                 const std::string& path) {
  const PinnedFile pinned = dependency_file(kind, file);
  HALLMARK_TRY(const UniqueFd original, quarantine.open(pinned));
  HALLMARK_TRY(const UniqueFd out, open_at(AT_FDCWD, path, O_RDWR | O_CREAT | O_EXCL, 0644));
  HALLMARK_TRY(const uint64_t size, copy_fd(original.get(), out.get(), file.size));
  HALLMARK_TRY(const FileDigest digest, digest_fd(out.get()));
  if (size != file.size || digest.sha256 != file.sha256) {
    return verification_error(pinned.label, "was changed while it was read");
  }
  return check_locked_dependency(kind, file, out.get());
}

class Registry {
 public:
  Registry(const Quarantine& quarantine, const std::string& folder, const std::string& work)
      : quarantine_(quarantine), folder_(folder), crates_(crates_in(work)) {}

  Status add(DependencyKind kind, const LockedDependency& file) {
    const bool crate = kind == DependencyKind::kCargo;
    HALLMARK_TRY(const std::string name, path_of(kind, file.listed));
    const std::string path =
        (crate ? crates_ : folder_ + "/" + std::string(name_of(kind))) + "/" + name;
    // Several lock files may ask for the same; if they disagree about it, the copy says so.
    if (!copied_.insert({path, file.sha256}).second) return ok_status();
    HALLMARK_CHECK(make_dirs(path.substr(0, path.rfind('/')), 0755));
    HALLMARK_CHECK(copy_file(kind, file, quarantine_, path));
    if (!crate) return ok_status();
    return write_text(crates_, crate_name(file.listed) + ".checksum",
                      R"({"files":{},"package":")" + file.listed.integrity + "\"}");
  }

 private:
  const Quarantine& quarantine_;
  const std::string& folder_;
  std::string crates_;
  std::set<std::pair<std::string, Sha256Digest>> copied_;
};

Result<Sandbox> unpacking_sandbox(const std::string& environment, const std::string& cargo,
                                  const std::string& work) {
  Sandbox sandbox;
  sandbox.environment = environment;
  sandbox.binds = {{crates_in(work), "/crates"}, {cargo, "/cargo", true}};
  sandbox.hostname = "dependencies";
  HALLMARK_TRY(sandbox.cpus, available_cpus());
  sandbox.variables = {"HOME=/tmp", "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"};
  sandbox.command = {"/bin/sh", "-c", kUnpackCrates};
  sandbox.timeout = kUnpackTimeout;
  sandbox.log = work + "/unpack.log";
  return sandbox;
}

}  // namespace

Status copy_dependencies(const Lock& lock, const Quarantine& quarantine, const std::string& folder,
                         const std::string& work) {
  HALLMARK_CHECK(make_dirs(folder, 0755));
  Registry registry(quarantine, folder, work);
  for (const LockedDependencies& each : lock.dependencies) {
    for (const LockedDependency& file : each.files) HALLMARK_CHECK(registry.add(each.kind, file));
  }
  return ok_status();
}

Status unpack_dependencies(const Lock& lock, const Product& product, const std::string& environment,
                           const std::string& folder, const std::string& work) {
  if (!has(lock, DependencyKind::kCargo)) return ok_status();
  const std::string cargo = folder + "/cargo";
  const std::string configuration = folder + "/cargo-configuration";
  for (const std::string& each : {crates_in(work), cargo, configuration}) {
    HALLMARK_CHECK(make_dirs(each, 0755));
  }
  HALLMARK_CHECK(write_text(configuration, "config.toml", cargo_configuration(product)));
  HALLMARK_TRY(const Sandbox sandbox, unpacking_sandbox(environment, cargo, work));
  HALLMARK_TRY(const Outcome outcome, run_in_sandbox(sandbox));
  if (outcome.exit_code != 0) {
    return failed("cargo packages",
                  "cannot be unpacked: " + last_lines(outcome.out + outcome.err, kLinesShown));
  }
  return remove_tree(work);
}

std::vector<SandboxBind> dependency_binds(const Lock& lock, const std::string& folder) {
  if (lock.dependencies.empty()) return {};
  std::vector<SandboxBind> binds = {{folder, kInside}};
  if (has(lock, DependencyKind::kCargo)) {
    binds.push_back({folder + "/cargo-configuration", "/.cargo"});
  }
  return binds;
}

std::vector<std::string> dependency_variables(const Lock& lock, const std::string& build) {
  std::vector<std::string> out;
  if (has(lock, DependencyKind::kCargo)) {
    out.insert(out.end(), {"CARGO_HOME=" + build + "/cargo-home", "CARGO_NET_OFFLINE=true"});
  }
  if (has(lock, DependencyKind::kGo)) {
    out.insert(out.end(), {std::string("GOPROXY=file://") + kInside + "/go", "GOSUMDB=off",
                           "GOTOOLCHAIN=local", "GOPATH=" + build + "/go-path",
                           "GOCACHE=" + build + "/go-cache"});
  }
  if (has(lock, DependencyKind::kNpm)) {
    out.insert(out.end(), {std::string("npm_config_cache=") + kInside + "/npm",
                           "npm_config_offline=true", "npm_config_update_notifier=false"});
  }
  return out;
}

}  // namespace hallmark
