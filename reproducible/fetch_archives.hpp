// The signed archives of one environment, fetched and verified: what there is to choose from.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/deb822.hpp"
#include "core/model/lock.hpp"
#include "core/result.hpp"
#include "reproducible/apt_sources.hpp"
#include "reproducible/fetch_download.hpp"
#include "verify/archive_index.hpp"

namespace hallmark {

// That a package is to be had in a version.
struct ArchiveOffer {
  std::string name;
  std::string architecture;  // empty: of a source package
  std::string version;
  std::string uri;  // of the archive
  std::string suite;
  bool security = false;  // ReleaseFile::is_security()
};

class Archives {
 public:
  // Fetches the newest InRelease of each source and, into quarantine, the indices it names for
  // `architecture`; with_sources: Sources too.
  static Result<Archives> fetch(const std::vector<AptSource>& sources,
                                const std::string& architecture, bool with_sources,
                                Downloader& downloader);

  const std::vector<AptSource>& sources() const { return sources_; }
  // As a lock records them, in the order of sources().
  const std::vector<LockedArchive>& locked() const { return locked_; }

  std::vector<std::string> essential_packages() const;
  // Sorted by name. kVerification: no index names this digest.
  Result<std::vector<LockedPackage>> packages(const std::vector<Sha256Digest>& digests) const;

  struct Source {
    Deb822Paragraph stanza;
    std::string uri;
  };
  Result<Source> find_source(const std::string& package, const std::string& version) const;

  // Whatever the archives have under these names, in no particular order.
  std::vector<ArchiveOffer> offers(const std::set<std::string>& names) const;
  // The same of a source package.
  Result<std::vector<ArchiveOffer>> source_offers(const std::string& package) const;

 private:
  struct Entry {
    IndexPackage package;
    std::size_t archive = 0;
  };
  struct SourcesText {
    std::string text;
    std::string path;
    std::size_t archive = 0;
  };
  Status add_archive(const AptSource& source, const std::string& architecture, bool with_sources,
                     Downloader& downloader);
  Status read_index_text(const LockedIndex& index, std::string text);
  ArchiveOffer offer_of(std::size_t archive) const;

  std::vector<AptSource> sources_;
  std::vector<LockedArchive> locked_;
  std::vector<bool> security_;  // of each of locked_
  std::vector<Entry> entries_;
  std::vector<SourcesText> source_texts_;
};

}  // namespace hallmark
