// Connecting to a real sshd with a key from a real agent, and storing files there.
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <set>

#include "core/digest.hpp"
#include "publisher/transfer/sftp_files.hpp"
#include "publisher/transfer/ssh_connection.hpp"
#include "tests/unit/publisher/private_sshd.hpp"
#include "tests/unit/verify/deb_fixtures.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark::publisher_test {
namespace {

struct Recorder : PutObserver {
  std::vector<std::string> stored;
  uint64_t bytes = 0;
  std::function<void()> after_each = [] {};
  void on_bytes(uint64_t count) override { bytes += count; }
  Status on_stored(const ServedFile& file) override {
    stored.push_back(file.path);
    after_each();
    return ok_status();
  }
};

// A session and what it needs to live.
struct Session {
  std::unique_ptr<SshConnection> connection;
  std::unique_ptr<SftpClient> client;
  std::unique_ptr<SftpFiles> files;
};

Result<Session> connect(const PrivateSshd& sshd, const PackageHost& host) {
  Session session;
  HALLMARK_TRY(session.connection, SshConnection::open(host, sshd.agent_socket(), SshTimeouts()));
  HALLMARK_TRY(SftpClient client, SftpClient::start(*session.connection));
  session.client = std::make_unique<SftpClient>(std::move(client));
  session.files = std::make_unique<SftpFiles>(
      *session.client, host,
      [connection = session.connection.get()] { return connection->another_session(); });
  return session;
}

Result<Session> connect(const PrivateSshd& sshd) {
  auto session = connect(sshd, sshd.host());
  if (!session.ok()) UNSCOPED_INFO(session.error().message() << "\n" << sshd.log());
  return session;
}

Upload upload_of(const std::string& path, const std::string& bytes) {
  return {{path, bytes.size(), sha256(bytes)},
          [bytes]() -> Result<UniqueFd> { return deb_test::memory_file(bytes); }};
}

std::string noise(std::size_t size) {
  std::mt19937 random(static_cast<unsigned>(size));
  std::string out(size, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

std::size_t leftovers(const PrivateSshd& sshd) {
  std::size_t count = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(sshd.folder().path("www"))) {
    if (entry.path().extension() == ".part") ++count;
  }
  return count;
}

TEST_CASE("ssh: another host key than the pinned one is refused before authentication") {
  const PrivateSshd sshd;
  sshd.make_key("other_key");
  PackageHost host = sshd.host();
  host.host_key = sshd.public_key("other_key");
  const auto refused = connect(sshd, host);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == ErrorKind::kVerification);
  for (const char* key : {"other_key", "host_key"}) {
    const auto parsed = SshPublicKey::parse(sshd.public_key(key));
    REQUIRE(parsed.ok());
    CHECK(refused.error().message().find(parsed->fingerprint()) != std::string::npos);
  }
  CHECK(sshd.log().find("Accepted") == std::string::npos);
  CHECK(sshd.log().find("Failed") == std::string::npos);
}

TEST_CASE("ssh: no agent, an agent without the key, a host that is not there") {
  const PrivateSshd sshd;
  const auto no_agent = SshConnection::open(sshd.host(), "/nowhere", SshTimeouts());
  REQUIRE_FALSE(no_agent.ok());
  CHECK(no_agent.error().subject == "/nowhere");

  sshd.forget_keys();
  sshd.make_key("stranger");
  sshd.add_key("stranger");
  const auto refused = connect(sshd);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == ErrorKind::kRemote);
  CHECK(refused.error().message().find("did not accept any key") != std::string::npos);

  PackageHost down = sshd.host();
  down.port = free_port();
  const auto unreachable = connect(sshd, down);
  REQUIRE_FALSE(unreachable.ok());
  CHECK(unreachable.error().kind == ErrorKind::kRemote);
}

