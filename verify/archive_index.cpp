#include "verify/archive_index.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <charconv>
#include <memory>
#include <utility>

#include "core/safe_path.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kIndexLimit = std::size_t{512} << 20U;  // bytes
constexpr std::size_t kBlock = std::size_t{1} << 18U;

struct ArchiveDeleter {
  void operator()(archive* handle) const { archive_read_free(handle); }
};

Error unreadable(const std::string& subject, archive* handle) {
  const char* cause = archive_error_string(handle);
  return verification_error(subject, std::string("cannot be decompressed: ") +
                                         (cause != nullptr ? cause : "unknown form"));
}

Result<std::string> read_rest(archive* handle, const std::string& subject) {
  std::string out;
  std::vector<char> block(kBlock);
  for (;;) {
    const la_ssize_t n = archive_read_data(handle, block.data(), block.size());
    if (n < 0) return unreadable(subject, handle);
    if (n == 0) return out;
    out.append(block.data(), static_cast<std::size_t>(n));
    if (out.size() > kIndexLimit) return verification_error(subject, "is too large");
  }
}

Result<std::string> field(const Deb822Paragraph& stanza, std::string_view name,
                          const std::string& subject) {
  const std::string* value = stanza.find(name);
  if (value != nullptr) return *value;
  return verification_error(subject, "has a stanza without " + std::string(name));
}

Result<IndexPackage> read_stanza(const Deb822Paragraph& stanza, const std::string& subject) {
  IndexPackage package;
  HALLMARK_TRY(package.name, field(stanza, "Package", subject));
  HALLMARK_TRY(package.version, field(stanza, "Version", subject));
  HALLMARK_TRY(package.architecture, field(stanza, "Architecture", subject));
  HALLMARK_TRY(package.filename, field(stanza, "Filename", subject));
  HALLMARK_TRY(const std::string size, field(stanza, "Size", subject));
  HALLMARK_TRY(const std::string hex, field(stanza, "SHA256", subject));
  const Result<Sha256Digest> digest = Sha256Digest::from_hex(hex);
  const char* end = size.data() + size.size();
  const auto number = std::from_chars(size.data(), end, package.size);
  if (!digest.ok() || number.ec != std::errc() || number.ptr != end ||
      !SafePath::parse(package.filename).ok()) {
    return verification_error(subject, "has a malformed stanza for " + package.name);
  }
  package.sha256 = *digest;
  const std::string* essential = stanza.find("Essential");
  package.essential = essential != nullptr && *essential == "yes";
  return package;
}

}  // namespace

Result<std::string> decompress_index(std::string_view bytes, std::string_view path) {
  const std::string subject(path);
  const bool xz = path.ends_with(".xz");
  if (!xz && !path.ends_with(".gz")) return std::string(bytes);
  const std::unique_ptr<archive, ArchiveDeleter> handle(archive_read_new());
  if (!handle) return failed(subject, "no memory to decompress it");
  archive_read_support_format_raw(handle.get());
  archive_read_support_format_empty(handle.get());
  xz ? archive_read_support_filter_xz(handle.get())
     : archive_read_support_filter_gzip(handle.get());
  archive_entry* entry = nullptr;
  int state = archive_read_open_memory(handle.get(), bytes.data(), bytes.size());
  if (state == ARCHIVE_OK) state = archive_read_next_header(handle.get(), &entry);
  if (state != ARCHIVE_OK && state != ARCHIVE_EOF) return unreadable(subject, handle.get());
  // libarchive takes what it does not recognise as plain, and what is compressed twice as such.
  const int wanted = xz ? ARCHIVE_FILTER_XZ : ARCHIVE_FILTER_GZIP;
  if (archive_filter_count(handle.get()) != 2 || archive_filter_code(handle.get(), 0) != wanted) {
    return verification_error(subject, "is not compressed in the form that its name says");
  }
  if (state == ARCHIVE_EOF) return std::string();  // an index may be empty
  return read_rest(handle.get(), subject);
}

Status read_packages(std::string_view text, const std::string& subject,
                     const std::function<void(const IndexPackage&)>& visit) {
  return read_package_stanzas(
      text, subject, [&visit](const IndexPackage& package, Deb822Paragraph&&) { visit(package); });
}

Status read_package_stanzas(
    std::string_view text, const std::string& subject,
    const std::function<void(const IndexPackage&, Deb822Paragraph&& stanza)>& visit) {
  Deb822Reader reader(text, subject);
  for (;;) {
    HALLMARK_TRY(std::optional<Deb822Paragraph> stanza, reader.next());
    if (!stanza) return ok_status();
    HALLMARK_TRY(const IndexPackage package, read_stanza(*stanza, subject));
    visit(package, std::move(*stanza));
  }
}

Result<std::optional<Deb822Paragraph>> find_source(std::string_view text,
                                                   const std::string& subject,
                                                   std::string_view package,
                                                   std::string_view version) {
  Deb822Reader reader(text, subject);
  for (;;) {
    HALLMARK_TRY(std::optional<Deb822Paragraph> stanza, reader.next());
    if (!stanza) return stanza;
    const std::string* name = stanza->find("Package");
    const std::string* its_version = stanza->find("Version");
    if (name != nullptr && *name == package && its_version != nullptr && *its_version == version) {
      return stanza;
    }
  }
}

Result<std::vector<std::string>> source_versions(std::string_view text, const std::string& subject,
                                                 std::string_view package) {
  std::vector<std::string> out;
  Deb822Reader reader(text, subject);
  for (;;) {
    HALLMARK_TRY(const std::optional<Deb822Paragraph> stanza, reader.next());
    if (!stanza) return out;
    const std::string* name = stanza->find("Package");
    const std::string* version = stanza->find("Version");
    if (name != nullptr && *name == package && version != nullptr) out.push_back(*version);
  }
}

}  // namespace hallmark
