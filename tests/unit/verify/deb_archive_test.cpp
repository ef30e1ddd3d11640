// Forged .deb archives: the ar shell, the compression and the tar archive within.
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>
#include <vector>

#include "tests/unit/tools.hpp"
#include "tests/unit/verify/deb_fixtures.hpp"
#include "verify/deb_package.hpp"
#include "verify/deb_tar.hpp"

namespace {

using namespace hallmark;
using namespace hallmark::deb_test;
using hallmark::test::run_tool;

const std::string kControlTar = tar({{"./", "", '5'}, {"./control", kControl}});

std::string cause(const std::string& bytes) {
  const auto deb = read_deb(memory_file(bytes).get(), "x.deb");
  if (deb.ok()) return "accepted";
  CHECK(deb.error().kind == ErrorKind::kVerification);
  return deb.error().cause;
}

std::string ar_cause(const std::function<void(std::vector<ArMember>&)>& forge) {
  std::vector<ArMember> members = deb_members(kControlTar);
  forge(members);
  return cause(ar(members));
}

std::string tar_cause(const std::string& control_tar) {
  const auto control = find_control_in_tar(control_tar, "control.tar");
  if (control.ok()) return "accepted";
  CHECK(control.error().kind == ErrorKind::kVerification);
  return control.error().cause;
}

const std::string kBadEntry = "has an entry that is malformed or not a plain file or directory";
const std::string kBadHeader = "has a malformed ar header";

}  // namespace

TEST_CASE("deb archive: what is not forged is accepted") {
  CHECK(ar_cause([](auto&) {}) == "accepted");
  CHECK(tar_cause(kControlTar) == "accepted");
}

TEST_CASE("deb archive: not an ar archive") {
  CHECK(cause("") == "is not an ar archive");
  CHECK(cause("!<arch>") == "is not an ar archive");
  CHECK(cause("!<thin>\n" + deb_of_control(kControl).substr(8)) == "is not an ar archive");
  CHECK(cause("!<arch>\n") == "has no member debian-binary");
}

TEST_CASE("deb archive: cut at each length of its headers, and anywhere") {
  const std::string bytes = deb_of_control(kControl);
  for (std::size_t size = 0; size < bytes.size(); size += size < 400 ? 1 : 97) {
    CHECK(cause(bytes.substr(0, size)) != "accepted");
  }
  CHECK(cause(bytes.substr(0, bytes.size() - 1)) != "accepted");
}

TEST_CASE("deb archive: sizes that are absurd") {
  for (const char* size : {"9999999999", "4294967296", "4294967295", "2147483648", "100000"}) {
    CHECK(ar_cause([&](auto& m) { m[1].size = size; }) == "is shorter than its member control.tar");
  }
  for (const char* size : {"-1", "+3072", "0x100", "3072a", "3 072", " 3072", "3072.0", "\n3072"}) {
    CHECK(ar_cause([&](auto& m) { m[1].size = size; }) == kBadHeader);
  }
  CHECK(ar_cause([](auto& m) { m[1].size = "          "; }) == kBadHeader);
  CHECK(ar_cause([](auto& m) { m[1].size = "0"; }) != "accepted");
  CHECK(ar_cause([](auto& m) { m[1].size = std::to_string(m[1].content.size() - 2); }) !=
        "accepted");
}

TEST_CASE("deb archive: other header fields") {
  CHECK(ar_cause([](auto& m) { m[0].end = "`\r"; }) == kBadHeader);
  CHECK(ar_cause([](auto& m) { m[0].mtime = "-5"; }) == kBadHeader);
  CHECK(ar_cause([](auto& m) { m[0].mode = "100888"; }) == kBadHeader);
  CHECK(ar_cause([](auto& m) { m[0].name = ""; }) == kBadHeader);
  CHECK(ar_cause([](auto& m) { m[1].name = "control\x1b.tar"; }) == kBadHeader);
  CHECK(ar_cause([](auto& m) { m[1].name = "control.tar//"; }) == kBadHeader);
  // ar from binutils ends names with a slash, and dpkg accepts it.
  CHECK(ar_cause([](auto& m) { m[1].name = "control.tar/"; }) == "accepted");
}