TEST_CASE("sftp: many files of all sizes arrive whole, and replace others by rename") {
  const PrivateSshd sshd;
  const auto session = connect(sshd);
  REQUIRE(session.ok());
  REQUIRE(session->files->make_folders({"a", "a/b"}).ok());
  REQUIRE(session->files->make_folders({"a", "a/b"}).ok());  // are there now
  std::vector<std::string> contents;
  for (const std::size_t size : {0U, 1U, 131072U, 131073U, 3000000U}) {
    contents.push_back(noise(size));
  }
  for (std::size_t i = 0; i < 400; ++i) contents.push_back(noise(100 + i));
  std::vector<Upload> uploads;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    uploads.push_back(upload_of("a/b/" + std::to_string(i), contents[i]));
  }
  for (int round = 0; round < 2; ++round) {
    Recorder recorder;
    REQUIRE(session->files->put(uploads, recorder).ok());
    CHECK(recorder.stored.size() == uploads.size());
  }
  for (std::size_t i = 0; i < contents.size(); ++i) {
    REQUIRE(sshd.folder().read("www/a/b/" + std::to_string(i)) == contents[i]);
  }
  CHECK(leftovers(sshd) == 0);
  const auto seen = session->files->look_at({"a/b/4", "a/b/none", "a", "none/none"});
  REQUIRE(seen.ok());
  REQUIRE((*seen)[0].has_value());
  CHECK((*seen)[0]->size == 3000000U);
  const auto written = std::filesystem::last_write_time(sshd.folder().path("www/a/b/4"));
  CHECK((*seen)[0]->modified == std::chrono::duration_cast<std::chrono::seconds>(
                                    std::chrono::file_clock::to_sys(written).time_since_epoch())
                                    .count());
  for (const std::size_t i : {1U, 2U, 3U}) CHECK_FALSE((*seen)[i].has_value());
}

TEST_CASE("sftp: files are moved to the trash, each as far as it can be") {
  const PrivateSshd sshd;
  PackageHost host = sshd.host();
  host.trash = sshd.folder().path("trash");
  const auto session = connect(sshd, host);
  REQUIRE(session.ok());
  REQUIRE(session->files->make_folders({"a", "a/b"}).ok());
  Recorder recorder;
  const std::vector<Upload> uploads = {upload_of("a/1", "1"), upload_of("a/b/2", "2")};
  REQUIRE(session->files->put(uploads, recorder).ok());
  const Status no_folder = session->files->discard({"a/1"});
  REQUIRE_FALSE(no_folder.ok());
  CHECK(no_folder.error().message().find("is no folder") != std::string::npos);
  CHECK(sshd.folder().read("www/a/1") == "1");

  sshd.make_folder("trash");
  sshd.make_folder("trash/a");
  std::ofstream(sshd.folder().path("trash/a/b")) << "no folder";
  const Status in_part = session->files->discard({"a/1", "a/b/2", "a/none"});
  REQUIRE_FALSE(in_part.ok());
  CHECK(in_part.error().message().find("make the folder") != std::string::npos);
  CHECK(sshd.folder().read("trash/a/1") == "1");
  CHECK(sshd.folder().read("www/a/b/2") == "2");
  const auto seen = session->files->look_at({"a/1", "a/b/2", "a/none"});
  REQUIRE(seen.ok());
  CHECK_FALSE((*seen)[0].has_value());
  CHECK((*seen)[1].has_value());

  std::filesystem::remove(sshd.folder().path("trash/a/b"));
  REQUIRE(session->files->put(std::vector{upload_of("a/1", "again")}, recorder).ok());
  CHECK(session->files->discard({"a/1", "a/b/2"}).ok());
  CHECK(sshd.folder().read("trash/a/1") == "again");
  CHECK(sshd.folder().read("trash/a/b/2") == "2");
}

