#include "reproducible/fetch_dsc.hpp"

#include <algorithm>

#include "core/safe_path.hpp"
#include "reproducible/archive_chain.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kDscLimit = uint64_t{1} << 20U;  // bytes
constexpr const char* kOtherBuildFields[] = {"Build-Depends-Arch", "Build-Depends-Indep",
                                             "Build-Conflicts", "Build-Conflicts-Arch",
                                             "Build-Conflicts-Indep"};

std::string one_line(std::string value) {
  std::replace(value.begin(), value.end(), '\n', ' ');
  return value;
}

// The files of a stanza in Sources, the .dsc first.
Result<std::vector<LockedFile>> files_of(const Archives::Source& found,
                                         const std::string& package) {
  const std::string subject = "Sources stanza of " + package;
  const std::string* directory = found.stanza.find("Directory");
  const std::string* checksums = found.stanza.find("Checksums-Sha256");
  if (directory == nullptr || checksums == nullptr || !SafePath::parse(*directory).ok()) {
    return verification_error(subject, "lacks its directory or checksums");
  }
  HALLMARK_TRY(const std::vector<SourceFile> listed, parse_checksums(*checksums, subject));
  std::vector<LockedFile> files;
  files.reserve(listed.size());
  for (const SourceFile& file : listed) {
    files.push_back(
        {file.name, file.size, file.sha256, pool_url(found.uri, *directory + "/" + file.name)});
  }
  const auto is_dsc = [](const LockedFile& file) { return file.name.ends_with(".dsc"); };
  std::stable_partition(files.begin(), files.end(), is_dsc);
  if (std::count_if(files.begin(), files.end(), is_dsc) == 1) return files;
  return verification_error(subject, "does not name one .dsc");
}

}  // namespace

Download source_download(const LockedFile& file) {
  return {{"source file " + file.name, file.sha256, file.size}, {address_of(file.url)}};
}

Result<PinnedDsc> pin_dsc(const Product& product, const std::string& version,
                          const Archives& archives, Downloader& downloader) {
  const std::string& package = product.origin.package;
  HALLMARK_TRY(const Archives::Source found, archives.find_source(package, version));
  PinnedDsc out;
  out.source.kind = OriginKind::kDsc;
  out.source.package = package;
  out.source.version = version;
  HALLMARK_TRY(out.source.files, files_of(found, package));
  std::vector<Download> downloads;
  for (const LockedFile& file : out.source.files) downloads.push_back(source_download(file));
  HALLMARK_TRY(const std::size_t count, downloader.fetch(downloads));
  static_cast<void>(count);
  HALLMARK_TRY(const std::string text, downloader.quarantine().read(downloads[0].file, kDscLimit));
  HALLMARK_TRY(const std::vector<std::string> keyrings, dsc_keyrings(product));
  HALLMARK_TRY(out.dsc, verify_dsc(text, keyrings, out.source.files[0].name));
  out.source.signer = out.dsc.signer;
  return out;
}

std::string build_fields(const VerifiedDsc& dsc, const std::vector<std::string>& also) {
  const std::string* depends = dsc.control.find("Build-Depends");
  std::string first = depends == nullptr ? std::string() : one_line(*depends);
  for (const std::string& name : also) first += (first.empty() ? "" : ", ") + name;
  std::string out = deb822_field("Build-Depends", first);
  for (const char* field : kOtherBuildFields) {
    const std::string* value = dsc.control.find(field);
    if (value != nullptr) out += deb822_field(field, one_line(*value));
  }
  return out;
}

}  // namespace hallmark
