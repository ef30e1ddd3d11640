#include "verify/openpgp.hpp"

#include <sys/mman.h>

#include "core/fd.hpp"
#include "process/run.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kTextLimit = uint64_t{16} << 20U;      // bytes; an InRelease has 150 KiB
constexpr uint64_t kKeyringLimit = uint64_t{128} << 20U;  // Debian's developers need 29 MiB
constexpr std::string_view kClearsigned = "-----BEGIN PGP SIGNED MESSAGE-----\n";
constexpr std::chrono::seconds kTimeout{60};
constexpr std::chrono::minutes kLargeFileTimeout{30};

// A file in memory: gpgv reads it by a path that no one else can change.
Result<UniqueFd> memory_file(std::string_view bytes, const std::string& subject) {
  UniqueFd file(::memfd_create("openpgp", MFD_CLOEXEC));
  if (!file) return errno_error(subject, "cannot make a file in memory");
  HALLMARK_CHECK(write_all(file.get(), bytes));
  return file;
}

std::string path_of(const UniqueFd& file) { return "/proc/self/fd/" + std::to_string(file.get()); }

// One run of gpgv with the files that it reads.
class Gpgv {
 public:
  Gpgv() { command_.timeout = kTimeout; }

  Status add_keyrings(const std::vector<std::string>& keyrings) {
    for (const std::string& path : keyrings) {
      if (!path.starts_with('/')) return failed(path, "is not the absolute path of a keyring");
      HALLMARK_TRY(const std::string bytes, read_file(path, kKeyringLimit));
      HALLMARK_CHECK(add_keyring(bytes, path));
    }
    if (keyrings.empty()) return failed("OpenPGP keyring", "none is given to check against");
    return ok_status();
  }

  Status add_keyring(std::string_view bytes, const std::string& subject) {
    HALLMARK_TRY(const std::string packets, dearmor_keyring(bytes, subject));
    HALLMARK_TRY(UniqueFd file, memory_file(packets, subject));
    command_.arguments.push_back("--keyring");
    return add_path(std::move(file));
  }

  // A file that the caller keeps open.
  void add_open_file(int fd) {
    command_.arguments.push_back("/proc/self/fd/" + std::to_string(fd));
    command_.inherit_fds.push_back(fd);
    command_.timeout = kLargeFileTimeout;
  }

  Status add_file(std::string_view bytes, const std::string& subject) {
    if (bytes.size() > kTextLimit) return verification_error(subject, "is too large");
    HALLMARK_TRY(UniqueFd file, memory_file(bytes, subject));
    return add_path(std::move(file));
  }

  void write_text() { command_.arguments.insert(command_.arguments.end(), {"--output", "-"}); }
  void end_options() { command_.arguments.emplace_back("--"); }

  // gpgv's exit status is not consulted: it is a failure too where a second key is unknown.
  Result<std::vector<OpenPgpSignature>> judge(const std::string& subject, SignedForm form,
                                              ExpiredKeys expired_keys, std::string* text) {
    HALLMARK_TRY(UniqueFd status, memory_file("", subject));
    command_.program = "/usr/bin/gpgv";
    command_.arguments.insert(
        command_.arguments.begin(),
        {"--homedir", "/nonexistent", "--status-fd", std::to_string(status.get())});
    command_.inherit_fds.push_back(status.get());
    command_.output_limit = kTextLimit;
    HALLMARK_TRY(Outcome outcome, run(command_));
    HALLMARK_TRY(const std::string said, read_all(status.get(), kTextLimit, "gpgv's report"));
    if (text != nullptr) *text = std::move(outcome.out);
    return parse_gpgv_status(said, subject, form, expired_keys);
  }

 private:
  Status add_path(UniqueFd file) {
    command_.arguments.push_back(path_of(file));
    command_.inherit_fds.push_back(file.get());
    files_.push_back(std::move(file));
    return ok_status();
  }

  Command command_;
  std::vector<UniqueFd> files_;
};

}  // namespace

Result<Clearsigned> verify_clearsigned(std::string_view untrusted_text,
                                       const std::vector<std::string>& keyrings,
                                       const std::string& subject, ExpiredKeys expired_keys) {
  if (!untrusted_text.starts_with(kClearsigned)) {
    return verification_error(subject, "is not a clearsigned OpenPGP text");
  }
  Gpgv gpgv;
  HALLMARK_CHECK(gpgv.add_keyrings(keyrings));
  gpgv.write_text();
  gpgv.end_options();
  HALLMARK_CHECK(gpgv.add_file(untrusted_text, subject));
  Clearsigned out;
  HALLMARK_TRY(out.signatures, gpgv.judge(subject, SignedForm::kText, expired_keys, &out.text));
  return out;
}

Result<std::vector<OpenPgpSignature>> verify_detached(std::string_view message,
                                                      std::string_view untrusted_signature,
                                                      const std::vector<std::string>& keyrings,
                                                      const std::string& subject,
                                                      ExpiredKeys expired_keys) {
  Gpgv gpgv;
  HALLMARK_CHECK(gpgv.add_keyrings(keyrings));
  gpgv.end_options();
  HALLMARK_CHECK(gpgv.add_file(untrusted_signature, subject));
  HALLMARK_CHECK(gpgv.add_file(message, subject));
  return gpgv.judge(subject, SignedForm::kBytes, expired_keys, nullptr);
}

Result<std::vector<OpenPgpSignature>> verify_detached_by(std::string_view keyring,
                                                         std::string_view message,
                                                         std::string_view untrusted_signature,
                                                         const std::string& subject) {
  Gpgv gpgv;
  HALLMARK_CHECK(gpgv.add_keyring(keyring, "keyring for " + subject));
  gpgv.end_options();
  HALLMARK_CHECK(gpgv.add_file(untrusted_signature, subject));
  HALLMARK_CHECK(gpgv.add_file(message, subject));
  return gpgv.judge(subject, SignedForm::kBytes, ExpiredKeys::kRefuse, nullptr);
}

Result<std::vector<OpenPgpSignature>> verify_detached_file(std::string_view keyring, int message,
                                                           std::string_view untrusted_signature,
                                                           const std::string& subject) {
  Gpgv gpgv;
  HALLMARK_CHECK(gpgv.add_keyring(keyring, "keyring for " + subject));
  gpgv.end_options();
  HALLMARK_CHECK(gpgv.add_file(untrusted_signature, subject));
  gpgv.add_open_file(message);
  return gpgv.judge(subject, SignedForm::kBytes, ExpiredKeys::kRefuse, nullptr);
}

}  // namespace hallmark
