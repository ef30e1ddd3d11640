// push_files ADDRESS PORT USER HOST_KEY DOCROOT FOLDER MANIFEST: stores the files of FOLDER that
// MANIFEST names (lines of sha256sum(1)) below DOCROOT, as hallmark-push stores what it publishes.
// HOST_KEY is the file of the host's public key; the publishing key is in SSH_AUTH_SOCK's agent.
//
// For scripts/bench push, built with the tests and never installed: nothing here decides what may
// be published.
#include <sys/stat.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <sstream>

#include "publisher/transfer/sftp_files.hpp"
#include "publisher/transfer/ssh_connection.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxText = uint64_t{16} << 20U;

struct Counter : PutObserver {
  uint64_t bytes = 0;
  uint64_t files = 0;
  void on_bytes(uint64_t count) override { bytes += count; }
  Status on_stored(const ServedFile& /*file*/) override {
    ++files;
    return ok_status();
  }
};

Result<Upload> upload_of(const std::string& folder, const std::string& line) {
  const std::size_t end = line.find("  ");
  if (end == std::string::npos) return usage_error("manifest", "has a line that is none");
  Upload upload;
  HALLMARK_TRY(upload.file.sha256, Sha256Digest::from_hex(line.substr(0, end)));
  upload.file.path = line.substr(end + 2);
  const std::string path = folder + "/" + upload.file.path;
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return errno_error(path, "cannot look at");
  upload.file.size = static_cast<uint64_t>(info.st_size);
  upload.open = [path] { return open_file(path); };
  return upload;
}

Result<std::vector<Upload>> read_manifest(const std::string& folder, const std::string& path) {
  HALLMARK_TRY(const std::string text, read_file(path, kMaxText));
  std::vector<Upload> uploads;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    HALLMARK_TRY(uploads.emplace_back(), upload_of(folder, line));
  }
  return uploads;
}

// Parents first.
std::vector<std::string> folders_of(const std::vector<Upload>& uploads) {
  std::set<std::string> folders;
  for (const Upload& upload : uploads) {
    const std::string& path = upload.file.path;
    for (std::size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      folders.insert(path.substr(0, slash));
    }
  }
  return {folders.begin(), folders.end()};
}

Result<PackageHost> host_of(const std::vector<std::string>& arguments) {
  PackageHost host;
  host.name = "bench";
  host.address = arguments[0];
  const std::string& port = arguments[1];
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), host.port);
  if (parsed.ec != std::errc()) return usage_error("PORT", "is no port");
  host.user = arguments[2];
  HALLMARK_TRY(std::string key, read_file(arguments[3], kMaxText));
  // Without its comment, as a terminal pins it.
  host.host_key = key.substr(0, key.find(' ', key.find(' ') + 1));
  host.docroot = arguments[4];
  return host;
}

Status push(const std::vector<std::string>& arguments) {
  const char* agent = std::getenv("SSH_AUTH_SOCK");
  if (agent == nullptr) return usage_error("SSH_AUTH_SOCK", "is not set");
  HALLMARK_TRY(const PackageHost host, host_of(arguments));
  HALLMARK_TRY(const std::vector<Upload> uploads, read_manifest(arguments[5], arguments[6]));
  HALLMARK_TRY(const auto connection, SshConnection::open(host, agent, SshTimeouts()));
  HALLMARK_TRY(SftpClient client, SftpClient::start(*connection));
  SftpFiles remote(client, host, [&] { return connection->another_session(); });
  HALLMARK_CHECK(remote.make_folders(folders_of(uploads)));
  Counter counter;
  HALLMARK_CHECK(remote.put(uploads, counter));
  std::printf("%llu files, %llu bytes\n", static_cast<unsigned long long>(counter.files),
              static_cast<unsigned long long>(counter.bytes));
  return ok_status();
}

}  // namespace
}  // namespace hallmark

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() != 7) {
    std::fprintf(stderr, "usage: push_files ADDRESS PORT USER HOST_KEY DOCROOT FOLDER MANIFEST\n");
    return 2;
  }
  const hallmark::Status status = hallmark::push(arguments);
  if (status.ok()) return 0;
  std::fprintf(stderr, "push_files: %s\n", status.error().message().c_str());
  return 1;
}
