#include "reproducible/build_store.hpp"

#include "tests/unit/reproducible/build_fixtures.hpp"

namespace hallmark {
namespace {

class StoreTest {
 public:
  StoreTest() {
    std::filesystem::create_directories(layout_.records());
    std::filesystem::create_directories(folder_.path("work"));
  }

  BuildStore store() const { return {layout_, sha256("lock"), folder_.path("work")}; }

  std::vector<CollectedFile> artefacts(const std::string& bytes) const {
    auto file = open_at(AT_FDCWD, folder_.write("made/app.apk", bytes), O_RDONLY);
    const auto digest = digest_fd(file->get());
    std::vector<CollectedFile> out;
    out.push_back({"app.apk", std::move(*file), *digest});
    return out;
  }

  StoredRecord keep(const std::string& bytes) const {
    BuildRecord record;
    record.product = "sample";
    record.version = "1.0";
    record.target = build_test::sample_target();
    record.evidence = Evidence::kReproduced;
    record.built_at = 1700000000;
    record.variations = {"path"};
    auto stored = store().keep(record, artefacts(bytes));
    INFO((stored.ok() ? std::string() : stored.error().message()));
    REQUIRE(stored.ok());
    std::filesystem::remove_all(folder_.path("work"));
    std::filesystem::create_directories(folder_.path("work"));
    return *stored;
  }

  std::string out(const std::string& name) const {
    return "build/out/" + sha256("lock").hex() + "/" +
           build_test::sample_target().directory_name() + name;
  }
  std::string spooled(const StoredRecord& record) const {
    return "spool/records/" + record.sha256.hex() + ".json";
  }
  bool finds() const { return store().find(build_test::sample_target()).has_value(); }
  const test::TestFolder& folder() const { return folder_; }

 private:
  test::TestFolder folder_;
  Layout layout_{folder_.path()};
};

TEST_CASE("a record is named by its hash and found again with its artefacts") {
  const StoreTest test;
  CHECK_FALSE(test.finds());
  const StoredRecord kept = test.keep("bytes");
  const std::string text = test.folder().read(test.spooled(kept));
  CHECK(sha256(text) == kept.sha256);
  const auto record = parse_record(text, "record");
  REQUIRE(record.ok());
  CHECK(record->lock_sha256 == sha256("lock"));
  CHECK(record->artefacts[0].sha256 == sha256("bytes"));
  CHECK(test.folder().read(test.out("/app.apk")) == "bytes");
  const auto found = test.store().find(build_test::sample_target());
  REQUIRE(found);
  CHECK(found->sha256 == kept.sha256);
}

TEST_CASE("a build whose artefact was changed or lost is built again") {
  const StoreTest test;
  test.keep("bytes");
  test.folder().write(test.out("/app.apk"), "bytez");
  CHECK_FALSE(test.finds());
  std::filesystem::remove(test.folder().path(test.out("/app.apk")));
  CHECK_FALSE(test.finds());
  test.keep("bytes");
  CHECK(test.finds());
}

TEST_CASE("a build whose spooled record is lost or changed is built again") {
  const StoreTest test;
  const StoredRecord kept = test.keep("bytes");
  test.folder().write(test.spooled(kept), "{}");
  CHECK_FALSE(test.finds());
  std::filesystem::remove(test.folder().path(test.spooled(kept)));
  CHECK_FALSE(test.finds());
}

TEST_CASE("artefacts of another build are replaced as a whole") {
  const StoreTest test;
  test.keep("first");
  test.folder().write(test.out("/stray.apk"), "stray");
  test.keep("second");
  CHECK(test.folder().read(test.out("/app.apk")) == "second");
  CHECK_FALSE(std::filesystem::exists(test.folder().path(test.out("/stray.apk"))));
}

TEST_CASE("a record of another target is not taken for this one's") {
  const StoreTest test;
  test.keep("bytes");
  Target other = build_test::sample_target();
  other.suite = "testing";
  const std::string lock = test.folder().path("build/out/" + sha256("lock").hex());
  std::filesystem::copy(test.folder().path(test.out("")), lock + "/" + other.directory_name(),
                        std::filesystem::copy_options::recursive);
  std::filesystem::copy(test.folder().path(test.out(".record")),
                        lock + "/" + other.directory_name() + ".record");
  CHECK_FALSE(test.store().find(other).has_value());
}

}  // namespace
}  // namespace hallmark
