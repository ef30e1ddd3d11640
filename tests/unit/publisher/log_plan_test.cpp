// The release log on its way to a host: verified before it is sent, the checkpoint after the rest.
#include "publisher/transfer/log_plan.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"
#include "tests/unit/verify/log_fixtures.hpp"

namespace hallmark {
namespace {

struct PublicLog {
  test::TestFolder root;
  log_test::LogSigner signer;
  Policy policy;
  Layout layout{root.path()};

  PublicLog() {
    const auto key = SshPublicKey::from_blob(signer.key.public_blob());
    REQUIRE(key.ok());
    policy.origin = "example.org";
    policy.log_keys = {{"t1", key->openssh()}};
    write(300);
  }
  void write(std::size_t size) const {
    TileWriter writer([&](const std::string& path, std::string_view bytes) {
      root.write("public/log/t1/" + path, bytes);
      return ok_status();
    });
    for (const std::string& entry : log_test::numbered_entries(size)) {
      REQUIRE(writer.add(entry).ok());
    }
    REQUIRE(writer.finish().ok());
    root.write("public/log/t1/checkpoint",
               signer.checkpoint({writer.tree().size(), writer.tree().root()}));
  }
};

TEST_CASE_METHOD(PublicLog, "log plan: everything that the checkpoint commits to, and it last") {
  const auto stages = make_log_stages(layout, policy, "t1");
  INFO((stages.ok() ? "" : stages.error().message()));
  REQUIRE(stages.ok());
  REQUIRE(stages->size() == 2);
  CHECK(stages->at(0).uploads.size() == 5);
  REQUIRE(stages->at(1).uploads.size() == 1);
  CHECK(stages->at(1).always_check);
  CHECK(stages->at(1).uploads.front().file.path == "log/t1/checkpoint");
  for (const PublishStage& stage : *stages) {
    for (const Upload& upload : stage.uploads) {
      const auto fd = upload.open();
      REQUIRE(fd.ok());
      const auto bytes = read_all(fd->get(), uint64_t{1} << 20U, upload.file.path);
      REQUIRE(bytes.ok());
      CHECK(bytes->size() == upload.file.size);
      CHECK(sha256(*bytes) == upload.file.sha256);
    }
  }
}

TEST_CASE_METHOD(PublicLog, "log plan: files of older checkpoints are not sent again") {
  write(310);
  const auto stages = make_log_stages(layout, policy, "t1");
  REQUIRE(stages.ok());
  for (const Upload& upload : stages->front().uploads) {
    CHECK(upload.file.path.find("/44") == std::string::npos);
  }
}

TEST_CASE_METHOD(PublicLog, "log plan: a log that does not hold together is not sent") {
  SECTION("a tile changed") { root.write("public/log/t1/tile/0/000", std::string(8192, 'x')); }
  SECTION("another terminal's key") {
    policy.log_keys.front().key =
        SshPublicKey::from_blob(ssh_test::SoftKey(ssh_test::SoftKind::kEd25519).public_blob())
            ->openssh();
  }
  SECTION("another origin") { policy.origin = "example.com"; }
  const auto stages = make_log_stages(layout, policy, "t1");
  REQUIRE_FALSE(stages.ok());
  CHECK(stages.error().kind == ErrorKind::kVerification);
}

TEST_CASE("log plan: the texts that an entry names") {
  const std::string a(64, 'a');
  const std::string b(64, 'b');
  const auto named = [](const std::string& entry) {
    const auto texts = texts_named_by(entry);
    REQUIRE(texts.ok());
    std::string out;
    for (const Sha256Digest& text : *texts) out += text.hex().substr(0, 1);
    return out;
  };
  CHECK(named(R"({"kind":"acceptance","request":")" + a + R"(","policy":")" + b + R"("})") == "ab");
  CHECK(named(R"({"kind":"policy","sha256":")" + b + R"("})") == "b");
  CHECK(named(R"({"kind":"release","sha256":")" + b + R"("})").empty());
  CHECK(named(R"({"kind":"refusal","request":"sign-apk"})").empty());
  CHECK_FALSE(texts_named_by(R"({"kind":"acceptance","request":"../../policy"})").ok());
  CHECK_FALSE(texts_named_by(R"({"kind":"acceptance","request":7})").ok());
  CHECK_FALSE(texts_named_by("no line").ok());
}

struct LogWithTexts : PublicLog {
  const std::string text = "{\"type\":\"promote\"}";
  const std::string name = sha256(text).hex();

  LogWithTexts() {
    TileWriter writer([&](const std::string& path, std::string_view bytes) {
      root.write("public/log/t1/" + path, bytes);
      return ok_status();
    });
    REQUIRE(writer.add(R"({"kind":"promotion","request":")" + name + R"("})").ok());
    REQUIRE(writer.finish().ok());
    root.write("public/log/t1/checkpoint",
               signer.checkpoint({writer.tree().size(), writer.tree().root()}));
  }
};

TEST_CASE_METHOD(LogWithTexts, "log plan: texts that entries name go before the checkpoint") {
  root.write("public/log/t1/texts/" + name, text);
  root.write("public/log/t1/texts/" + std::string(64, 'e'), "of a line that is not signed yet");
  const auto stages = make_log_stages(layout, policy, "t1");
  REQUIRE(stages.ok());
  const ServedFile& last = stages->front().uploads.back().file;
  CHECK(last == ServedFile{"log/t1/texts/" + name, text.size(), sha256(text)});
  CHECK(stages->front().uploads.size() == 3);
}

TEST_CASE_METHOD(LogWithTexts, "log plan: a text that is missing, or another") {
  SECTION("missing") {}
  SECTION("changed") { root.write("public/log/t1/texts/" + name, text + "\n"); }
  CHECK_FALSE(make_log_stages(layout, policy, "t1").ok());
}

TEST_CASE_METHOD(PublicLog, "log plan: a terminal without a checkpoint, or without a key") {
  CHECK_FALSE(make_log_stages(layout, policy, "t2").ok());
  policy.log_keys.clear();
  CHECK(make_log_stages(layout, policy, "t1").error().kind == ErrorKind::kPolicy);
}

}  // namespace
}  // namespace hallmark
