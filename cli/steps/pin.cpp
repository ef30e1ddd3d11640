#include <unistd.h>

#include "cli/releases_folder.hpp"
#include "cli/shared_policy.hpp"
#include "cli/steps/step.hpp"
#include "core/digest.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

// The environments are made once, while pinning: their digests belong into the lock.
Status fill_in_environments(TerminalRoot& root, const std::string& product, Lock& lock) {
  HALLMARK_TRY(const std::string draft, canonical_dump(to_json(lock)));
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-build",
                            Json{{"type", "environment"}, {"lock", draft}, {"product", product}}));
  HALLMARK_TRY(const JsonDocument document,
               JsonDocument::parse(answer.body.dump(), "answer of hallmark-build"));
  {
    ObjectReader reader(document);
    reader.each("environments", [&lock](ObjectReader& entry) {
      const std::string name = entry.text("name");
      const Sha256Digest digest = entry.digest("environment_sha256");
      for (LockedEnvironment& environment : lock.environments) {
        if (environment.name == name) environment.environment_sha256 = digest;
      }
    });
  }
  return document.status();
}

Status write_lock(const TerminalRoot& root, const ReleaseName& release, const std::string& text) {
  const std::filesystem::path path = root.layout().lock(release.product, release.version);
  HALLMARK_TRY(const UniqueFd folder, make_release_folder(root.layout(), path.parent_path()));
  return write_file_atomic(folder.get(), path.filename(), text, 0644);
}

StepReport pin_report(const std::string& path, const Lock& lock, const std::string& text,
                      bool fresh) {
  std::size_t packages = 0;
  for (const LockedEnvironment& environment : lock.environments) {
    packages += environment.packages.size();
  }
  std::size_t dependencies = 0;
  for (const LockedDependencies& each : lock.dependencies) dependencies += each.files.size();
  const std::string digest = sha256(text).hex();
  return {(fresh ? "lock sha256:" : "already pinned: lock sha256:") + digest.substr(0, 16) + "…, " +
              std::to_string(packages) + " packages in " +
              std::to_string(lock.environments.size()) + " environment(s)" +
              (lock.dependencies.empty()
                   ? ""
                   : ", " + std::to_string(dependencies) + " files from registries"),
          Json{{"lock", path},
               {"lock_sha256", digest},
               {"packages", packages},
               {"dependencies", dependencies},
               {"new", fresh}}};
}

Result<Lock> resolve(TerminalRoot& root, const ReleaseName& release) {
  HALLMARK_TRY(const std::string product, root.product_text(release.product));
  HALLMARK_TRY(const Product parsed,
               parse_product(product, root.layout().product(release.product)));
  if (parsed.name != release.product) {
    return failed(root.layout().product(release.product), "names the product " + parsed.name);
  }
  HALLMARK_TRY(const std::string keyring, root.keyring_text(parsed));
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-fetch", Json{{"type", "pin"},
                                                   {"product", product},
                                                   {"keyring", keyring},
                                                   {"version", release.version}}));
  if (!answer.body.contains("lock")) return failed("hallmark-fetch", "gave no lock");
  return parse_lock(answer.body["lock"].dump(), "lock of " + release.text());
}

}  // namespace

Result<ReleaseFiles> read_release_files(const TerminalRoot& root, const ReleaseName& release) {
  ReleaseFiles files;
  HALLMARK_TRY(files.product_text, root.product_text(release.product));
  HALLMARK_TRY(files.lock_text, root.lock_text(release.product, release.version));
  HALLMARK_TRY(files.product,
               parse_product(files.product_text, root.layout().product(release.product)));
  HALLMARK_TRY(files.lock,
               parse_lock(files.lock_text, root.layout().lock(release.product, release.version)));
  return files;
}

Result<StepReport> pin_release(TerminalRoot& root, const ReleaseName& release, bool renew) {
  if (!is_plain_name(release.product) || !is_version_name(release.version)) {
    return usage_error(release.text(), "is not a product and a version");
  }
  share_policy(root);
  const std::string path = root.layout().lock(release.product, release.version);
  if (!renew && ::access(path.c_str(), F_OK) == 0) {
    HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
    return pin_report(path, files.lock, files.lock_text, false);
  }
  HALLMARK_TRY(Lock lock, resolve(root, release));
  HALLMARK_TRY(const std::string product, root.product_text(release.product));
  HALLMARK_CHECK(fill_in_environments(root, product, lock));
  HALLMARK_TRY(const std::string text, canonical_dump(to_json(lock)));
  HALLMARK_CHECK(write_lock(root, release, text));
  return pin_report(path, lock, text, true);
}

}  // namespace hallmark