TEST_CASE("deb archive: padding") {
  const auto odd = [](const std::string& padding) {
    return ar_cause([&](auto& m) {
      m.insert(m.begin() + 1, ArMember{"_odd", "odd", "", "`\n", padding});
    });
  };
  CHECK(odd("\n") == "accepted");
  CHECK(odd("x") == "has malformed ar padding");
  CHECK(odd(std::string(1, '\0')) == "has malformed ar padding");
  CHECK(odd("") != "accepted");
  CHECK(ar_cause([](auto& m) {
          m[2] = ArMember{"data.tar", "odd", "", "`\n", ""};
        }) == "ends in the middle of an ar header");
}

TEST_CASE("deb archive: the format version") {
  for (const char* version : {"2.1\n", "3.0\n", "2.0", "2.0\n\n", "", "0.939000\n", "2.0\r"}) {
    CHECK(ar_cause([&](auto& m) { m[0].content = version; }) == "is not of .deb format 2.0");
  }
}

TEST_CASE("deb archive: members missing, twice, in another order or unknown") {
  CHECK(ar_cause([](auto& m) { m.erase(m.begin()); }) ==
        "has a member control.tar where debian-binary must be");
  CHECK(ar_cause([](auto& m) { m.erase(m.begin() + 1); }) ==
        "has a member data.tar where control.tar must be");
  CHECK(ar_cause([](auto& m) { m.pop_back(); }) == "has no member data.tar");
  CHECK(ar_cause([](auto& m) { m.insert(m.begin() + 1, m[1]); }) ==
        "has a member control.tar where data.tar must be");
  CHECK(ar_cause([](auto& m) { m.push_back(m[1]); }) == "has a member too many: control.tar");
  CHECK(ar_cause([](auto& m) {
          m.push_back({"control.tar.gz", "x"});
        }) == "has a member too many: control.tar.gz");
  CHECK(ar_cause([](auto& m) { m.push_back(m[2]); }) == "has a member too many: data.tar");
  CHECK(ar_cause([](auto& m) { std::swap(m[1], m[2]); }) ==
        "has a member data.tar where control.tar must be");
  CHECK(ar_cause([](auto& m) { m.push_back({"evil", "x"}); }) == "has a member too many: evil");
  CHECK(ar_cause([](auto& m) { m.push_back({"/", "symbols"}); }) == kBadHeader);
  CHECK(ar_cause([](auto& m) { m[1].name = "control.tar.lzma"; }) ==
        "has a member control.tar.lzma where control.tar must be");
  CHECK(ar_cause([](auto& m) { m[1].name = "control.tar.bz2"; }) != "accepted");
  CHECK(ar_cause([](auto& m) { m[2].name = "data.tar.exe"; }) != "accepted");
}

TEST_CASE("deb archive: members whose name starts with an underscore are ignored") {
  CHECK(ar_cause([](auto& m) { m.insert(m.begin() + 1, {"_one", "x"}); }) == "accepted");
  CHECK(ar_cause([](auto& m) { m.insert(m.begin() + 2, {"_two", "xy"}); }) == "accepted");
  CHECK(ar_cause([](auto& m) { m.push_back({"_gpgorigin", "signature"}); }) == "accepted");
  CHECK(ar_cause([](auto& m) {
          m.insert(m.begin(), {"_first", "xy"});
        }) == "does not begin with debian-binary");
  CHECK(ar_cause([](auto& m) {
          m.insert(m.end(), 17, {"_many", "xy"});
        }) == "has too many members");
}

TEST_CASE("deb archive: bytes after the last member") {
  const std::string bytes = deb_of_control(kControl);
  CHECK(cause(bytes + "\n") != "accepted");
  CHECK(cause(bytes + std::string(60, '\0')) == kBadHeader);
  CHECK(cause(bytes + std::string(512, ' ')) == kBadHeader);
}

