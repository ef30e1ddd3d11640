#include "reproducible/fetch_archives.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/digest.hpp"
#include "reproducible/archive_chain.hpp"
#include "verify/archive_release.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kInReleaseLimit = uint64_t{10} << 20U;  // bytes, as apt has it
constexpr uint64_t kKeyringLimit = uint64_t{128} << 20U;
constexpr const char* kForms[] = {".xz", ".gz", ""};  // the smallest first

// The index `path` in the smallest form that the Release names.
Result<LockedIndex> choose_form(const ReleaseFile& release, const std::string& path,
                                const std::string& subject) {
  for (const char* form : kForms) {
    const auto found = release.files.find(path + form);
    if (found != release.files.end()) {
      return LockedIndex{path + form, found->second.sha256, found->second.size};
    }
  }
  return verification_error(subject, "names no " + path);
}

struct SignedArchive {
  LockedArchive locked;
  ReleaseFile release;
};

Result<SignedArchive> fetch_release(const AptSource& source, Downloader& downloader) {
  SignedArchive out;
  out.locked.uri = source.uri;
  out.locked.suite = source.suite;
  const std::string url = archive_url(out.locked, "InRelease");
  HALLMARK_TRY(const std::string text, downloader.fetch_unpinned(url, kInReleaseLimit));
  std::string keyring;
  HALLMARK_TRY(out.release, verify_inrelease(text, source.keyrings, url, &keyring));
  if (!out.release.is_for(source.suite)) {
    return verification_error(url, "is the Release of " + out.release.codename);
  }
  HALLMARK_TRY(const std::string key_bytes, read_file(keyring, kKeyringLimit));
  out.locked.keyring_sha256 = sha256(key_bytes);
  out.locked.inrelease_sha256 = sha256(text);
  out.locked.inrelease_size = text.size();
  HALLMARK_CHECK(downloader.quarantine().admit_bytes(key_bytes));
  HALLMARK_CHECK(downloader.quarantine().admit_bytes(text));
  return out;
}

}  // namespace

Result<Archives> Archives::fetch(const std::vector<AptSource>& sources,
                                 const std::string& architecture, bool with_sources,
                                 Downloader& downloader) {
  Archives archives;
  for (const AptSource& source : sources) {
    HALLMARK_CHECK(archives.add_archive(source, architecture, with_sources, downloader));
  }
  return archives;
}

Status Archives::add_archive(const AptSource& source, const std::string& architecture,
                             bool with_sources, Downloader& downloader) {
  HALLMARK_TRY(SignedArchive found, fetch_release(source, downloader));
  const std::string binary_index = "/binary-" + architecture + "/Packages";
  std::vector<Download> downloads;
  for (const std::string& component : source.components) {
    std::vector<std::string> paths = {component + binary_index};
    if (with_sources) paths.push_back(component + "/source/Sources");
    for (const std::string& path : paths) {
      HALLMARK_TRY(LockedIndex index,
                   choose_form(found.release, path, inrelease_file(found.locked).label));
      downloads.push_back(index_download(found.locked, index));
      found.locked.indices.push_back(std::move(index));
    }
  }
  HALLMARK_TRY(const std::size_t count, downloader.fetch(downloads));
  static_cast<void>(count);
  sources_.push_back(source);
  locked_.push_back(found.locked);
  security_.push_back(found.release.is_security());
  for (const LockedIndex& index : found.locked.indices) {
    HALLMARK_TRY(std::string text,
                 read_index(found.locked, index, found.release, downloader.quarantine()));
    HALLMARK_CHECK(read_index_text(index, std::move(text)));
  }
  return ok_status();
}

Status Archives::read_index_text(const LockedIndex& index, std::string text) {
  const std::size_t archive = locked_.size() - 1;
  if (is_source_index(index)) {
    source_texts_.push_back({std::move(text), index.path, archive});
    return ok_status();
  }
  return read_packages(text, index.path, [this, archive](const IndexPackage& package) {
    entries_.push_back({package, archive});
  });
}

std::vector<std::string> Archives::essential_packages() const {
  std::set<std::string> names;
  for (const Entry& entry : entries_) {
    if (entry.package.essential) names.insert(entry.package.name);
  }
  return {names.begin(), names.end()};
}

Result<std::vector<LockedPackage>> Archives::packages(
    const std::vector<Sha256Digest>& digests) const {
  std::map<Sha256Digest, const Entry*> by_digest;
  for (const Entry& entry : entries_) by_digest.emplace(entry.package.sha256, &entry);
  std::vector<LockedPackage> out;
  for (const Sha256Digest& digest : digests) {
    const auto found = by_digest.find(digest);
    if (found == by_digest.end()) {
      return verification_error("package with sha256 " + digest.hex(), "is in no signed index");
    }
    const IndexPackage& package = found->second->package;
    out.push_back({package.name, package.version, package.architecture, package.size, digest,
                   pool_url(locked_[found->second->archive].uri, package.filename)});
  }
  std::sort(out.begin(), out.end(),
            [](const LockedPackage& a, const LockedPackage& b) { return a.name < b.name; });
  return out;
}

Result<Archives::Source> Archives::find_source(const std::string& package,
                                               const std::string& version) const {
  for (const SourcesText& sources : source_texts_) {
    HALLMARK_TRY(const std::optional<Deb822Paragraph> stanza,
                 hallmark::find_source(sources.text, sources.path, package, version));
    if (stanza) return Source{*stanza, locked_[sources.archive].uri};
  }
  return failed("source package " + package + " " + version,
                "is not in this machine's apt archives",
                "see which versions there are at https://tracker.debian.org/pkg/" + package);
}

ArchiveOffer Archives::offer_of(std::size_t archive) const {
  return {{}, {}, {}, locked_[archive].uri, locked_[archive].suite, security_[archive]};
}

std::vector<ArchiveOffer> Archives::offers(const std::set<std::string>& names) const {
  std::vector<ArchiveOffer> out;
  for (const Entry& entry : entries_) {
    if (!names.contains(entry.package.name)) continue;
    ArchiveOffer offer = offer_of(entry.archive);
    offer.name = entry.package.name;
    offer.architecture = entry.package.architecture;
    offer.version = entry.package.version;
    out.push_back(std::move(offer));
  }
  return out;
}

Result<std::vector<ArchiveOffer>> Archives::source_offers(const std::string& package) const {
  std::vector<ArchiveOffer> out;
  for (const SourcesText& sources : source_texts_) {
    HALLMARK_TRY(const std::vector<std::string> versions,
                 source_versions(sources.text, sources.path, package));
    for (const std::string& version : versions) {
      ArchiveOffer offer = offer_of(sources.archive);
      offer.name = package;
      offer.version = version;
      out.push_back(std::move(offer));
    }
  }
  return out;
}

}  // namespace hallmark
