#include "verify/deb_package.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "core/debian_version.hpp"
#include "core/digest.hpp"
#include "verify/deb_archive.hpp"
#include "verify/deb_control.hpp"
#include "verify/pool_folder.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kFileNameLimit = 255;  // bytes, of file systems and of SafePath

// Fields that apt takes from an index to find and check the file: a package must not supply them.
constexpr std::array<std::string_view, 5> kIndexFields = {
    "Filename", "Size", "MD5sum", "Description-md5", "Phased-Update-Percentage"};

bool is_index_field(std::string_view name) {
  return same_field_name(name.substr(0, 3), "SHA") ||
         std::any_of(kIndexFields.begin(), kIndexFields.end(),
                     [&](std::string_view field) { return same_field_name(name, field); });
}

Result<uint64_t> regular_file_size(int fd, const std::string& subject) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return errno_error(subject, "cannot examine");
  if (!S_ISREG(status.st_mode)) return failed(subject, "is not a regular file");
  return static_cast<uint64_t>(status.st_size);
}

// A field that must be there, not empty, and on one line.
Result<std::string> line_field(const Deb822Paragraph& control, const char* name,
                               const std::string& subject) {
  const std::string* value = control.find(name);
  if (value == nullptr) return verification_error(subject, std::string("has no field ") + name);
  if (value->empty() || value->find('\n') != std::string::npos) {
    return verification_error(subject, std::string("has a malformed field ") + name);
  }
  return *value;
}

Status require(bool condition, const std::string& subject, const char* field) {
  if (condition) return ok_status();
  return verification_error(subject, std::string("has a malformed field ") + field);
}

// "name" or "name (version)".
Status read_source(DebPackage& deb, const std::string& subject) {
  deb.source = deb.package;
  deb.source_version = deb.version;
  if (deb.control.find("Source") == nullptr) return ok_status();
  HALLMARK_TRY(const std::string field, line_field(deb.control, "Source", subject));
  const std::size_t open = field.find(" (");
  deb.source = field.substr(0, open);
  if (open != std::string::npos) {
    HALLMARK_CHECK(require(field.ends_with(')'), subject, "Source"));
    deb.source_version = field.substr(open + 2, field.size() - open - 3);
  }
  const bool valid = is_debian_package_name(deb.source) && is_debian_version(deb.source_version);
  return require(valid, subject, "Source");
}

Status read_identity(DebPackage& deb, const std::string& subject) {
  HALLMARK_TRY(deb.package, line_field(deb.control, "Package", subject));
  HALLMARK_TRY(deb.version, line_field(deb.control, "Version", subject));
  HALLMARK_TRY(deb.architecture, line_field(deb.control, "Architecture", subject));
  HALLMARK_CHECK(require(is_debian_package_name(deb.package), subject, "Package"));
  HALLMARK_CHECK(require(is_debian_version(deb.version), subject, "Version"));
  HALLMARK_CHECK(require(is_debian_architecture(deb.architecture), subject, "Architecture"));
  return read_source(deb, subject);
}

std::string file_name(const DebPackage& deb) {
  return deb.package + '_' + std::string(without_epoch(deb.version)) + '_' + deb.architecture +
         ".deb";
}

Status check_control(const DebPackage& deb, const std::string& subject) {
  HALLMARK_CHECK(line_field(deb.control, "Maintainer", subject));
  const std::string* description = deb.control.find("Description");
  if (description == nullptr) return verification_error(subject, "has no field Description");
  HALLMARK_CHECK(
      require(!description->empty() && description->front() != '\n', subject, "Description"));
  for (const auto& [name, value] : deb.control.fields) {
    if (is_index_field(name)) {
      return verification_error(subject,
                                "has the field " + name + ", which only an index may have");
    }
  }
  if (file_name(deb).size() > kFileNameLimit) {
    return verification_error(subject, "has a name and version that are too long together");
  }
  return ok_status();
}

}  // namespace

Result<DebPackage> read_deb(int fd, const std::string& subject) {
  HALLMARK_TRY(const uint64_t size, regular_file_size(fd, subject));
  HALLMARK_TRY(const DebArchive archive, read_deb_archive(fd, size, subject));
  HALLMARK_TRY(const std::string text, read_deb_control(fd, archive.control, subject));
  const std::string control_subject = subject + ": control";
  Result<Deb822Paragraph> control = parse_deb822_paragraph(text, control_subject);
  if (!control.ok()) return verification_error(control.error().subject, control.error().cause);

  DebPackage deb;
  deb.control = std::move(*control);
  HALLMARK_CHECK(read_identity(deb, control_subject));
  HALLMARK_CHECK(check_control(deb, control_subject));
  HALLMARK_TRY(const FileDigest digest, digest_fd(fd));
  if (digest.size != size) return failed(subject, "changed while it was read");
  deb.size = size;
  deb.sha256 = digest.sha256;
  return deb;
}

std::string pool_path(const DebPackage& deb, std::string_view component) {
  return pool_folder(component, deb.source) + '/' + file_name(deb);
}

std::string index_stanza(const DebPackage& deb, std::string_view pool_path) {
  std::string stanza;
  for (const auto& [name, value] : deb.control.fields) {
    if (same_field_name(name, "Description")) {
      stanza += deb822_field("Filename", pool_path);
      stanza += deb822_field("Size", std::to_string(deb.size));
      stanza += deb822_field("SHA256", deb.sha256.hex());
    }
    stanza += deb822_field(name, value);
  }
  return stanza;
}

bool stanza_before(const DebPackage& a, const DebPackage& b) {
  if (a.package != b.package) return a.package < b.package;
  const std::weak_ordering order = compare_debian_versions(a.version, b.version);
  if (order != 0) return order < 0;
  // Equivalent but differently spelled versions still need an order.
  return std::tie(a.version, a.architecture) < std::tie(b.version, b.architecture);
}

}  // namespace hallmark
