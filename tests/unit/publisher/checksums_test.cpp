// Checksums of releases: taken over when a terminal of the policy signed them, and served with what
// they name.
#include "publisher/repository/checksums.hpp"

#include "publisher/transfer/publish_plan.hpp"
#include "tests/unit/publisher/repository_fixtures.hpp"
#include "tests/unit/verify/ssh_fixtures.hpp"
#include "verify/checksums.hpp"
#include "verify/sshsig.hpp"

namespace hallmark::publisher_test {
namespace {

std::string public_line(const ssh_test::SoftKey& key) {
  const auto parsed = SshPublicKey::from_blob(key.public_blob());
  REQUIRE(parsed.ok());
  return parsed->openssh();
}

class Checksummed {
 public:
  Checksummed() { made.edited_policy().log_keys = {{"t1", public_line(log_key)}}; }

  ReleaseChecksums signed_list(const ssh_test::SoftKey& key,
                               std::string_view name_space = kChecksumsNamespace) const {
    ssh_test::Envelope envelope;
    envelope.name_space = name_space;
    envelope.message = kSums;
    return {"tool", "1.0", kSums, "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n",
            ssh_test::armor(envelope.by(key))};
  }
  ReleaseChecksums signed_list() const { return signed_list(log_key); }
  Result<bool> attach(const ReleaseChecksums& checksums) {
    return attach_checksums(made.repository(), made.policy(), checksums);
  }
  void refused(const ReleaseChecksums& checksums, const std::string& words) {
    const auto attached = attach(checksums);
    REQUIRE_FALSE(attached.ok());
    INFO(attached.error().message());
    CHECK(attached.error().message().find(words) != std::string::npos);
    const auto all = made.repository().state.checksums();
    REQUIRE(all.ok());
    CHECK(all->empty());
  }

  const std::string kSums = std::string(64, 'a') + "  tool.deb\n";
  TestRepository made;
  ssh_test::SoftKey log_key{ssh_test::SoftKind::kEd25519};
};

TEST_CASE_METHOD(Checksummed, "checksums: taken over, and served, the list last") {
  const auto attached = attach(signed_list());
  INFO((attached.ok() ? "" : attached.error().message()));
  REQUIRE(attached.ok());
  CHECK(*attached);
  CHECK(*attach(signed_list()) == false);
  made.reopen();
  const auto plan = make_publish_plan(made.repository());
  REQUIRE(plan.ok());
  const std::vector<ServedFile> files = files_of(*plan);
  REQUIRE(files.size() == 3);
  CHECK(files[0].path == "releases/tool/1.0/SHA256SUMS.asc");
  CHECK(files[1].path == "releases/tool/1.0/SHA256SUMS.sshsig");
  CHECK(files[2].path == "releases/tool/1.0/SHA256SUMS");
  CHECK(files[2].size == kSums.size());
  REQUIRE(made.repository().state.forget_release("tool", "1.0").ok());
  CHECK(files_of(*make_publish_plan(made.repository())).empty());
}

TEST_CASE_METHOD(Checksummed, "attestation: taken over, and served under the terminal's name") {
  const ReleaseAttestation attestation{"tool", "1.0", "", "{\"a\":1}\n"};
  const auto attached = attach_attestation(made.repository(), "t1", attestation);
  REQUIRE(attached.ok());
  CHECK(*attached);
  CHECK(*attach_attestation(made.repository(), "t1", attestation) == false);
  const std::vector<ServedFile> files = files_of(*make_publish_plan(made.repository()));
  REQUIRE(files.size() == 1);
  CHECK(files[0].path == "releases/tool/1.0/t1.intoto.jsonl");
  for (const char* text : {"", "hello\n", "{"}) {
    INFO(text);
    CHECK_FALSE(attach_attestation(made.repository(), "t1", {"tool", "1.0", "", text}).ok());
  }
  CHECK_FALSE(attach_attestation(made.repository(), "t1", {"../tool", "1.0", "", "{}\n"}).ok());
  REQUIRE(made.repository().state.forget_release("tool", "1.0").ok());
  CHECK(files_of(*make_publish_plan(made.repository())).empty());
}

TEST_CASE_METHOD(Checksummed, "checksums: by a key that is no terminal's") {
  refused(signed_list(ssh_test::SoftKey(ssh_test::SoftKind::kEd25519)), "no terminal's log key");
}

TEST_CASE_METHOD(Checksummed, "checksums: of another list, or for something else") {
  ReleaseChecksums changed = signed_list();
  changed.sums += std::string(64, 'b') + "  evil.deb\n";
  refused(changed, "SSH signature");
  refused(signed_list(log_key, "hallmark-approval@v1"), "namespace");
}

TEST_CASE_METHOD(Checksummed, "checksums: what is none") {
  ReleaseChecksums checksums = signed_list();
  checksums.openpgp = "hello";
  refused(checksums, "armored");
  checksums = signed_list();
  checksums.sshsig = "hello";
  refused(checksums, "SSH signature");
  checksums = signed_list();
  checksums.sums.assign(kMaxChecksums + 1, 'a');
  refused(checksums, "larger");
  checksums = signed_list();
  checksums.product = "../tool";
  refused(checksums, "name is none");
  checksums = signed_list();
  checksums.version = "a/b";
  refused(checksums, "name is none");
}

}  // namespace
}  // namespace hallmark::publisher_test
