#include "reproducible/fetch_tarball.hpp"

#include "core/safe_path.hpp"
#include "reproducible/fetch_dsc.hpp"
#include "reproducible/tarball_source.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kArchiveLimit = uint64_t{4} << 30U;    // bytes
constexpr uint64_t kSignatureLimit = uint64_t{1} << 20U;  // bytes

Result<LockedFile> locked_file(const std::string& url, const FetchedFile& fetched) {
  LockedFile file{file_name_of_url(url), fetched.digest.size, fetched.digest.sha256, url};
  if (is_plain_name(file.name)) return file;
  return failed(url, "does not end in the name of a file for this version");
}

}  // namespace

Result<PinnedTarball> pin_tarball(const Product& product, const std::string& version,
                                  std::string_view keyring, Downloader& downloader) {
  const std::string url = fill_in_version(product.origin.url, version);
  const std::string signature_url = fill_in_version(product.origin.signature_url, version);
  PinnedTarball out;
  out.source.kind = OriginKind::kTarball;
  HALLMARK_TRY(out.source.keyring, lock_keyring(product, keyring));
  HALLMARK_TRY(const FetchedFile signature,
               downloader.fetch_new(address_of(signature_url), kSignatureLimit));
  HALLMARK_TRY(const FetchedFile archive, downloader.fetch_new(address_of(url), kArchiveLimit));
  HALLMARK_TRY(LockedFile archive_file, locked_file(url, archive));
  HALLMARK_TRY(LockedFile signature_file, locked_file(signature_url, signature));
  HALLMARK_TRY(const std::string text,
               read_all(signature.file.get(), kSignatureLimit, signature_url));
  HALLMARK_TRY(const NamedSigners signers,
               verify_tarball(archive.file.get(), text, product, keyring, archive_file.name));
  out.source.files = {std::move(archive_file), std::move(signature_file)};
  out.source.signers.assign(signers.fingerprints.begin(), signers.fingerprints.end());
  out.signed_at = signers.first_signed;
  HALLMARK_CHECK(downloader.keep(archive));
  HALLMARK_CHECK(downloader.keep(signature));
  return out;
}

std::string unpacker_of(const std::string& archive_url) {
  if (archive_url.ends_with(".xz")) return "xz-utils";
  if (archive_url.ends_with(".bz2")) return "bzip2";
  return archive_url.ends_with(".zst") ? "zstd" : "";
}

}  // namespace hallmark
