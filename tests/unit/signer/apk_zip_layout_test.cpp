// Rewriting a ZIP: what is kept to the byte, what is dropped, added and aligned.
#include <catch2/catch_test_macros.hpp>

#include "signer/apk/zip_layout.hpp"
#include "tests/unit/verify/apk_signed_fixtures.hpp"

namespace hallmark::apk_test {
namespace {

Buffer contents_of(const ZipLayout& layout) {
  const ByteSource entries = joined(layout.entries);
  Buffer out(entries.size);
  REQUIRE(entries.read(0, out).ok());
  CHECK(out.size() == layout.entries_size);
  out.insert(out.end(), layout.directory.begin(), layout.directory.end());
  out.insert(out.end(), layout.end_record.begin(), layout.end_record.end());
  return out;
}

// The new archive; what it is made of is reread, so it has to pass the strict reader.
struct Rewritten {
  Buffer bytes;
  ZipArchive zip;
  std::size_t parts = 0;
  std::size_t unchanged = 0;

  const ZipEntry& entry(const std::string& name) const {
    const ZipEntry* found = zip.find(name);
    REQUIRE(found != nullptr);
    return *found;
  }
  Buffer data(const std::string& name) const {
    const UniqueFd fd = memory_file(bytes);
    const auto file = FileBytes::open(fd.get());
    const auto content = read_zip_entry(*file, entry(name), 1U << 24U);
    REQUIRE(content.ok());
    return *content;
  }
  Buffer local_extra(const std::string& name) const {
    const ZipEntry& found = entry(name);
    const auto start = bytes.begin() + found.header_offset + 30 + static_cast<long>(name.size());
    return Buffer(start, bytes.begin() + static_cast<long>(found.data_offset));
  }
};

Rewritten rewrite(std::span<const uint8_t> apk, const ZipChanges& changes) {
  const UniqueFd fd = memory_file(apk);
  const auto file = FileBytes::open(fd.get());
  REQUIRE(file.ok());
  const auto archive = read_zip(*file);
  REQUIRE(archive.ok());
  const auto layout = lay_out_zip(*file, *archive, changes);
  if (!layout.ok()) UNSCOPED_INFO(layout.error().message());
  REQUIRE(layout.ok());
  Rewritten out;
  out.bytes = contents_of(*layout);
  out.parts = layout->entries.size();
  out.unchanged = layout->unchanged;
  REQUIRE(out.unchanged <= std::min(apk.size(), out.bytes.size()));
  REQUIRE(
      std::equal(apk.begin(), apk.begin() + static_cast<long>(out.unchanged), out.bytes.begin()));
  const UniqueFd new_fd = memory_file(out.bytes);
  const auto new_file = FileBytes::open(new_fd.get());
  auto reread = read_zip(*new_file);
  if (!reread.ok()) UNSCOPED_INFO(reread.error().message());
  REQUIRE(reread.ok());
  out.zip = std::move(*reread);
  return out;
}

std::string refusal_of(std::span<const uint8_t> apk, const ZipChanges& changes) {
  const UniqueFd fd = memory_file(apk);
  const auto file = FileBytes::open(fd.get());
  const auto archive = read_zip(*file);
  REQUIRE(archive.ok());
  const auto layout = lay_out_zip(*file, *archive, changes);
  return layout.ok() ? "accepted" : layout.error().message();
}

ZipChanges without_alignment() {
  ZipChanges changes;
  changes.align = false;
  return changes;
}

// The entry with an extra field of zeros that puts its data, after `before`, at a multiple.
TestEntry aligned_to(std::size_t multiple, const std::vector<TestEntry>& before, TestEntry entry) {
  const std::size_t data = write_zip(before).entries.size() + 30 + entry.local.name.size();
  entry.local_extra = Buffer((multiple - data % multiple) % multiple, 0);
  return entry;
}

// Everything that must survive: a gap, descriptors, an extra field, a comment, padding at the end.
TestZip rich_zip() {
  std::vector<TestEntry> entries = {deflated("AndroidManifest.xml", Buffer(500, 'm'))};
  TestEntry gapped = deflated("res/a.txt", Buffer(300, 'a'));
  gapped.gap_before = pattern(17);
  entries.push_back(gapped);
  entries.push_back(with_descriptor(deflated("res/b.txt", pattern(200))));
  entries.push_back(aligned_to(4, entries, stored("classes.dex", pattern(1001))));
  entries.push_back(aligned_to(16384, entries, stored("lib/arm64-v8a/x.so", pattern(77))));
  TestZip zip = write_zip(entries);
  zip.entries.resize(zip.entries.size() + 5);
  zip.comment = pattern(30);
  return zip;
}

TEST_CASE("zip layout: without a change, every byte is the input's") {
  const Buffer apk = rich_zip().file();
  for (const ZipChanges& changes : {ZipChanges{}, without_alignment()}) {
    const Rewritten out = rewrite(apk, changes);
    CHECK((out.bytes == apk));
    CHECK(out.parts == 1);
    CHECK(out.unchanged == rich_zip().entries.size());
  }
}

TEST_CASE("zip layout: how much is unchanged before the first change") {
  const TestZip zip = rich_zip();
  const Buffer apk = zip.file();
  const auto unchanged = [&](const std::set<std::string>& drop, bool add) {
    ZipChanges changes;
    changes.drop = drop;
    if (add) changes.add = {{"META-INF/CERT.SF", pattern(50)}};
    return rewrite(apk, changes).unchanged;
  };
  const Rewritten same = rewrite(apk, {});
  CHECK(unchanged({}, true) == zip.entries.size());
  CHECK(unchanged({"AndroidManifest.xml"}, false) == 0);
  CHECK(unchanged({"AndroidManifest.xml"}, true) == 0);
  CHECK(unchanged({"res/b.txt"}, false) == same.entry("res/a.txt").end_offset);
  CHECK(unchanged({"res/b.txt"}, true) == same.entry("res/a.txt").end_offset);
  std::vector<TestEntry> entries = {deflated("AndroidManifest.xml", Buffer(500, 'm'))};
  const std::size_t first = write_zip(entries).entries.size();
  entries.push_back(stored("x", pattern(1001)));  // at no multiple of 4
  while ((first + 31 + entries[1].local_extra.size()) % 4 == 0) entries[1].local_extra.push_back(0);
  CHECK(rewrite(write_zip(entries).file(), {}).unchanged == first);
}

TEST_CASE("zip layout: a signing block and its padding are left out") {
  const TestZip zip = write_zip(apk_entries());
  const Buffer apk = signed_apk(zip, {{rsa_signer()}, {rsa_signer()}, {}});
  CHECK((rewrite(apk, without_alignment()).bytes == zip.file()));
  TestZip padded = zip;
  padded.entries.resize(zip.entries.size() + 100);
  CHECK((rewrite(padded.file(signing_block({{1, pattern(9)}})), without_alignment()).bytes ==
         zip.file()));
}

TEST_CASE("zip layout: entries are dropped, the others keep their bytes") {
  const TestZip zip = rich_zip();
  ZipChanges changes = without_alignment();
  changes.drop = {"res/a.txt", "res/b.txt", "not/there"};
  Rewritten out = rewrite(zip.file(), changes);
  CHECK(out.zip.entries.size() == 3);
  CHECK(out.data("classes.dex") == pattern(1001));
  CHECK(out.zip.end_record.size() == 22 + 30);
  CHECK(out.bytes.size() < zip.file().size() - 300);

  // The first one, with a gap after it: an archive starts with an entry.
  changes.drop = {"AndroidManifest.xml"};
  out = rewrite(zip.file(), changes);
  CHECK(out.entry("res/a.txt").header_offset == 0);
  CHECK(out.data("res/b.txt") == pattern(200));
}

TEST_CASE("zip layout: the gap before an entry goes with it") {
  std::vector<TestEntry> entries = {stored("a", pattern(8)), stored("b", pattern(8)),
                                    stored("c", pattern(8))};
  entries[1].gap_before = pattern(5);
  entries[2].gap_before = pattern(7);
  ZipChanges changes = without_alignment();
  changes.drop = {"b"};
  const Rewritten out = rewrite(write_zip(entries).file(), changes);
  CHECK(out.entry("c").header_offset == out.entry("a").end_offset + 7);
}

TEST_CASE("zip layout: entries in another order than the directory's") {
  std::vector<TestEntry> entries = {stored("a", pattern(9)), stored("b", pattern(10)),
                                    stored("c", pattern(11))};
  const TestZip straight = write_zip(entries);
  TestZip zip = straight;
  const std::size_t record = 46 + 1;
  std::rotate(zip.directory.begin(), zip.directory.begin() + record, zip.directory.end());
  ZipChanges changes;
  CHECK((rewrite(zip.file(), without_alignment()).bytes == zip.file()));
  const Rewritten out = rewrite(zip.file(), changes);
  CHECK(out.zip.entries[0].name == "b");
  CHECK(out.data("a") == pattern(9));
  CHECK(out.data("c") == pattern(11));
  for (const ZipEntry& entry : out.zip.entries) CHECK(entry.data_offset % 4 == 0);
}

TEST_CASE("zip layout: entries are added after the last, deflated, with a fixed time") {
  ZipChanges changes;
  changes.add = {{"META-INF/CERT.SF", Buffer(5000, 'x')},
                 {"META-INF/CERT.RSA", pattern(700)},
                 {"assets/caf\xc3\xa9", {}}};
  const Buffer apk = rich_zip().file();
  const Rewritten out = rewrite(apk, changes);
  REQUIRE(out.zip.entries.size() == 8);
  CHECK(std::equal(apk.begin(), apk.begin() + static_cast<long>(rich_zip().entries.size()),
                   out.bytes.begin()));
  const ZipEntry& added = out.zip.entries[5];
  CHECK(added.name == "META-INF/CERT.SF");
  CHECK(added.header_offset == rich_zip().entries.size());
  CHECK(added.method == 8);
  CHECK(added.time == 0);
  CHECK(added.date == 0x21);
  CHECK(added.compressed_size < 100);
  CHECK(out.zip.entries[7].flags == 0x0800);
  CHECK(out.data("META-INF/CERT.SF") == Buffer(5000, 'x'));
  CHECK(out.data("META-INF/CERT.RSA") == pattern(700));
  CHECK(out.data("assets/caf\xc3\xa9").empty());
  CHECK((rewrite(apk, changes).bytes == out.bytes));

  // An old entry of that name must have been dropped.
  changes.add = {{"classes.dex", pattern(4)}};
  changes.drop = {"classes.dex"};
  CHECK(rewrite(apk, changes).data("classes.dex") == pattern(4));
}

TEST_CASE("zip layout: misaligned data is aligned, and nothing else changes") {
  std::vector<TestEntry> entries = {
      stored("assets/odd-name", pattern(50)),     deflated("res/a.txt", Buffer(300, 'a')),
      stored("lib/x86/old.so", pattern(60)),      deflated("lib/x86/deflated.so", pattern(10)),
      stored("assets/not-in-lib.so", pattern(3)), stored("dir/", {})};
  entries[0].local_extra = {0x99, 0x99, 2, 0, 'h', 'i', 0, 0, 0};
  entries[2].local_extra = {0x35, 0xd9, 3, 0, 4, 0, 0, 0x99, 0x99, 0, 0};
  const Rewritten out = rewrite(write_zip(entries).file(), {});
  CHECK(out.entry("assets/odd-name").data_offset % 4 == 0);
  CHECK(out.entry("lib/x86/old.so").data_offset % 16384 == 0);
  CHECK(out.entry("assets/not-in-lib.so").data_offset % 4 == 0);
  for (const TestEntry& entry : entries) {
    if (entry.local.method == 0) CHECK(out.data(entry.local.name) == entry.data);
  }
  CHECK(out.local_extra("res/a.txt").empty());
  CHECK(out.local_extra("lib/x86/deflated.so").empty());
  CHECK(out.local_extra("dir/").empty());
  // Fields that do not align are kept, the old alignment is not.
  const Buffer extra = out.local_extra("assets/odd-name");
  CHECK(Buffer(extra.begin(), extra.begin() + 8) == Buffer{0x99, 0x99, 2, 0, 'h', 'i', 0x35, 0xd9});
  CHECK(extra[10] == 4);
  const Buffer library = out.local_extra("lib/x86/old.so");
  CHECK(Buffer(library.begin(), library.begin() + 6) == Buffer{0x99, 0x99, 0, 0, 0x35, 0xd9});
  CHECK(LittleEndianReader(std::span(library).subspan(8)).u16() == 16384);
  CHECK(LittleEndianReader(std::span(library).subspan(6)).u16() == library.size() - 8);
  // What is aligned once is aligned for good.
  CHECK((rewrite(out.bytes, {}).bytes == out.bytes));
}

TEST_CASE("zip layout: a library at a multiple of 4096 stays as it is") {
  std::vector<TestEntry> entries = {stored("ab", pattern(5000))};
  TestEntry library = aligned_to(16384, entries, stored("lib/x86/a.so", pattern(10)));
  library.local_extra.resize(library.local_extra.size() - 8192);
  entries.push_back(library);
  const Buffer apk = write_zip(entries).file();
  Rewritten out = rewrite(apk, {});
  CHECK(out.entry("lib/x86/a.so").data_offset == 8192);
  CHECK((out.bytes == apk));
  // Moved to where it is no such multiple, it gets what is asked for today.
  ZipChanges changes;
  changes.drop = {"ab"};
  out = rewrite(apk, changes);
  CHECK(out.entry("lib/x86/a.so").data_offset == 16384);
}

TEST_CASE("zip layout: a move changes only what it misaligns") {
  std::vector<TestEntry> entries = {stored("gone", pattern(8192 - 34))};
  entries.push_back(aligned_to(4, entries, stored("data", pattern(40))));
  entries.push_back(aligned_to(16384, entries, stored("lib/x86/a.so", pattern(10))));
  entries.push_back(aligned_to(4, entries, stored("more", pattern(41))));
  ZipChanges changes;
  changes.drop = {"gone"};
  const Rewritten out = rewrite(write_zip(entries).file(), changes);
  // 8192 bytes less: fine for 4, and a library that was at 16384 is not content with 8192.
  CHECK(out.entry("data").header_offset == 0);
  CHECK(out.local_extra("data") == entries[1].local_extra);
  CHECK(out.entry("lib/x86/a.so").data_offset == 16384);
  CHECK(out.local_extra("more") == entries[3].local_extra);
}

TEST_CASE("zip layout: data descriptors travel with their entries") {
  std::vector<TestEntry> entries = {stored("gone", pattern(3)),
                                    with_descriptor(stored("kept", pattern(21))),
                                    with_descriptor(deflated("deflated", pattern(33)))};
  ZipChanges changes;
  changes.drop = {"gone"};
  const Rewritten out = rewrite(write_zip(entries).file(), changes);
  CHECK(out.entry("kept").data_offset % 4 == 0);
  CHECK(out.entry("kept").end_offset == out.entry("kept").data_offset + 21 + 16);
  CHECK(out.data("kept") == pattern(21));
  CHECK(out.data("deflated") == pattern(33));
}

TEST_CASE("zip layout: refused") {
  const Buffer apk = rich_zip().file();
  ZipChanges changes;
  changes.add = {{"classes.dex", {}}};
  CHECK(refusal_of(apk, changes) == "APK: has an entry 'classes.dex' already");
  changes.add = {{"new", {}}, {"new", {}}};
  CHECK(refusal_of(apk, changes) == "APK: has an entry 'new' already");
  changes.add = {{"../new", {}}};
  CHECK(refusal_of(apk, changes) != "accepted");
  changes.add = {};
  changes.drop = {"a"};
  CHECK(refusal_of(write_zip({stored("a", {})}).file(), changes) == "APK: would have no entries");
  changes.drop = {};
  TestEntry crowded = stored("abc", pattern(3));
  crowded.local_extra = join({Buffer{0x99, 0x99, 0xf8, 0xff}, Buffer(0xfff8, 1)});
  REQUIRE(crowded.local_extra.size() % 4 == 0);
  CHECK(refusal_of(write_zip({crowded}).file(), changes).find("no room") != std::string::npos);

  const Buffer record(22, 0);
  CHECK(end_record_at(record, 0xfffffffe).ok());
  CHECK_FALSE(end_record_at(record, 0xffffffff).ok());
  Buffer block = signing_block({{1, {}}});
  block[0] ^= 1;
  CHECK(refusal_of(write_zip(apk_entries()).file(block), changes).find("APK_SIG_BLOCK") !=
        std::string::npos);
}

TEST_CASE("byte sources: several as one") {
  const Buffer bytes = pattern(10);
  const ByteSource whole = joined({memory_source(std::span(bytes).first(3)), owned_source({}),
                                   zero_padded(owned_source({7, 8}), 2), memory_source({})});
  REQUIRE(whole.size == 7);
  const Buffer expected = {bytes[0], bytes[1], bytes[2], 7, 8, 0, 0};
  for (std::size_t from = 0; from <= expected.size(); ++from) {
    for (std::size_t to = from; to <= expected.size(); ++to) {
      Buffer part(to - from);
      REQUIRE(whole.read(from, part).ok());
      CHECK(part == Buffer(expected.begin() + static_cast<long>(from),
                           expected.begin() + static_cast<long>(to)));
    }
  }
  CHECK(joined({}).size == 0);
}

}  // namespace
}  // namespace hallmark::apk_test
