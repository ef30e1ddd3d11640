// What the log key's agent may answer.
#include "signer/ssh_agent.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/tools.hpp"
#include "tests/unit/verify/ssh_fixtures.hpp"

namespace hallmark {
namespace {

std::string identities(const std::vector<std::string>& blobs) {
  std::string answer = '\x0c' + ssh_u32(static_cast<uint32_t>(blobs.size()));
  for (const std::string& blob : blobs) answer += ssh_string(blob) + ssh_string("comment");
  return answer;
}

TEST_CASE("ssh agent: the keys that it offers") {
  const ssh_test::SoftKey key(ssh_test::SoftKind::kEd25519);
  const auto none = parse_ssh_identities(identities({}));
  REQUIRE(none.ok());
  CHECK(none->empty());
  const auto one = parse_ssh_identities(identities({key.public_blob()}));
  REQUIRE(one.ok());
  REQUIRE(one->size() == 1);
  CHECK(one->front().blob == key.public_blob());
}

TEST_CASE("ssh agent: answers that are none") {
  const std::string blob = ssh_test::SoftKey(ssh_test::SoftKind::kEd25519).public_blob();
  const std::string good = identities({blob});
  for (const std::string& answer :
       {std::string(), std::string(1, '\x05'), good + "x", good.substr(0, good.size() - 1),
        identities({"junk"}), '\x0c' + ssh_u32(0xffffffffU), identities(std::vector(17, blob))}) {
    CHECK_FALSE(parse_ssh_identities(answer).ok());
  }
  CHECK(parse_ssh_signature('\x0e' + ssh_string("s")).ok());
  for (const std::string& answer : {std::string(), std::string(1, '\x05'),
                                    '\x0e' + ssh_string("s") + "x", '\x0e' + ssh_u32(9)}) {
    CHECK_FALSE(parse_ssh_signature(answer).ok());
  }
}

TEST_CASE("ssh agent: one that is not there") {
  const test::TestFolder folder;
  SshAgent agent(folder.path("log.sock"));
  const auto keys = agent.log_keys();
  REQUIRE_FALSE(keys.ok());
  CHECK(keys.error().message().find("cannot reach") != std::string::npos);
}

}  // namespace
}  // namespace hallmark
