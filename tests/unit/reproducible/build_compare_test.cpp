// Where two artefacts differ, in words; with real archives, made by ar, tar and zip's own writer.
#include "reproducible/build_compare.hpp"

#include <archive.h>
#include <archive_entry.h>

#include "reproducible/archive_walk.hpp"
#include "tests/unit/reproducible/build_fixtures.hpp"

namespace hallmark {
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

std::string make_archive(const Members& members, const char* format, int filter) {
  std::string out(1 << 20, '\0');
  std::size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_set_format_by_name(writer, format);
  archive_write_add_filter(writer, filter);
  archive_write_open_memory(writer, out.data(), out.size(), &used);
  for (const auto& [name, bytes] : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    REQUIRE(archive_write_header(writer, entry) == ARCHIVE_OK);
    REQUIRE(archive_write_data(writer, bytes.data(), bytes.size()) >= 0);
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

std::string make_deb(const Members& data) {
  return make_archive(
      {{"debian-binary", "2.0\n"},
       {"control.tar.gz", make_archive({{"./control", "x"}}, "gnutar", ARCHIVE_FILTER_GZIP)},
       {"data.tar.xz", make_archive(data, "gnutar", ARCHIVE_FILTER_XZ)}},
      "argnu", ARCHIVE_FILTER_NONE);
}

std::string make_zip(const Members& members) {
  return make_archive(members, "zip", ARCHIVE_FILTER_NONE);
}

std::vector<CollectedFile> files(const test::TestFolder& folder, const std::string& sub,
                                 const Members& named) {
  std::vector<CollectedFile> out;
  for (const auto& [name, bytes] : named) {
    auto file = open_at(AT_FDCWD, folder.write(sub + "/" + name, bytes), O_RDONLY);
    REQUIRE(file.ok());
    const auto digest = digest_fd(file->get());
    REQUIRE(digest.ok());
    out.push_back({name, std::move(*file), *digest});
  }
  return out;
}

const std::vector<Telltale> kTelltales = {{"path", "/build/first", "/home/second/longer"},
                                          {"year", "2026", "2027"}};

std::string difference(const Members& first, const Members& second) {
  const test::TestFolder folder;
  const auto found =
      first_difference(files(folder, "first", first), files(folder, "second", second), kTelltales);
  return found ? found->artefact + ": " + found->what : "none";
}

TEST_CASE("equal builds have no difference") {
  CHECK(difference({{"a.deb", "x"}, {"b.deb", "y"}}, {{"a.deb", "x"}, {"b.deb", "y"}}) == "none");
}

TEST_CASE("the first differing file inside a .deb is named") {
  const Members same = {{"./usr/bin/a", "1"}, {"./usr/bin/b", "2"}, {"./usr/share/c", "3"}};
  Members changed = same;
  changed[1].second = "X";
  changed[2].second = "X";
  CHECK(difference({{"a.deb", make_deb(same)}}, {{"a.deb", make_deb(changed)}}) ==
        "a.deb: data.tar.xz: ./usr/bin/b in it differs; at byte 0 it has \"2\" and \"X\"");
  changed.pop_back();
  changed[1].second = "2";
  CHECK(difference({{"a.deb", make_deb(same)}}, {{"a.deb", make_deb(changed)}}) ==
        "a.deb: data.tar.xz: ./usr/share/c is in one of the two only");
}

TEST_CASE("the first differing entry of an APK is named") {
  const Members same = {{"AndroidManifest.xml", "m"}, {"classes.dex", "d"}};
  Members changed = same;
  changed[1].second = "D";
  CHECK(difference({{"a.apk", make_zip(same)}}, {{"a.apk", make_zip(changed)}}) ==
        "a.apk: classes.dex in it differs; at byte 0 it has \"d\" and \"D\"");
  std::swap(changed[0], changed[1]);
  CHECK(difference({{"a.apk", make_zip(same)}}, {{"a.apk", make_zip(changed)}}) ==
        "a.apk: holds AndroidManifest.xml where the other has classes.dex");
}

std::string cause(const std::string& first, const std::string& second) {
  return difference({{"a.apk", make_zip({{"f", first}})}}, {{"a.apk", make_zip({{"f", second}})}});
}

TEST_CASE("the probable cause is named") {
  CHECK(cause("Copyright 2026 A", "Copyright 2027 A") ==
        "a.apk: f in it differs; the build's year is in it: \"Copyright 2026 A\" and \"Copyright "
        "2027 "
        "A\"");
  const std::string far(5000, '-');
  CHECK(cause("1" + far + "/build/first/x.c", "2" + far + "/home/second/longer/x.c")
            .find("the build's path is in it: \"-") != std::string::npos);
  // Behind a checksum, say, that differs because of it.
  CHECK(cause("1" + far + "2026", "2" + far + "2027").find("the build's year is in it: \"-") !=
        std::string::npos);
  // By chance, elsewhere in the file.
  CHECK(cause("1 2026", "2" + far + "2027").find("year") == std::string::npos);
  CHECK(cause("a\x1b[31m\n", "b") ==
        "a.apk: f in it differs; at byte 0 it has \"a.[31m.\" and \"b\"");
}

TEST_CASE("a member that was compressed is compared by what is in it") {
  const auto page = [](const std::string& text) {
    return make_archive({{"page", text}}, "raw", ARCHIVE_FILTER_GZIP);
  };
  CHECK(cause(page("hello 2026"), page("hello 2027")).find("\"hello 2026\" and \"hello 2027\"") !=
        std::string::npos);
}

TEST_CASE("a cause that cannot be seen is not made up") {
  const std::string much(5 << 20, '-');
  const auto zip = [](const std::string& content) {
    std::string out(6 << 20, '\0');
    std::size_t used = 0;
    archive* writer = archive_write_new();
    archive_write_set_format_zip(writer);
    archive_write_open_memory(writer, out.data(), out.size(), &used);
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, "f");
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    REQUIRE(archive_write_header(writer, entry) == ARCHIVE_OK);
    REQUIRE(archive_write_data(writer, content.data(), content.size()) >= 0);
    archive_entry_free(entry);
    archive_write_close(writer);
    archive_write_free(writer);
    out.resize(used);
    return out;
  };
  CHECK(difference({{"a.apk", zip(much + "1")}}, {{"a.apk", zip(much + "2")}}) ==
        "a.apk: f in it differs, after its first 4 MiB");
  std::string page = make_archive({{"page", "text"}}, "raw", ARCHIVE_FILTER_GZIP);
  std::string later = page;
  later.at(4) = static_cast<char>(later.at(4) + 1);  // the time in gzip's header
  CHECK(cause(page, later) == "a.apk: f in it differs in how it was compressed");
}

TEST_CASE("checksums are named only where nothing else differs") {
  const auto deb = [](const std::string& sums, const std::string& file) {
    return make_archive(
        {{"debian-binary", "2.0\n"},
         {"control.tar.gz", make_archive({{"./md5sums", sums}}, "gnutar", ARCHIVE_FILTER_GZIP)},
         {"data.tar.xz", make_archive({{"./a", file}}, "gnutar", ARCHIVE_FILTER_XZ)}},
        "argnu", ARCHIVE_FILTER_NONE);
  };
  CHECK(difference({{"a.deb", deb("1", "x")}}, {{"a.deb", deb("2", "y")}}) ==
        "a.deb: data.tar.xz: ./a in it differs; at byte 0 it has \"x\" and \"y\"");
  CHECK(difference({{"a.deb", deb("1", "x")}}, {{"a.deb", deb("2", "x")}}) ==
        "a.deb: control.tar.gz: ./md5sums in it differs");
}

TEST_CASE("what is no archive differs in its bytes") {
  CHECK(difference({{"a.apk", "one"}}, {{"a.apk", "three"}}) ==
        "a.apk: its bytes differ (3 and 5 bytes)");
}

TEST_CASE("a file that only one build made is named") {
  CHECK(difference({{"a.deb", "x"}}, {{"a.deb", "x"}, {"b.deb", "y"}}) ==
        "b.deb: only one of the two builds made it");
  CHECK(difference({{"a.deb", "x"}, {"c.deb", "y"}}, {{"b.deb", "x"}, {"c.deb", "y"}}) ==
        "a.deb: only one of the two builds made it");
  CHECK(difference({}, {{"b.deb", "y"}}) == "b.deb: only one of the two builds made it");
}

TEST_CASE("hostile names are shown without control characters") {
  const test::TestFolder folder;
  const auto file =
      open_at(AT_FDCWD, folder.write("a", make_zip({{"a\x1b[31m\nb", "x"}})), O_RDONLY);
  const auto members = walk_archive(file->get());
  REQUIRE(members.ok());
  CHECK(members->at(0).path == "a?[31m?b");
}

TEST_CASE("a cut archive is an error, not a shorter list") {
  const test::TestFolder folder;
  const std::string deb = make_deb({{"./a", std::string(5000, 'x')}});
  for (const std::size_t size : {deb.size() / 2, deb.size() - 30}) {
    CAPTURE(size);
    const auto file = open_at(AT_FDCWD, folder.write("a", deb.substr(0, size)), O_RDONLY);
    CHECK_FALSE(walk_archive(file->get()).ok());
  }
}

}  // namespace
}  // namespace hallmark
