#include <catch2/catch_test_macros.hpp>
#include <string>

#include "cli/rebuild/inputs.hpp"
#include "cli/sample_product.hpp"
#include "core/digest.hpp"
#include "core/json.hpp"
#include "tests/unit/verify/log_fixtures.hpp"

namespace {

using namespace hallmark;
using hallmark::log_test::LogSigner;
using hallmark::log_test::write_log;
using hallmark::test::TestFolder;

using Digests = AcceptedFiles::mapped_type;

const std::string kProduct = sample_product("stable", "main", "amd64");

std::string lock_text(const std::string& version) {
  Lock lock;
  lock.product = "tool";
  lock.version = version;
  lock.product_sha256 = sha256(kProduct);
  lock.source.package = "tool";
  lock.source.version = version;
  lock.source.signer = std::string(40, 'A');
  lock.source.files = {{"tool.dsc", 1, sha256("dsc"), "https://example.org/tool.dsc"}};
  LockedEnvironment environment;
  environment.name = "e";
  environment.architecture = "amd64";
  environment.environment_sha256 = sha256("e");
  environment.mmdebstrap = "1.3.5-7";
  lock.environments = {environment};
  lock.targets = {{"stable", "main", "amd64", "e"}};
  return canonical_dump(to_json(lock)).value();
}

std::string request_text(const std::string& lock) {
  return Json{{"type", "accept-build"}, {"product", kProduct}, {"lock", lock}}.dump();
}

Json acceptance(const std::string& lock, const std::string& request, const std::string& artefact) {
  return Json{{"kind", "acceptance"},
              {"name", "tool_1_amd64.deb"},
              {"product", "tool"},
              {"version", "1"},
              {"suite", "stable"},
              {"component", "main"},
              {"lock", sha256(lock).hex()},
              {"request", sha256(request).hex()},
              {"sha256", sha256(artefact).hex()}};
}

// A log in which tool 1 was accepted.
struct PublishedLog {
  TestFolder folder;
  LogSigner signer;
  std::string lock = lock_text("1");
  std::string request = request_text(lock);

  void write(const std::vector<Json>& leaves) const {
    std::vector<std::string> entries = {R"({"kind":"policy"})"};
    for (const Json& leaf : leaves) entries.push_back(leaf.dump());
    write_log(folder, entries, signer);
    folder.write("texts/" + sha256(request).hex(), request);
  }
  Result<RebuildInputs> read(const std::string& version = "1") const {
    return inputs_from_log(folder.path(), signer.note_key(), "tool", version);
  }
  int kind() const {
    const auto in = read();
    return in.ok() ? 0 : static_cast<int>(in.error().kind);
  }
};

}  // namespace

TEST_CASE("rebuild inputs: a log has the lock, the product file and what was accepted") {
  const PublishedLog log;
  Json copyright = acceptance(log.lock, log.request, "data");
  copyright["component"] = "contrib";
  log.write({acceptance(log.lock, log.request, "deb"), copyright});
  const auto in = log.read();
  REQUIRE(in.ok());
  CHECK(in->lock_text == log.lock);
  CHECK(in->product_text == kProduct);
  CHECK(in->accepted.size() == 2);
  CHECK(in->accepted.at({"stable/main", "tool_1_amd64.deb"}) ==
        Digests{{sha256("deb"), sha256(log.lock).hex()}});
  CHECK(in->other_locks.empty());
  CHECK_FALSE(log.read("2").ok());
}

TEST_CASE("rebuild inputs: the newest lock is built, and nothing that was accepted is forgotten") {
  const PublishedLog log;
  const std::string older = lock_text("1~old");
  Json prebuilt = acceptance(older, "", "prebuilt");
  prebuilt.erase("lock");
  prebuilt.erase("request");
  log.write({acceptance(older, request_text(older), "old"),
             acceptance(log.lock, log.request, "deb"), prebuilt});
  const auto in = log.read();
  REQUIRE(in.ok());
  CHECK(in->lock_text == log.lock);
  CHECK(in->accepted.at({"stable/main", "tool_1_amd64.deb"}) ==
        Digests{{sha256("old"), sha256(older).hex()},
                {sha256("deb"), sha256(log.lock).hex()},
                {sha256("prebuilt"), ""}});
  CHECK(in->other_locks == std::vector<std::string>{sha256(older).hex()});
}

TEST_CASE("rebuild inputs: nothing counts that the log's key has not signed") {
  const PublishedLog log;
  const Json leaf = acceptance(log.lock, log.request, "deb");

  SECTION("another key") {
    log.write({leaf});
    CHECK_FALSE(inputs_from_log(log.folder.path(), LogSigner().note_key(), "tool", "1").ok());
  }
  SECTION("a text that is another") {
    log.write({leaf});
    log.folder.write("texts/" + sha256(log.request).hex(), request_text(lock_text("1~evil")));
    CHECK(log.kind() == 3);
  }
  SECTION("a text that is not there") {
    log.write({leaf});
    std::filesystem::remove_all(log.folder.path("texts"));
    CHECK(log.kind() == 1);
  }
  SECTION("a request with another lock than the line names") {
    Json other = leaf;
    other["lock"] = sha256("another lock").hex();
    log.write({other});
    CHECK(log.kind() == 3);
  }
  SECTION("a request that names a path") {
    Json other = leaf;
    other["request"] = "../../etc/passwd";
    log.write({other});
    CHECK(log.kind() == 1);
  }
}

TEST_CASE("rebuild inputs: a product file that the lock was not made from is refused") {
  const TestFolder folder;
  const std::string lock = folder.write("lock", lock_text("1"));
  CHECK(inputs_from_files(lock, folder.write("product", kProduct)).ok());
  const auto other = inputs_from_files(lock, folder.write("other", kProduct + " "));
  REQUIRE_FALSE(other.ok());
  CHECK(other.error().kind == ErrorKind::kVerification);
}
