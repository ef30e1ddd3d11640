#include "reproducible/fetch_updates.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "core/digest.hpp"
#include "reproducible/fetch_download.hpp"
#include "reproducible/fetch_dsc.hpp"
#include "reproducible/fetch_environment.hpp"
#include "reproducible/fetch_work.hpp"
#include "reproducible/git_repository.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kKeyringLimit = uint64_t{128} << 20U;  // bytes
constexpr uint64_t kDscLimit = uint64_t{1} << 20U;
constexpr const char* kPinAgain = "pin again: hallmark pin --renew";

// The sources with those of their keyrings that the lock's archives were verified by.
Result<std::vector<AptSource>> with_keyrings_of(const LockedEnvironment& environment,
                                                std::vector<AptSource> sources) {
  std::set<Sha256Digest> of_lock;
  for (const LockedArchive& archive : environment.archives) of_lock.insert(archive.keyring_sha256);
  for (AptSource& source : sources) {
    std::erase_if(source.keyrings, [&of_lock](const std::string& path) {
      const Result<std::string> bytes = read_file(path, kKeyringLimit);
      return !bytes.ok() || !of_lock.contains(sha256(*bytes));
    });
    if (source.keyrings.empty()) {
      return verification_error(
          source.uri + " " + source.suite,
          "none of its keyrings in this machine's apt sources is one of the lock's",
          std::string("if the distribution's keyring was updated, ") + kPinAgain);
    }
  }
  return sources;
}

class UpdateSearch {
 public:
  UpdateSearch(const Lock& lock, const Product& product, const FetchContext& context,
               const WorkFolder& work, Downloader& downloader)
      : lock_(lock), product_(product), context_(context), work_(work), downloader_(downloader) {}

  Result<std::vector<NewerVersion>> run() {
    if (lock_.source.kind == OriginKind::kGit) HALLMARK_CHECK(look_for_tags());
    if (lock_.source.kind == OriginKind::kDsc) HALLMARK_CHECK(read_dsc());
    for (std::size_t i = 0; i < lock_.environments.size(); ++i) {
      HALLMARK_CHECK(look_for_packages(lock_.environments[i], i == 0));
    }
    sort_for_reading(found_);
    return std::move(found_);
  }

 private:
  void say(const std::string& step, const std::string& note) const {
    if (context_.progress) context_.progress(Json{{"step", step}, {"note", note}});
  }

  void add(std::vector<NewerVersion> found) {
    std::move(found.begin(), found.end(), std::back_inserter(found_));
  }

  Status look_for_tags() {
    say("source", "tags of " + lock_.source.url);
    HALLMARK_TRY(const std::string folder, work_.make("git"));
    HALLMARK_TRY(const GitRepository git,
                 GitRepository::create(folder, downloader_.proxies().https));
    HALLMARK_TRY(const std::string listing, git.list_tags(lock_.source.url));
    for (std::string& version : newer_tags(listing, product_.origin.tag, lock_.version)) {
      NewerVersion newer;
      newer.pinned = lock_.version;
      newer.version = std::move(version);
      newer.uri = lock_.source.url;
      found_.push_back(std::move(newer));
    }
    return ok_status();
  }

  // The pinned .dsc says what is needed to build it, though its archive may have another by now.
  Status read_dsc() {
    const Download dsc = source_download(lock_.source.files[0]);
    HALLMARK_TRY(const std::size_t came, downloader_.fetch({dsc}));
    static_cast<void>(came);
    HALLMARK_TRY(const std::string text, downloader_.quarantine().read(dsc.file, kDscLimit));
    HALLMARK_TRY(const std::vector<std::string> keyrings, dsc_keyrings(product_));
    HALLMARK_TRY(dsc_, verify_dsc(text, keyrings, lock_.source.files[0].name));
    return ok_status();
  }

  Status look_for_packages(const LockedEnvironment& environment, bool first) {
    const EnvironmentSpec* spec = product_.environment(environment.name);
    if (spec == nullptr) {
      return verification_error("environment " + environment.name,
                                "is not one of the product's any more", kPinAgain);
    }
    say("archives", "suite " + spec->suite);
    HALLMARK_TRY(std::vector<AptSource> sources, base_archives(context_.apt_folder, spec->suite));
    HALLMARK_TRY(sources, with_keyrings_of(environment, std::move(sources)));
    const bool with_sources = first && lock_.source.kind == OriginKind::kDsc;
    HALLMARK_TRY(const Archives archives,
                 Archives::fetch(sources, environment.architecture, with_sources, downloader_));
    if (with_sources) {
      HALLMARK_TRY(const std::vector<ArchiveOffer> offers,
                   archives.source_offers(lock_.source.package));
      add(newer_sources(lock_.source, offers));
    }
    say("environment", environment.name);
    HALLMARK_TRY(const std::string folder, work_.make("apt-" + environment.name));
    const EnvironmentWish wish{product_, *spec, environment.architecture, dsc_};
    HALLMARK_TRY(const std::vector<LockedPackage> resolved,
                 solve_environment(wish, archives, folder, downloader_.quarantine()));
    std::set<std::string> names;
    for (const LockedPackage& package : environment.packages) names.insert(package.name);
    add(newer_packages(environment, resolved, archives.offers(names)));
    return ok_status();
  }

  const Lock& lock_;
  const Product& product_;
  const FetchContext& context_;
  const WorkFolder& work_;
  Downloader& downloader_;
  VerifiedDsc dsc_;  // of a dsc product alone
  std::vector<NewerVersion> found_;
};

}  // namespace

Result<std::vector<NewerVersion>> find_updates(const std::string& untrusted_lock,
                                               const std::string& product_text,
                                               const FetchContext& context) {
  HALLMARK_TRY(const Product product, parse_product(product_text, "product"));
  HALLMARK_TRY(const Lock lock, parse_lock(untrusted_lock, "lock"));
  if (lock.product != product.name || lock.source.kind != product.origin.kind) {
    return verification_error("product " + product.name, "is not what the lock was made from",
                              kPinAgain);
  }
  HALLMARK_TRY(const Proxies proxies, read_proxies());
  HALLMARK_TRY(const WorkFolder work, WorkFolder::open(context.layout.fetch()));
  HALLMARK_TRY(const std::string downloads, work.make("downloads"));
  Downloader downloader(Quarantine(context.layout.quarantine()), downloads, proxies,
                        context.progress);
  return UpdateSearch(lock, product, context, work, downloader).run();
}

}  // namespace hallmark
