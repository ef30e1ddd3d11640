// SFTP packets from a server that may send anything.
#include "publisher/transfer/sftp_protocol.hpp"

#include <catch2/catch_test_macros.hpp>

#include "publisher/transfer/sftp_client.hpp"
#include "publisher/transfer/sftp_files.hpp"

namespace hallmark {
namespace {

std::string u32(uint32_t value) {
  std::string out;
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> (shift - 8) & 0xffU));
  }
  return out;
}

std::string text(const std::string& value) {
  return u32(static_cast<uint32_t>(value.size())) + value;
}

std::string type(SftpType value) { return std::string(1, static_cast<char>(value)); }

std::string status(uint32_t id, uint32_t code) {
  return type(SftpType::kStatus) + u32(id) + u32(code) + text("mess\nage") + text("en");
}

std::string version(const std::string& extensions) {
  return type(SftpType::kVersion) + u32(3) + extensions;
}

const std::string kNeeded =
    text("posix-rename@openssh.com") + text("1") + text("fsync@openssh.com") + text("1");

TEST_CASE("sftp: answers are read, and every cut of them is an error") {
  const std::string attributes =
      type(SftpType::kAttributes) + u32(7) + u32(1 | 4) + u32(0) + u32(9) + u32(0100644);
  const std::string handle = type(SftpType::kHandle) + u32(7) + text("abcd");
  const std::string limits = type(SftpType::kExtendedReply) + u32(7) + std::string(16, '\1') +
                             u32(0) + u32(5) + u32(0) + u32(6);
  for (const std::string& packet : {attributes, handle, limits}) {
    const auto reply = parse_sftp_reply(packet);
    REQUIRE(reply.ok());
    CHECK(reply->id == 7);
    for (std::size_t size = 0; size < packet.size(); ++size) {
      CHECK_FALSE(parse_sftp_reply(packet.substr(0, size)).ok());
    }
  }
  CHECK(parse_sftp_reply(attributes)->size == 9U);
  CHECK(parse_sftp_reply(attributes)->regular_file);
  CHECK(parse_sftp_reply(handle)->handle == "abcd");
  CHECK(parse_sftp_reply(limits)->max_write == 5);
  const auto refused = parse_sftp_reply(status(1, 4));
  REQUIRE(refused.ok());
  CHECK(refused->code == SftpCode::kFailure);
  CHECK(refused->message == "mess?age");  // nothing that a terminal would obey
}

TEST_CASE("sftp: lengths that lie, types that are no answers") {
  CHECK_FALSE(parse_sftp_reply(type(SftpType::kHandle) + u32(1) + u32(0xffffffff) + "abcd").ok());
  CHECK_FALSE(
      parse_sftp_reply(type(SftpType::kHandle) + u32(1) + text(std::string(257, 'h'))).ok());
  CHECK_FALSE(parse_sftp_reply(type(SftpType::kOpen) + u32(1) + text("x")).ok());
  CHECK_FALSE(parse_sftp_version(type(SftpType::kVersion) + u32(2)).ok());
  CHECK_FALSE(parse_sftp_version(version(text("posix-rename@openssh.com"))).ok());
  CHECK_FALSE(parse_sftp_version(status(1, 0)).ok());
}

// Plays back what a server says, byte by byte.
class Script : public ByteStream {
 public:
  explicit Script(const std::vector<std::string>& packets) {
    for (const std::string& packet : packets) bytes_ += text(packet);
  }
  Status send(std::string_view) override { return ok_status(); }
  Result<std::size_t> receive(std::span<char> buffer) override {
    if (at_ == bytes_.size()) return std::size_t{0};
    buffer[0] = bytes_[at_++];
    return std::size_t{1};
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

std::string error_of(Script script) {
  auto client = SftpClient::start(script);
  if (!client.ok()) return client.error().message();
  if (!client->send(5, [](uint32_t id) { return sftp_lstat(id, "x"); }).ok()) return "send";
  const auto answer = client->receive();
  if (!answer.ok()) return answer.error().message();
  CHECK(answer->tag == 5);
  return "";
}

TEST_CASE("sftp: a session insists on what publishing needs") {
  CHECK(error_of(Script({version(kNeeded), status(1, 2)})).empty());
  CHECK(error_of(Script({version("")})).find("posix-rename") != std::string::npos);
  CHECK(error_of(Script({version(text("posix-rename@openssh.com") + text("1"))})).find("fsync") !=
        std::string::npos);
}

TEST_CASE("sftp: answers to nothing, no answer, and impossible sizes end the session") {
  CHECK(error_of(Script({version(kNeeded), status(99, 0)})).find("not asked") != std::string::npos);
  CHECK(error_of(Script({version(kNeeded)})).find("closed") != std::string::npos);
  CHECK(error_of(Script({version(kNeeded), ""})).find("impossible") != std::string::npos);
  CHECK(error_of(Script({version(kNeeded), std::string(kMaxSftpPacket + 1, '\0')}))
            .find("impossible") != std::string::npos);
}

TEST_CASE("sftp: a session that failed answers nothing more") {
  // Two files are asked for; the answer to one comes after the error, with a size of its choice.
  Script script({version(kNeeded), std::string("?"),
                 type(SftpType::kAttributes) + u32(2) + u32(1) + u32(0) + u32(7)});
  auto client = SftpClient::start(script);
  REQUIRE(client.ok());
  SftpFiles files(*client, PackageHost());
  CHECK_FALSE(files.look_at({"a", "b"}).ok());
  const auto again = files.look_at({"a"});
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().message().find("has failed before") != std::string::npos);
}

TEST_CASE("sftp: a server that may not tell its limits is used within our own") {
  const std::string with_limits = kNeeded + text("limits@openssh.com") + text("1");
  CHECK(error_of(Script({version(with_limits), status(1, 3), status(2, 2)})).empty());
}

}  // namespace
}  // namespace hallmark
