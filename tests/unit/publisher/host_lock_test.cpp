// The lock on a package host, with a real sshd.
#include "publisher/transfer/host_lock.hpp"

#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "publisher/transfer/ssh_connection.hpp"
#include "tests/unit/publisher/private_sshd.hpp"

namespace hallmark::publisher_test {
namespace {

LockHolder holder(const std::string& terminal, char token) {
  return {terminal, "alice on desk", "2026-12-21T00:00:00Z", std::string(64, token)};
}

class Locked {
 public:
  Locked() {
    auto connected = SshConnection::open(sshd.host(), sshd.agent_socket(), SshTimeouts());
    REQUIRE(connected.ok());
    connection = std::move(*connected);
    auto started = SftpClient::start(*connection);
    REQUIRE(started.ok());
    client = std::make_unique<SftpClient>(std::move(*started));
    lock = std::make_unique<HostLock>(*client, sshd.host().docroot);
  }
  HostLock::Taken must_take(const LockHolder& who, bool break_it = false) const {
    const auto taken = lock->take(who, break_it);
    INFO((taken.ok() ? "" : taken.error().message()));
    REQUIRE(taken.ok());
    return *taken;
  }
  void check_held(const LockHolder& who, const std::string& words) const {
    const auto refused = lock->take(who, false);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().kind == ErrorKind::kRemote);
    INFO(refused.error().message());
    CHECK(refused.error().message().find(words) != std::string::npos);
  }
  std::string path(const std::string& name) const {
    return sshd.folder().path("www/.lock/" + name);
  }
  bool is_there(const std::string& name) const { return std::filesystem::exists(path(name)); }
  std::size_t broken() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path(""))) {
      if (entry.path().filename().string().rfind("broken-", 0) == 0) ++count;
    }
    return count;
  }

  PrivateSshd sshd;
  std::unique_ptr<SshConnection> connection;
  std::unique_ptr<SftpClient> client;
  std::unique_ptr<HostLock> lock;
  LockHolder t1 = holder("t1", 'a');
  LockHolder t2 = holder("t2", 'b');
};

TEST_CASE_METHOD(Locked, "host lock: one terminal at a time, again and again") {
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(must_take(t1).taken_over);
    check_held(t2, "is locked by terminal t1 (alice on desk), since 2026-12-21T00:00:00Z");
    REQUIRE(lock->release(t2).ok());  // which it has not
    check_held(t2, "is locked by terminal t1");
    REQUIRE(lock->release(t1).ok());
    CHECK_FALSE(is_there("held"));
    CHECK_FALSE(must_take(t2).taken_over);
    check_held(t1, "is locked by terminal t2");
    REQUIRE(lock->release(t2).ok());
  }
  CHECK(broken() == 0);
}

TEST_CASE_METHOD(Locked, "host lock: what a terminal left behind is its own by its token alone") {
  must_take(t1);
  CHECK(must_take(t1).taken_over);
  LockHolder namesake = t1;
  namesake.token_sha256 = std::string(64, 'c');
  check_held(namesake, "is locked by terminal t1");
  REQUIRE(lock->release(namesake).ok());
  CHECK(is_there("held"));
  REQUIRE(lock->release(t1).ok());
  CHECK_FALSE(is_there("held"));
}

TEST_CASE_METHOD(Locked, "host lock: broken by a person, and kept") {
  must_take(t1);
  const HostLock::Taken taken = must_take(t2, true);
  REQUIRE(taken.broken);
  CHECK(*taken.broken == t1);
  CHECK(broken() == 1);
  REQUIRE(lock->release(t1).ok());  // it comes back, and has nothing to release
  check_held(t1, "is locked by terminal t2");
  REQUIRE(lock->release(t2).ok());
  CHECK_FALSE(must_take(t1).taken_over);
  CHECK_FALSE(must_take(t1, true).broken);  // its own is nobody's to break
}

TEST_CASE_METHOD(Locked, "host lock: a lock that says not whose it is") {
  must_take(t1);
  const auto write = [&](const std::string& text) {
    sshd.folder().write("www/.lock/held/holder", text);
  };
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("{}"), std::string(5000, '['),
        render_holder(holder("../t2", 'b')), render_holder({"t2", "a\x1b[2J", "", ""}),
        render_holder({"t2", std::string(300, 'a'), "", std::string(64, 'b')})}) {
    write(text);
    check_held(t2, "says not whose it is");
    CHECK_FALSE(lock->take(t2, true).ok());
    CHECK_FALSE(lock->release(t1).ok());
  }
  write(render_holder(t1));
  CHECK(must_take(t1).taken_over);
}

TEST_CASE_METHOD(Locked, "host lock: a folder that is empty is nobody's") {
  must_take(t1);
  REQUIRE(lock->release(t1).ok());
  std::filesystem::create_directory(path("held"));
  std::filesystem::permissions(path("held"), std::filesystem::perms::all);
  CHECK_FALSE(must_take(t2).taken_over);
  check_held(t1, "is locked by terminal t2");
}

}  // namespace
}  // namespace hallmark::publisher_test
