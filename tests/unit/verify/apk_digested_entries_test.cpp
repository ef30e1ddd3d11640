// What the verifier takes from somebody who digested an entry before, and what it does not.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/jar_fixtures.hpp"
#include "verify/apk/digested_entries.hpp"

namespace hallmark::apk_test {
namespace {

// An archive in memory, as it is read.
struct Opened {
  UniqueFd fd;
  FileBytes file;
  ZipArchive zip;

  explicit Opened(const Buffer& bytes)
      : fd(memory_file(bytes)), file(*FileBytes::open(fd.get())), zip(*read_zip(file)) {}
  const ZipEntry& entry(std::string_view name) const {
    const ZipEntry* found = zip.find(name);
    require(found != nullptr);
    return *found;
  }
};

constexpr const char* kText = "res/values.txt";
constexpr const char* kCode = "classes.dex";

Buffer archive(const std::function<void(std::vector<TestEntry>&)>& change = nullptr) {
  std::vector<TestEntry> entries = apk_entries();
  if (change) change(entries);
  return write_zip(entries).file();
}

// Both entries with digests that nothing has, so that one sees where they come from.
const Buffer kMark(32, 7);
DigestedEntries marked(const Opened& origin) {
  return {origin.file,
          HashAlgorithm::kSha256,
          {{&origin.entry(kCode), kMark}, {&origin.entry(kText), kMark}}};
}

bool is_known(const DigestedEntries& digested, const Opened& other, const char* name,
              HashAlgorithm hash = HashAlgorithm::kSha256) {
  const auto found = digested.find(other.file, other.entry(name), hash);
  REQUIRE(found.ok());
  if (*found) CHECK(**found == kMark);
  return found->has_value();
}

TEST_CASE("digested entries: the same bytes elsewhere have the same digest") {
  const Opened origin(archive());
  const Opened moved(archive([](auto& entries) {
    entries.erase(entries.begin());
    entries[0].local_extra = Buffer{0x35, 0xd9, 2, 0, 4, 0};
  }));
  const DigestedEntries digested = marked(origin);
  CHECK(is_known(digested, moved, kText));
  CHECK(is_known(digested, moved, kCode));
  CHECK_FALSE(is_known(digested, moved, kCode, HashAlgorithm::kSha1));
}

TEST_CASE("digested entries: other bytes are unknown, whatever the directory says of them") {
  const Opened origin(archive());
  for (const std::size_t place : {std::size_t{0}, std::size_t{1500}, std::size_t{2999}}) {
    Buffer bytes = archive();
    bytes[origin.entry(kCode).data_offset + place] ^= 1;
    const Opened changed(bytes);
    CHECK_FALSE(is_known(marked(origin), changed, kCode));
    CHECK(is_known(marked(origin), changed, kText));
  }
}

TEST_CASE("digested entries: another method, size, CRC or name is unknown") {
  const Opened origin(archive());
  const DigestedEntries digested = marked(origin);
  const ZipEntry& same = origin.entry(kCode);
  const auto known_after = [&](const auto& change) {
    ZipEntry other = same;
    change(other);
    const auto found = digested.find(origin.file, other, HashAlgorithm::kSha256);
    REQUIRE(found.ok());
    return found->has_value();
  };
  CHECK(known_after([](ZipEntry&) {}));
  CHECK_FALSE(known_after([](ZipEntry& other) { other.method = 8; }));
  CHECK_FALSE(known_after([](ZipEntry& other) { --other.size; }));
  CHECK_FALSE(known_after([](ZipEntry& other) { --other.compressed_size; }));
  CHECK_FALSE(known_after([](ZipEntry& other) { ++other.crc32; }));
  CHECK_FALSE(known_after([](ZipEntry& other) { other.name = "classes2.dex"; }));
  CHECK_FALSE(known_after([](ZipEntry& other) { other.name = "a"; }));
}

// The verdict on v1 where the archive's first file was digested before, with this outcome.
std::string verdict_with(const TestJar& jar, const Buffer& origin_bytes, const Buffer& digest) {
  const Opened origin(origin_bytes);
  const Opened apk(signed_jar(jar));
  const DigestedEntries digested(origin.file, jar.hash,
                                 {{&origin.entry(jar.files[1].name), digest}});
  const auto verdict = verify_jar(apk.file, apk.zip, 18, kNoMaximum, {}, {&digested});
  REQUIRE(verdict.ok());
  return verdict->errors.empty() ? "verified" : verdict->errors[0].code;
}

TEST_CASE("digested entries: v1 is judged by them where the bytes are the same, else by reading") {
  TestJar jar;
  const Buffer as_signed = hash_bytes(jar.hash, jar.files[1].content);
  const Buffer origin = signed_jar(jar);
  CHECK(verdict_with(jar, origin, as_signed) == "verified");
  CHECK(verdict_with(jar, origin, kMark) == "JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY");
  // What was forged after it was signed is not what the origin has.
  jar.forge_files = [](std::vector<TestFile>& files) { files[1].content[0] ^= 1; };
  CHECK(verdict_with(jar, origin, as_signed) == "JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY");
}

}  // namespace
}  // namespace hallmark::apk_test
