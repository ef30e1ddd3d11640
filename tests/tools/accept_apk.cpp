// accept_apk ROOT APK KEY: writes into the signing state of a demo terminal that this
// APK was accepted, for the application and the version code in its manifest and for that key.
//
// For tests and benches, built with the tests and never installed. On a real terminal an APK is
// accepted because people approved of its sources and the builder built it twice; making gigabytes
// of noise pass as such a release is not what a bench is about. It needs no right that it does not
// have: it runs as the signer's own Unix user, and whoever can do that can write the signer's state
// with sqlite3(1) as well, and have the keys' agent sign what they like. The release log tells of
// it like of any acceptance. It refuses terminals that are not demo terminals.
#include <cstdio>
#include <ctime>

#include "core/digest.hpp"
#include "core/fd.hpp"
#include "core/layout.hpp"
#include "core/model/terminal.hpp"
#include "signer/accept_build.hpp"
#include "signer/release_log.hpp"
#include "signer/state.hpp"
#include "verify/apk/manifest.hpp"

namespace hallmark {
namespace {

constexpr const char* kProduct = "test";

struct TestApk {
  FileDigest digest;
  ApkManifest manifest;
  std::string abis;
};

Result<TestApk> read_apk(const std::string& path) {
  HALLMARK_TRY(const UniqueFd file, open_at(AT_FDCWD, path, O_RDONLY));
  TestApk apk;
  HALLMARK_TRY(apk.digest, digest_fd(file.get()));
  HALLMARK_TRY(const FileBytes bytes, FileBytes::open(file.get()));
  HALLMARK_TRY(const ZipArchive archive, read_zip(bytes));
  HALLMARK_TRY(apk.manifest, read_apk_manifest(bytes, archive));
  apk.abis = abi_lane(archive);
  return apk;
}

Result<LogOrigin> demo_terminal(const Layout& layout) {
  HALLMARK_TRY(const std::string text, read_file(layout.terminal(), uint64_t{1} << 20U));
  HALLMARK_TRY(const Terminal terminal, parse_terminal(text, layout.terminal()));
  if (!terminal.demo) return policy_error(layout.root, "is not a demo terminal");
  return LogOrigin{terminal.name, true};
}

// A build that never was: of a lock, a record and an approval whose digests are the APK's own.
Status add_acceptance(const State& state, const TestApk& apk, const std::string& key, int64_t now) {
  const Sha256Digest sha256 = apk.digest.sha256;
  const std::string version = std::to_string(apk.manifest.version_code);
  AcceptedBuild build;
  build.lock = build.record = build.statement = sha256;
  build.target = {"test", "test", "test", "test"};
  build.product = kProduct;
  build.version = version;
  build.artefacts = {{"test.apk", "apk", sha256, static_cast<int64_t>(apk.digest.size)}};
  HALLMARK_CHECK(state.add_build(build, now));
  return state.add_application({{apk.manifest.package, "", apk.abis},
                                static_cast<int64_t>(apk.manifest.version_code),
                                key,
                                sha256},
                               now);
}

Json event(const TestApk& apk) {
  return Json{{"kind", "acceptance"},
              {"name", "test.apk"},
              {"size", apk.digest.size},
              {"sha256", apk.digest.sha256.hex()},
              {"product", kProduct},
              {"version", std::to_string(apk.manifest.version_code)},
              {"evidence", "none: written by tests/tools/accept_apk"}};
}

Status accept(const Layout& layout, const std::string& path, const std::string& key) {
  HALLMARK_TRY(const LogOrigin origin, demo_terminal(layout));
  HALLMARK_TRY(const TestApk apk, read_apk(path));
  HALLMARK_TRY(const State state, State::open(layout.sign()));
  HALLMARK_TRY(const ReleaseLog log, ReleaseLog::open(layout.sign() / "log"));
  HALLMARK_TRY(const LogTurn turn, log.take_turn());
  HALLMARK_TRY(Transaction transaction, state.begin());
  const auto now = static_cast<int64_t>(std::time(nullptr));
  HALLMARK_CHECK(add_acceptance(state, apk, key, now));
  HALLMARK_TRY(const LogHead head, state.log_head());
  HALLMARK_CHECK(log.recover(head));
  HALLMARK_TRY(const LogHead next, extend_log(head, origin, {event(apk)}, now));
  HALLMARK_CHECK(state.set_log_head(next));
  HALLMARK_CHECK(transaction.commit());
  HALLMARK_CHECK(log.recover(next));
  std::printf("%s\n", apk.digest.sha256.hex().c_str());
  return ok_status();
}

}  // namespace
}  // namespace hallmark

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: accept_apk ROOT APK KEY\n");
    return 2;
  }
  const hallmark::Status accepted = hallmark::accept({argv[1]}, argv[2], argv[3]);
  if (accepted.ok()) return 0;
  std::fprintf(stderr, "accept_apk: %s\n", accepted.error().message().c_str());
  return 1;
}
