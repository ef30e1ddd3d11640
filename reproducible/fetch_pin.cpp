#include "reproducible/fetch_pin.hpp"

#include <set>

#include "core/digest.hpp"
#include "core/model/product.hpp"
#include "core/safe_path.hpp"
#include "process/run.hpp"
#include "reproducible/archive_chain.hpp"
#include "reproducible/fetch_archives.hpp"
#include "reproducible/fetch_dependencies.hpp"
#include "reproducible/fetch_download.hpp"
#include "reproducible/fetch_dsc.hpp"
#include "reproducible/fetch_environment.hpp"
#include "reproducible/fetch_git.hpp"
#include "reproducible/fetch_tarball.hpp"
#include "reproducible/fetch_work.hpp"
#include "reproducible/source_signers.hpp"

namespace hallmark {
namespace {

Result<std::string> mmdebstrap_version() {
  Command command;
  command.program = "/usr/bin/dpkg-query";
  command.arguments = {"--show", "--showformat=${Version}", "mmdebstrap"};
  const Result<std::string> version = run_checked(command, "mmdebstrap");
  if (version.ok() && is_version_name(*version)) return *version;
  return failed("mmdebstrap", "is not installed", "install the package mmdebstrap");
}

// The environments that the targets use, each with its one architecture.
Result<std::vector<std::pair<const EnvironmentSpec*, std::string>>> used_environments(
    const Product& product) {
  std::vector<std::pair<const EnvironmentSpec*, std::string>> used;
  for (const EnvironmentSpec& spec : product.environments) {
    std::set<std::string> architectures;
    for (const Target& target : product.targets) {
      if (target.environment == spec.name) architectures.insert(target.architecture);
    }
    if (architectures.size() > 1) {
      return failed("environment " + spec.name, "is used for more than one architecture",
                    "give each architecture an environment of its own in the product file");
    }
    if (!architectures.empty()) used.emplace_back(&spec, *architectures.begin());
  }
  return used;
}

class Pinning {
 public:
  Pinning(const Product& product, const FetchContext& context, const WorkFolder& work,
          Downloader& downloader)
      : product_(product), context_(context), work_(work), downloader_(downloader) {}

  Result<Lock> run(const std::string& version) {
    lock_.product = product_.name;
    lock_.version = version;
    lock_.targets = product_.targets;
    if (product_.origin.kind == OriginKind::kGit) HALLMARK_CHECK(add_git_source(version));
    if (product_.origin.kind == OriginKind::kTarball) HALLMARK_CHECK(add_tarball_source(version));
    HALLMARK_TRY(const auto used, used_environments(product_));
    HALLMARK_TRY(const std::string mmdebstrap, mmdebstrap_version());
    for (const auto& [spec, architecture] : used) {
      LockedEnvironment environment;
      environment.name = spec->name;
      environment.architecture = architecture;
      environment.mmdebstrap = mmdebstrap;
      HALLMARK_CHECK(resolve(*spec, environment));
      lock_.environments.push_back(std::move(environment));
    }
    return std::move(lock_);
  }

 private:
  void say(const std::string& step, const std::string& note) const {
    if (context_.progress) context_.progress(Json{{"step", step}, {"note", note}});
  }

  Status add_git_source(const std::string& version) {
    say("source", "tag " + product_.tag_for(version) + " of " + product_.origin.url);
    HALLMARK_TRY(const std::string folder, work_.make("git"));
    HALLMARK_TRY(const GitSource source,
                 pin_git(product_, version,
                         {context_.layout, folder, downloader_.proxies().https, context_.keyring}));
    lock_.source = source.locked;
    lock_.source_date_epoch = source.tagged_at;
    if (product_.dependencies.empty()) return ok_status();
    say("dependencies", std::to_string(source.dependencies.size()) + " lock file(s)");
    HALLMARK_TRY(lock_.dependencies, pin_dependencies(product_, source.dependencies, downloader_));
    return ok_status();
  }

  Status add_tarball_source(const std::string& version) {
    say("source", fill_in_version(product_.origin.url, version));
    HALLMARK_TRY(PinnedTarball pinned,
                 pin_tarball(product_, version, context_.keyring, downloader_));
    lock_.source = std::move(pinned.source);
    lock_.source_date_epoch = pinned.signed_at;
    return ok_status();
  }

  Status add_dsc_source(const Archives& archives) {
    say("source", product_.origin.package + " " + lock_.version);
    HALLMARK_TRY(PinnedDsc pinned, pin_dsc(product_, lock_.version, archives, downloader_));
    lock_.source = std::move(pinned.source);
    lock_.source_date_epoch = pinned.dsc.signed_at;
    dsc_ = std::move(pinned.dsc);
    return ok_status();
  }

  Status resolve(const EnvironmentSpec& spec, LockedEnvironment& environment) {
    say("archives", "suite " + spec.suite);
    HALLMARK_TRY(const std::vector<AptSource> sources,
                 base_archives(context_.apt_folder, spec.suite));
    const bool first = lock_.environments.empty();
    const bool with_sources = first && product_.origin.kind == OriginKind::kDsc;
    HALLMARK_TRY(const Archives archives,
                 Archives::fetch(sources, environment.architecture, with_sources, downloader_));
    environment.archives = archives.locked();
    if (with_sources) HALLMARK_CHECK(add_dsc_source(archives));

    say("environment", spec.name);
    HALLMARK_TRY(const std::string folder, work_.make("apt-" + spec.name));
    const EnvironmentWish wish{product_, spec, environment.architecture, dsc_};
    HALLMARK_TRY(environment.packages,
                 solve_environment(wish, archives, folder, downloader_.quarantine()));
    return download_packages(environment);
  }

  Status download_packages(const LockedEnvironment& environment) {
    std::vector<Download> downloads;
    for (const LockedPackage& package : environment.packages) {
      downloads.push_back({package_file(package), {package.url}});
    }
    HALLMARK_TRY(const std::size_t count, downloader_.fetch(downloads));
    static_cast<void>(count);
    return ok_status();
  }

  const Product& product_;
  const FetchContext& context_;
  const WorkFolder& work_;
  Downloader& downloader_;
  Lock lock_;
  VerifiedDsc dsc_;  // of a dsc product alone
};

}  // namespace

Result<Lock> pin(const std::string& product_text, const std::string& version,
                 const FetchContext& context) {
  HALLMARK_TRY(const Product product, parse_product(product_text, "product"));
  if (!is_version_name(version)) return usage_error("version", "'" + version + "' is not one");
  HALLMARK_TRY(const Proxies proxies, read_proxies());
  HALLMARK_TRY(const WorkFolder work, WorkFolder::open(context.layout.fetch()));
  HALLMARK_TRY(const std::string downloads, work.make("downloads"));
  Downloader downloader(Quarantine(context.layout.quarantine()), downloads, proxies,
                        context.progress);
  Pinning pinning(product, context, work, downloader);
  HALLMARK_TRY(Lock lock, pinning.run(version));
  HALLMARK_CHECK(admit_keyring(lock.source, context.keyring, downloader.quarantine()));
  lock.product_sha256 = sha256(product_text);
  return lock;
}

}  // namespace hallmark