TEST_CASE("deb archive: compressed otherwise than its name says") {
  const std::string gz = run_tool("/bin/gzip", {"-nc"}, kControlTar);
  const std::string xz = run_tool("/usr/bin/xz", {"-c"}, kControlTar);
  const std::string gz_twice = run_tool("/bin/gzip", {"-nc"}, gz);
  const auto named = [](const std::string& name, const std::string& content) {
    return ar_cause([&](auto& m) { m[1] = ArMember{name, content}; });
  };
  CHECK(named("control.tar.gz", gz) == "accepted");
  CHECK(named("control.tar.xz", xz) == "accepted");
  CHECK(named("control.tar.gz", kControlTar) ==
        "control.tar.gz is not compressed as its name says");
  CHECK(named("control.tar.gz", xz) == "control.tar.gz is not compressed as its name says");
  CHECK(named("control.tar.xz", gz) == "control.tar.xz is not compressed as its name says");
  CHECK(named("control.tar.zst", gz) == "control.tar.zst is not compressed as its name says");
  CHECK(named("control.tar.gz", gz_twice) == "control.tar.gz is not compressed as its name says");
  CHECK(named("control.tar", gz) != "accepted");
  CHECK(named("control.tar.gz", "") != "accepted");
  CHECK(named("control.tar.gz", gz.substr(0, gz.size() / 2)) != "accepted");
  CHECK(named("control.tar.xz", xz.substr(0, xz.size() / 2)) != "accepted");
  std::string damaged = xz;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
  CHECK(named("control.tar.xz", damaged) != "accepted");
}

TEST_CASE("deb archive: bytes or a second stream after the compressed control") {
  const std::string other = tar({{"./control", control_with("Version:", "Version: 9\n")}});
  struct Compressor {
    std::string ending;
    std::string program;
  };
  for (const Compressor& compressor :
       {Compressor{".gz", "/bin/gzip"}, Compressor{".xz", "/usr/bin/xz"},
        Compressor{".zst", "/usr/bin/zstd"}}) {
    const std::string good = run_tool(compressor.program, {"-c"}, kControlTar);
    const auto with = [&](const std::string& more) {
      return ar_cause([&](auto& m) {
        m[1] = ArMember{"control.tar" + compressor.ending, good + more};
      });
    };
    INFO(compressor.ending);
    CHECK(with("") == "accepted");
    CHECK(with("xx") != "accepted");
    CHECK(with(other) != "accepted");
    // Of gzip all members are the tar archive.
    const std::string second = with(run_tool(compressor.program, {"-c"}, other));
    CHECK(second == (compressor.ending == ".gz"
                         ? "has bytes after its end mark"
                         : "control.tar" + compressor.ending + " has bytes after its end"));
  }
}

TEST_CASE("deb archive: a control member that unpacks to too much") {
  // 70 MiB in an entry beside a good control file: 70 KiB as gzip, 10 KiB as xz.
  const std::string bomb = tar({{"./control", kControl}, {"./bomb", std::string(70 << 20, '\0')}});
  CHECK(ar_cause([&](auto& m) {
          m[1] = ArMember{"control.tar.gz", run_tool("/bin/gzip", {"-nc1"}, bomb)};
        }) == "control.tar.gz unpacks to more than the limit");
  CHECK(ar_cause([&](auto& m) {
          m[1] = ArMember{"control.tar.xz", run_tool("/usr/bin/xz", {"-c0"}, bomb)};
        }) == "control.tar.xz unpacks to more than the limit");
  CHECK(ar_cause([&](auto& m) { m[1].content = bomb; }) == "control.tar is larger than the limit");
}

TEST_CASE("deb tar: the forms that dpkg reads") {
  const std::string gnu("ustar  \0", 8);
  CHECK(tar_cause(tar({{"control", kControl}})) == "accepted");
  CHECK(tar_cause(tar({{"./control", kControl, '0', gnu}})) == "accepted");
  CHECK(tar_cause(tar({{"./control", kControl, '\0', std::string(8, '\0')}})) == "accepted");
  CHECK(tar_cause(tar({{"./control", kControl, '0', "ustar\00099"}})) == kBadEntry);
  CHECK(tar_cause(tar({{"./control", kControl, '0', "USTAR   "}})) == kBadEntry);
}