std::size_t times(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST_CASE("sftp: many files are shared among as many sessions as the host lets us have") {
  std::string limit = "MaxSessions 4";
  std::size_t sessions = 4;
  SECTION("four") {}
  SECTION("two") {
    limit = "MaxSessions 2";
    sessions = 2;
  }
  SECTION("one") {
    limit = "MaxSessions 1";
    sessions = 1;
  }
  const PrivateSshd sshd(limit);
  const auto session = connect(sshd);
  REQUIRE(session.ok());
  std::vector<Upload> uploads = {upload_of("few", "files")};
  Recorder recorder;
  REQUIRE(session->files->put(uploads, recorder).ok());
  CHECK(times(sshd.log(), "Starting session:") == 1);
  for (std::size_t i = 0; i < 1000; ++i) {
    uploads.push_back(upload_of(std::to_string(i), noise(i % 50 == 0 ? 300000 : i)));
  }
  for (int round = 0; round < 2; ++round) {
    recorder = Recorder();
    REQUIRE(session->files->put(uploads, recorder).ok());
    CHECK(std::set(recorder.stored.begin(), recorder.stored.end()).size() == uploads.size());
  }
  CHECK(times(sshd.log(), "Starting session:") == sessions);
  for (std::size_t i = 0; i < 1000; ++i) {
    REQUIRE(sshd.folder().read("www/" + std::to_string(i)) == noise(i % 50 == 0 ? 300000 : i));
  }
  CHECK(leftovers(sshd) == 0);
}

TEST_CASE("sftp: a file that changed here is not published, and the old one stays") {
  const PrivateSshd sshd;
  auto session = connect(sshd);
  REQUIRE(session.ok());
  Recorder recorder;
  const std::vector<Upload> good = {upload_of("f", "old")};
  REQUIRE(session->files->put(good, recorder).ok());
  std::vector<Upload> changed = {upload_of("f", "new")};
  changed[0].file.sha256 = sha256("what was promised");
  const Status refused = session->files->put(changed, recorder);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == ErrorKind::kVerification);
  CHECK(sshd.folder().read("www/f") == "old");
}

TEST_CASE("sftp: what a crash left half written is written over") {
  const PrivateSshd sshd;
  {
    auto session = connect(sshd);
    REQUIRE(session.ok());
    std::vector<Upload> changed = {upload_of("f", noise(200000))};
    changed[0].file.sha256 = sha256("something else");
    Recorder recorder;
    REQUIRE_FALSE(session->files->put(changed, recorder).ok());
  }
  CHECK(leftovers(sshd) == 1);
  auto session = connect(sshd);
  REQUIRE(session.ok());
  Recorder recorder;
  const std::vector<Upload> uploads = {upload_of("f", "short")};
  REQUIRE(session->files->put(uploads, recorder).ok());
  CHECK(sshd.folder().read("www/f") == "short");
  CHECK(leftovers(sshd) == 0);
}

TEST_CASE("sftp: a missing folder and a full or forbidden place are named") {
  const PrivateSshd sshd;
  auto session = connect(sshd);
  REQUIRE(session.ok());
  Recorder recorder;
  const std::vector<Upload> uploads = {upload_of("nowhere/f", "x")};
  const Status refused = session->files->put(uploads, recorder);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == ErrorKind::kRemote);
  CHECK(refused.error().subject == "nowhere/f");
}

TEST_CASE("sftp: the host goes down in the middle; run again: done") {
  const PrivateSshd sshd;
  std::vector<Upload> uploads;
  for (int i = 0; i < 600; ++i) {
    uploads.push_back(upload_of(std::to_string(i), noise(5000 + static_cast<std::size_t>(i))));
  }
  {
    auto session = connect(sshd);
    REQUIRE(session.ok());
    Recorder recorder;
    recorder.after_each = [&] {
      if (recorder.stored.size() == 100) sshd.cut_sessions();
    };
    const Status cut = session->files->put(uploads, recorder);
    REQUIRE_FALSE(cut.ok());
    CHECK(cut.error().kind == ErrorKind::kRemote);
    for (const std::string& path : recorder.stored) {
      CHECK(sshd.folder().read("www/" + path).size() == 5000 + std::stoul(path));
    }
  }
  auto session = connect(sshd);
  REQUIRE(session.ok());
  Recorder recorder;
  REQUIRE(session->files->put(uploads, recorder).ok());
  CHECK(recorder.stored.size() == 600);
  CHECK(leftovers(sshd) == 0);
}

}  // namespace
}  // namespace hallmark::publisher_test
