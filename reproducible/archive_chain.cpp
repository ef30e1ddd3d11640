#include "reproducible/archive_chain.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "core/digest.hpp"
#include "reproducible/apt_sources.hpp"
#include "reproducible/dsc_source.hpp"
#include "verify/archive_index.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kInReleaseLimit = uint64_t{10} << 20U;  // bytes, as apt has it
constexpr uint64_t kIndexFileLimit = uint64_t{256} << 20U;
constexpr uint64_t kKeyringLimit = uint64_t{128} << 20U;

std::string describe(const LockedArchive& archive) { return archive.uri + " " + archive.suite; }

// The keyring of the lock, as one of those that the machine's apt sources name for the suite.
Result<std::string> find_keyring(const LockedArchive& archive,
                                 const std::vector<AptSource>& sources) {
  for (const AptSource& source : sources) {
    if (source.suite != archive.suite) continue;
    for (const std::string& path : source.keyrings) {
      const Result<std::string> bytes = read_file(path, kKeyringLimit);
      if (bytes.ok() && sha256(*bytes) == archive.keyring_sha256) return path;
    }
  }
  return verification_error(
      describe(archive),
      "the lock's keyring is not one that this machine's apt sources name for "
      "that suite",
      "if the distribution's keyring was updated, pin again");
}

Result<ReleaseFile> open_release(const LockedArchive& archive,
                                 const std::vector<AptSource>& sources,
                                 const Quarantine& quarantine) {
  HALLMARK_TRY(const std::string keyring, find_keyring(archive, sources));
  const PinnedFile file = inrelease_file(archive);
  HALLMARK_TRY(const std::string text, quarantine.read(file, kInReleaseLimit));
  HALLMARK_TRY(ReleaseFile release, verify_inrelease(text, {keyring}, file.label));
  if (!release.is_for(archive.suite)) {
    return verification_error(file.label, "is the Release of " + release.codename);
  }
  return release;
}

// One environment: which of its packages its archives vouch for.
class EnvironmentChain {
 public:
  EnvironmentChain(const LockedEnvironment& environment, const LockedSource* source,
                   const Quarantine& quarantine)
      : environment_(environment), source_(source), quarantine_(quarantine) {
    for (const LockedPackage& package : environment.packages) wanted_[package.sha256] = &package;
  }

  Status verify(const std::vector<AptSource>& sources) {
    if (wanted_.size() != environment_.packages.size()) {
      return verification_error("environment " + environment_.name, "holds the same file twice");
    }
    for (const LockedArchive& archive : environment_.archives) {
      HALLMARK_TRY(const ReleaseFile release, open_release(archive, sources, quarantine_));
      for (const LockedIndex& index : archive.indices) {
        HALLMARK_TRY(const std::string text, read_index(archive, index, release, quarantine_));
        HALLMARK_CHECK(add_index(index, text));
      }
    }
    for (const LockedPackage& package : environment_.packages) {
      if (wanted_.count(package.sha256) != 0) {
        return verification_error(package_file(package).label,
                                  "is not in the signed indices of environment " +
                                      environment_.name + " with sha256 " + package.sha256.hex());
      }
    }
    if (source_ == nullptr || source_found_) return ok_status();
    return verification_error(source_->files[0].name, "is not in the signed Sources");
  }

 private:
  Status add_index(const LockedIndex& index, const std::string& text) {
    if (is_source_index(index)) {
      return source_ == nullptr ? ok_status() : look_for_source(index, text);
    }
    return read_packages(text, index.path, [this](const IndexPackage& entry) {
      const auto found = wanted_.find(entry.sha256);
      if (found == wanted_.end()) return;
      const LockedPackage& package = *found->second;
      if (entry.name == package.name && entry.version == package.version &&
          entry.architecture == package.architecture && entry.size == package.size) {
        wanted_.erase(found);
      }
    });
  }

  Status look_for_source(const LockedIndex& index, const std::string& text) {
    HALLMARK_TRY(const std::optional<Deb822Paragraph> stanza,
                 find_source(text, index.path, source_->package, source_->version));
    const std::string* listing = stanza ? stanza->find("Checksums-Sha256") : nullptr;
    if (listing == nullptr) return ok_status();
    HALLMARK_TRY(const std::vector<SourceFile> files, parse_checksums(*listing, index.path));
    const LockedFile& dsc = source_->files[0];
    source_found_ =
        source_found_ || std::find(files.begin(), files.end(),
                                   SourceFile{dsc.name, dsc.size, dsc.sha256}) != files.end();
    return ok_status();
  }

  const LockedEnvironment& environment_;
  const LockedSource* source_;  // null: nothing to look for
  const Quarantine& quarantine_;
  std::map<Sha256Digest, const LockedPackage*> wanted_;
  bool source_found_ = false;
};

}  // namespace

std::string archive_url(const LockedArchive& archive, const std::string& path) {
  return archive.uri + "/dists/" + archive.suite + "/" + path;
}

std::string pool_url(const std::string& uri, const std::string& filename) {
  std::string out = uri + "/";
  for (const char c : filename) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/:").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += "%" + hex_encode(as_bytes(std::string_view(&c, 1)));
    }
  }
  return out;
}

PinnedFile inrelease_file(const LockedArchive& archive) {
  return {"InRelease of " + describe(archive), archive.inrelease_sha256, archive.inrelease_size};
}

PinnedFile index_file(const LockedArchive& archive, const LockedIndex& index) {
  return {index.path + " of " + describe(archive), index.sha256, index.size};
}

PinnedFile package_file(const LockedPackage& package) {
  return {"package " + package.name + " " + package.version, package.sha256, package.size};
}

bool is_source_index(const LockedIndex& index) {
  return index.path.find("/source/Sources") != std::string::npos;
}

Result<std::string> read_index(const LockedArchive& archive, const LockedIndex& index,
                               const ReleaseFile& release, const Quarantine& quarantine) {
  const PinnedFile file = index_file(archive, index);
  const auto named = release.files.find(index.path);
  if (named == release.files.end() || named->second.sha256 != index.sha256 ||
      named->second.size != index.size) {
    return verification_error(file.label, "is not what the signed InRelease names");
  }
  HALLMARK_TRY(const std::string bytes, quarantine.read(file, kIndexFileLimit));
  return decompress_index(bytes, index.path);
}

Status verify_archive_chain(const Lock& lock, const Product& product, const Quarantine& quarantine,
                            const std::string& apt_folder) {
  bool first = true;
  for (const LockedEnvironment& environment : lock.environments) {
    const EnvironmentSpec* spec = product.environment(environment.name);
    if (spec == nullptr) {
      return verification_error("environment " + environment.name, "is not one of the product's");
    }
    for (const LockedArchive& archive : environment.archives) {
      if (!is_suite_of(archive.suite, spec->suite)) {
        return verification_error(
            "environment " + environment.name,
            "is of suite " + spec->suite + ", and the lock takes packages from " + archive.suite);
      }
    }
    HALLMARK_TRY(const std::vector<AptSource> sources, base_archives(apt_folder, spec->suite));
    const bool with_source = first && lock.source.kind == OriginKind::kDsc;
    EnvironmentChain chain(environment, with_source ? &lock.source : nullptr, quarantine);
    HALLMARK_CHECK(chain.verify(sources));
    first = false;
  }
  return ok_status();
}

}  // namespace hallmark