TEST_CASE("deb tar: control files missing, twice or not files") {
  CHECK(tar_cause(tar({})) == "has no control file");
  CHECK(tar_cause(tar({{"./md5sums", "x"}})) == "has no control file");
  CHECK(tar_cause(tar({{"./sub/control", kControl}})) == "has no control file");
  CHECK(tar_cause(tar({{"./control", kControl}, {"./control", kControl}})) ==
        "has two control files");
  CHECK(tar_cause(tar({{"./control", kControl}, {"control", "Package: b\n"}})) ==
        "has two control files");
  CHECK(tar_cause(tar({{"./control/", "", '5'}})) == "has a directory named control");
}

TEST_CASE("deb tar: entries of other types are refused") {
  // Links, devices, pipes; pax headers, GNU long names, sparse files, volume labels.
  for (const char type :
       {'1', '2', '3', '4', '6', '7', 'x', 'g', 'L', 'K', 'S', 'V', 'M', 'D', 'X'}) {
    CHECK(tar_cause(tar({{"./other", "", type}, {"./control", kControl}})) == kBadEntry);
  }
  CHECK(tar_cause(tar({{"./dir", "content", '5'}, {"./control", kControl}})) == kBadEntry);
}

TEST_CASE("deb tar: names that leave the directory or hide") {
  for (const char* name : {"../control", "/control", "./../control", "a/../../control", "a//b", "",
                           ".", "./", "a/./b", "././control", "/", "..", "a\nb", "./a/"}) {
    INFO(name);
    CHECK(tar_cause(tar({{name, "x"}, {"./control", kControl}})) ==
          "has an entry with an unsafe name");
  }
  CHECK(tar_cause(tar({{"../", "", '5'}, {"./control", kControl}})) ==
        "has an entry with an unsafe name");
  // A prefix, which ustar would put before the name and v7 would not.
  TarEntry prefixed{"control", kControl};
  prefixed.prefix = "DEBIAN";
  CHECK(tar_cause(tar({prefixed})) == kBadEntry);
}

TEST_CASE("deb tar: headers that are malformed") {
  TarEntry entry{"./control", kControl};
  entry.checksum_error = 1;
  CHECK(tar_cause(tar({entry})) == kBadEntry);
  entry.checksum_error = 0;
  for (const std::string& size :
       {std::string("            "), std::string("-0000000001"), std::string("0x000000010"),
        std::string("00000000008"), std::string("\x80\0\0\0\0\0\0\0\0\0\0\x10", 12),
        std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12),
        std::string("00001 00000")}) {
    entry.size = size;
    CHECK(tar_cause(tar({entry})) == kBadEntry);
  }
  for (const char* size : {"77777777777", "777777777777", "00000010000"}) {
    entry.size = size;
    CHECK(tar_cause(tar({entry})) == "is shorter than its entry");
  }
}

TEST_CASE("deb tar: the end") {
  const std::string good = tar_entry({"./control", kControl});
  CHECK(tar_cause("") == "ends before its end mark");
  CHECK(tar_cause(good) == "ends before its end mark");
  CHECK(tar_cause(good + std::string(511, '\0')) == "ends before its end mark");
  CHECK(tar_cause(good + std::string(512, '\0')) == "accepted");
  CHECK(tar_cause(tar({{"./control", kControl}}) + good) == "has bytes after its end mark");
  CHECK(tar_cause(tar({{"./control", kControl}}) + "x") == "has bytes after its end mark");
  for (std::size_t size = 0; size < good.size(); size += 7) {
    CHECK(tar_cause(good.substr(0, size)) != "accepted");
  }
}

TEST_CASE("deb tar: limits") {
  std::vector<TarEntry> entries(10000, TarEntry{"./file"});
  entries[0] = {"./control", kControl};
  CHECK(tar_cause(tar(entries)) == "accepted");
  entries.emplace_back(TarEntry{"./file"});
  CHECK(tar_cause(tar(entries)) == "has too many entries");
  CHECK(tar_cause(tar({{"./control", std::string(1 << 20, 'x')}})) == "accepted");
  CHECK(tar_cause(tar({{"./control", std::string((1 << 20) + 1, 'x')}})) ==
        "has too large a control file");
}
