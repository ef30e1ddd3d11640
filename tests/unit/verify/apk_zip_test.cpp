// Archives that two readers could read in two ways. Each is signed, so that only the structure can
// be what is refused.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_signed_fixtures.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark::apk_test {
namespace {

std::string verdict_on_zip(const TestZip& zip) {
  return verdict_on(signed_apk(zip, {{v2_with_strip_protection()}, {rsa_signer()}, {}}));
}
std::string verdict_on_entries(const std::vector<TestEntry>& entries) {
  return verdict_on_zip(write_zip(entries));
}

// A change to one entry's headers, the same in both unless the test says otherwise.
template <typename Change>
std::string verdict_with(Change change) {
  std::vector<TestEntry> entries = apk_entries();
  change(entries[1]);
  return verdict_on_entries(entries);
}

TEST_CASE("zip: the archives that the forgeries start from are accepted") {
  CHECK(verdict_on(good_apk()) == "verified");
  std::vector<TestEntry> entries = apk_entries();
  entries.push_back(stored("assets/", {}));
  entries.push_back(stored("assets/empty", {}));
  entries.push_back(deflated("assets/empty-deflated", {}));
  entries[1].local_extra = Buffer(6, 0);
  TestZip zip = write_zip(entries);
  zip.comment = pattern(100);
  CHECK(verdict_on_zip(zip) == "verified");
}

TEST_CASE("zip: local header and central directory disagree") {
  using H = TestHeader;
  const std::vector<std::pair<const char*, void (*)(H&)>> changes = {
      {"version needed", [](H& h) { h.version_needed = 10; }},
      {"flags", [](H& h) { h.flags = 0x0800; }},
      {"method", [](H& h) { h.method = 8; }},
      {"time", [](H& h) { h.time ^= 1; }},
      {"date", [](H& h) { h.date ^= 1; }},
      {"CRC", [](H& h) { h.crc32 ^= 1; }},
      {"compressed size", [](H& h) { h.compressed_size -= 1; }},
      {"size", [](H& h) { h.size += 1; }},
      {"name", [](H& h) { h.name = "classes.deX"; }},
      {"length of name", [](H& h) { h.name = "classes.dexx"; }},
  };
  for (const auto& change : changes) {
    INFO(change.first);
    CHECK(verdict_with([&](TestEntry& e) { change.second(e.local); }) == "ZIP_HEADER_MISMATCH");
  }
  TestZip zip = write_zip(apk_entries());
  zip.entries[write_zip({apk_entries()[0]}).entries.size()] = 'Q';  // the second header's signature
  CHECK(verdict_on_zip(zip) == "ZIP_HEADER_MISMATCH");
}

TEST_CASE("zip: data descriptors") {
  const auto described = [](bool signed_form, bool zero_sizes, std::size_t wrong_byte) {
    return verdict_with([&](TestEntry& entry) {
      const TestHeader sizes = entry.local;
      entry = with_descriptor(entry, signed_form);
      if (wrong_byte < entry.descriptor.size()) entry.descriptor[wrong_byte] ^= 1;
      if (zero_sizes) return;
      entry.local = sizes;
      entry.local.flags = 8;
    });
  };
  constexpr std::size_t kNone = 99;
  CHECK(described(true, true, kNone) == "verified");
  CHECK(described(false, true, kNone) == "verified");
  CHECK(described(true, false, kNone) == "verified");
  CHECK(described(true, true, 4) == "ZIP_HEADER_MISMATCH");  // in the CRC
  CHECK(described(false, true, 0) == "ZIP_HEADER_MISMATCH");
  // The flag without a descriptor, and sizes of zero without the flag.
  CHECK(verdict_with([](TestEntry& e) { e.local.flags = e.central.flags = 8; }) ==
        "ZIP_HEADER_MISMATCH");
  CHECK(verdict_with([](TestEntry& e) {
          e.local.crc32 = e.local.compressed_size = e.local.size = 0;
        }) == "ZIP_HEADER_MISMATCH");
}

TEST_CASE("zip: entries overlap") {
  std::vector<TestEntry> entries = apk_entries();
  // The second entry is a whole ZIP entry inside the first entry's data.
  const TestZip inner = write_zip({stored("inner", pattern(10))});
  entries[1] = stored("outer", inner.entries);
  const std::size_t outer_at = write_zip({entries[0]}).entries.size();
  TestEntry hidden = stored("inner", pattern(10));
  TestZip zip = write_zip(entries);
  hidden.forge_offset = true;
  hidden.header_offset = static_cast<uint32_t>(outer_at + 30 + 5);
  std::vector<TestEntry> listed = entries;
  listed.push_back(hidden);
  zip.directory = write_zip(listed).directory;
  zip.count += 1;
  CHECK(verdict_on_zip(zip) == "ZIP_OVERLAP");

  // Two names for one local header cannot be, as the names differ; one header twice is a duplicate.
  listed.back() = entries[1];
  listed.back().forge_offset = true;
  listed.back().header_offset = static_cast<uint32_t>(outer_at);
  zip.directory = write_zip(listed).directory;
  CHECK(verdict_on_zip(zip) == "ZIP_DUPLICATE_NAME");

  // The last entry claims more data than there is before the central directory.
  entries = apk_entries();
  TestHeader& last = entries.back().local;
  last.compressed_size += 100000;
  entries.back().central = last;
  CHECK(verdict_on_entries(entries) == "ZIP_OVERLAP");
  // … or just reaches into the signing block.
  entries.back().local.compressed_size -= 100000 - 5;
  entries.back().central = entries.back().local;
  CHECK(verdict_on_entries(entries) == "ZIP_OVERLAP");
}

TEST_CASE("zip: an entry in a gap, which only local headers name") {
  const auto header = [](const std::string& name, uint32_t size) {
    LittleEndianWriter out;
    out.u32(0x04034b50);
    out.zeros(14);
    out.u32(size);
    out.u32(size);
    out.u16(static_cast<uint16_t>(name.size()));
    out.u16(0);
    out.bytes(as_bytes(name));
    out.zeros(size);
    return out.take();
  };
  const auto with_gap = [](std::size_t before, const Buffer& gap) {
    auto entries = apk_entries();
    entries.at(before).gap_before = gap;
    return verdict_on_entries(entries);
  };
  const Buffer nameless = header("", 70);
  const Buffer hidden = header("classes.dex", 12);
  CHECK(with_gap(1, nameless) == "verified");
  CHECK(with_gap(1, join({nameless, nameless})) == "verified");
  CHECK(with_gap(1, Buffer(29, 0)) == "verified");
  CHECK(with_gap(1, pattern(100)) == "verified");
  for (const std::size_t before : {0U, 1U}) {
    CHECK(with_gap(before, hidden) == "ZIP_FOREIGN_DATA");
    CHECK(with_gap(before, join({nameless, hidden})) == "ZIP_FOREIGN_DATA");
    // Its contents would be the entry that follows.
    CHECK(with_gap(before, header("x", 0)) == "ZIP_FOREIGN_DATA");
  }
}

TEST_CASE("zip: names") {
  const auto verdict_on_name = [](const std::string& name) {
    return verdict_with([&](TestEntry& e) { e.local.name = e.central.name = name; });
  };
  for (const char* name : {"../evil", "a/../evil", "/etc/passwd", "a//b", "./a", "a/.", "..", "/",
                           "", "a\nb", "a\x7f"}) {
    INFO("name: " << name);
    CHECK(verdict_on_name(name) == "ZIP_UNSAFE_NAME");
  }
  CHECK(verdict_on_name(std::string("a\0b", 3)) == "ZIP_UNSAFE_NAME");
  CHECK(verdict_on_name(std::string(300, 'a')) == "ZIP_UNSAFE_NAME");
  CHECK(verdict_on_name("assets/\xc3\xa9.txt") == "verified");

  std::vector<TestEntry> entries = apk_entries();
  entries.push_back(stored("classes.dex", pattern(10)));
  CHECK(verdict_on_entries(entries) == "ZIP_DUPLICATE_NAME");
}

TEST_CASE("zip: what Android does not support") {
  const auto both = [](void (*change)(TestHeader&)) {
    return verdict_with([&](TestEntry& e) {
      change(e.local);
      e.central = e.local;
    });
  };
  CHECK(both([](TestHeader& h) { h.flags = 1; }) == "ZIP_UNSUPPORTED");
  CHECK(both([](TestHeader& h) { h.flags = 0x2000; }) == "ZIP_UNSUPPORTED");
  CHECK(both([](TestHeader& h) { h.method = 12; }) == "ZIP_UNSUPPORTED");
  CHECK(both([](TestHeader& h) { h.size = 0xffffffff; }) == "ZIP_UNSUPPORTED");
  CHECK(both([](TestHeader& h) { h.compressed_size = 0xffffffff; }) == "ZIP_UNSUPPORTED");
  CHECK(both([](TestHeader& h) { h.size += 1; }) == "ZIP_MALFORMED_DIRECTORY");
  CHECK(verdict_with([](TestEntry& e) {
          e.forge_offset = true;
          e.header_offset = 0xffffffff;
        }) == "ZIP_UNSUPPORTED");

  // A zip64 locator before the end record; as it is data there, it must be looked for first.
  TestZip zip = write_zip(apk_entries());
  LittleEndianWriter locator;
  locator.u32(0x07064b50);
  locator.zeros(16);
  zip.directory = join({zip.directory, locator.take()});
  CHECK(verdict_on_zip(zip) == "ZIP_UNSUPPORTED");
}

TEST_CASE("zip: end record") {
  const Buffer good = good_apk();
  const TestZip zip = write_zip(apk_entries());
  const auto end_field = [&](std::size_t field, uint16_t value) {
    Buffer forged = good;
    forged[forged.size() - 22 + field] = static_cast<uint8_t>(value);
    forged[forged.size() - 22 + field + 1] = static_cast<uint8_t>(value >> 8);
    return verdict_on(forged);
  };
  CHECK(end_field(4, 1) == "ZIP_UNSUPPORTED");           // this disk
  CHECK(end_field(6, 1) == "ZIP_UNSUPPORTED");           // the directory's disk
  CHECK(end_field(8, 2) == "ZIP_UNSUPPORTED");           // entries on this disk
  CHECK(end_field(12, 1) == "ZIP_DIRECTORY_MISPLACED");  // size
  CHECK(end_field(16, 1) == "ZIP_DIRECTORY_MISPLACED");  // offset
  CHECK(end_field(20, 1) == "ZIP_NO_END_RECORD");        // comment length
  CHECK(verdict_on({}) == "ZIP_NO_END_RECORD");
  CHECK(verdict_on(Buffer(21, 0)) == "ZIP_NO_END_RECORD");
  CHECK(verdict_on(std::span(good).first(good.size() - 1)) == "ZIP_NO_END_RECORD");

  TestZip miscounted = zip;
  miscounted.count += 1;
  CHECK(verdict_on_zip(miscounted) == "ZIP_MALFORMED_DIRECTORY");
  CHECK(verdict_on_zip(TestZip{}) != "verified");
}

TEST_CASE("zip: trailing bytes") {
  Buffer forged = good_apk();
  forged.push_back(0);
  CHECK(verdict_on(forged) == "ZIP_NO_END_RECORD");
}

TEST_CASE("zip: data between central directory and end record") {
  TestZip zip = write_zip(apk_entries());
  const Buffer block = signing_block({{kV2, scheme_value(kV2, zip, {rsa_signer()})}});
  const uint64_t directory_offset = zip.entries.size() + block.size();
  const Buffer forged =
      join({zip.entries, block, zip.directory, Buffer(8, 0), zip.end_record(directory_offset)});
  CHECK(verdict_on(forged) == "ZIP_DIRECTORY_MISPLACED");
}

TEST_CASE("zip: an end record in the comment") {
  TestZip zip = write_zip(apk_entries());
  // A whole second end record, for the readers that take the last one …
  zip.comment = write_zip(apk_entries()).end_record(0);
  CHECK(verdict_on_zip(zip) == "ZIP_AMBIGUOUS_END_RECORD");
  // … one with a comment of its own, and one that is only a signature.
  zip.comment = join({zip.end_record(0), pattern(9)});
  CHECK(verdict_on_zip(zip) == "ZIP_AMBIGUOUS_END_RECORD");
  zip.comment = join({Buffer{'P', 'K', 5, 6}, pattern(40)});
  CHECK(verdict_on_zip(zip) == "ZIP_AMBIGUOUS_END_RECORD");
  zip.comment = join({pattern(40), Buffer{'P', 'K', 5, 6}});
  CHECK(verdict_on_zip(zip) == "ZIP_AMBIGUOUS_END_RECORD");
}

TEST_CASE("zip: something else before the first entry (Janus), or after the last") {
  std::vector<TestEntry> entries = apk_entries();
  entries[0].gap_before = join({Buffer{'d', 'e', 'x', '\n', '0', '3', '5', 0}, pattern(100)});
  CHECK(verdict_on_entries(entries) == "ZIP_FOREIGN_DATA");
  entries = apk_entries();
  entries[0].gap_before = Buffer(8, 0);
  CHECK(verdict_on_entries(entries) == "ZIP_FOREIGN_DATA");

  TestZip zip = write_zip(apk_entries());
  zip.entries.resize(zip.entries.size() + 100);
  CHECK(verdict_on_zip(zip) == "verified");  // padding
  zip.entries.back() = 1;
  CHECK(verdict_on_zip(zip) == "ZIP_FOREIGN_DATA");
}

TEST_CASE("zip: a manifest that does not decompress to what the headers say") {
  const auto verdict_on_manifest = [](void (*change)(TestEntry&)) {
    std::vector<TestEntry> entries = apk_entries();
    change(entries[0]);
    entries[0].central = entries[0].local;
    return verdict_on_entries(entries);
  };
  CHECK(verdict_on_manifest([](TestEntry& e) { e.local.crc32 ^= 1; }) == "ZIP_MALFORMED_ENTRY");
  CHECK(verdict_on_manifest([](TestEntry& e) { e.local.size += 1; }) == "ZIP_MALFORMED_ENTRY");
  CHECK(verdict_on_manifest([](TestEntry& e) { e.local.size -= 1; }) == "ZIP_MALFORMED_ENTRY");
  CHECK(verdict_on_manifest([](TestEntry& e) { e.local.size = 5U << 20U; }) ==
        "ZIP_MALFORMED_ENTRY");
  CHECK(verdict_on_manifest([](TestEntry& e) { e.data[0] = 0xff; }) == "ZIP_MALFORMED_ENTRY");
  std::vector<TestEntry> entries = apk_entries();
  entries.erase(entries.begin());
  CHECK(verdict_on_entries(entries) == "APK_MANIFEST_MISSING");
}

TEST_CASE("zip: something that is no regular file is an error, not a verdict") {
  const auto pipe_or_directory = open_dir("/");
  REQUIRE(pipe_or_directory.ok());
  CHECK_FALSE(verify_apk(pipe_or_directory->get(), {"/", std::nullopt}).ok());
}

}  // namespace
}  // namespace hallmark::apk_test
