// Git tags that are signed with OpenPGP, by the real git and gpg.
#include <sys/stat.h>

#include <filesystem>

#include "core/digest.hpp"
#include "reproducible/source_signers.hpp"
#include "tests/unit/reproducible/git_fixtures.hpp"
#include "tests/unit/reproducible/says.hpp"
#include "tests/unit/verify/gpg_fixtures.hpp"

using namespace hallmark;
using hallmark::test::GpgHome;
using hallmark::test::run_tool;
using hallmark::test::Upstream;

namespace {

const std::vector<std::string> kLongAgo = {"--faked-system-time", "20200101T000000!"};

// An upstream whose releases alice and bob may sign; mallory's key is in the keyring, too.
class SignedUpstream {
 public:
  // As `git tag -s` does it, with these options of gpg.
  void tag(const std::string& key, const std::vector<std::string>& options = {}) const {
    std::string script = "#!/bin/sh\nexec /usr/bin/gpg --homedir '" + home.folder().path() +
                         "' --batch --pinentry-mode loopback --passphrase ''";
    for (const std::string& option : options) script += " '" + option + "'";
    const std::string program = upstream.folder().write("sign-with-gpg", script + " \"$@\"\n");
    REQUIRE(::chmod(program.c_str(), 0755) == 0);
    upstream.git({"-c", "gpg.format=openpgp", "-c", "gpg.program=" + program, "-c",
                  "user.signingkey=" + key + "!", "tag", "--sign", "--force", "--message=v1.0",
                  "v1.0"});
  }

  std::string object() const { return upstream.git({"cat-file", "tag", "v1.0"}) + "\n"; }

  // Has the tag v1.0 name an object of these bytes.
  void set_object(const std::string& bytes) const {
    upstream.git(
        {"update-ref", "refs/tags/v1.0",
         upstream.git({"hash-object", "-t", "tag", "-w", "--literally", "--stdin"}, bytes)});
  }

  void sign_once_more(const std::string& key, const std::vector<std::string>& options = {}) const {
    std::vector<std::string> arguments = options;
    arguments.insert(arguments.end(), {"--local-user", key, "--armor", "--detach-sign"});
    set_object(object() + home.gpg(arguments, object()));
  }

  void sign_once_more_with_ssh(const std::string& key) const {
    const std::string file = upstream.folder().write("object", object());
    run_tool("/usr/bin/ssh-keygen",
             {"-q", "-Y", "sign", "-n", "git", "-f", upstream.folder().path(key), file});
    set_object(object() + upstream.folder().read("object.sig"));
    std::filesystem::remove(upstream.folder().path("object.sig"));
  }

  Product product(uint64_t threshold = 1) const {
    Product out = upstream.product(threshold);
    out.origin.signers.clear();
    out.origin.openpgp_signers = {alice, bob};
    out.origin.keyring = "upstream.asc";
    return out;
  }

  std::string keyring() const { return home.gpg({"--armor", "--export", alice, bob, mallory}); }

  Result<GitSource> inspect(const Product& product) const { return inspect(product, keyring()); }

  Result<GitSource> inspect(const Product& product, const std::string& keyring) const {
    const std::string work = "work-" + std::to_string(++works_);
    HALLMARK_TRY(const GitRepository repository, upstream.fetch(work, "v1.0", upstream.path()));
    return inspect_git_source(repository, product, "1.0", keyring);
  }

  Upstream upstream;
  GpgHome home;
  std::string alice = home.make_key("alice");
  std::string bob = home.make_key("bob");
  std::string mallory = home.make_key("mallory");

 private:
  mutable int works_ = 0;
};

std::string refusal(const Result<GitSource>& result) {
  REQUIRE(!result.ok());
  CHECK(result.error().kind == ErrorKind::kVerification);
  return result.error().message();
}

std::vector<std::string> signers_of(const Result<GitSource>& source) {
  INFO((source.ok() ? std::string() : source.error().message()));
  REQUIRE(source.ok());
  return source->locked.signers;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("an OpenPGP-signed tag is pinned with its signer and the keyring") {
  const SignedUpstream signed_by;
  signed_by.tag(signed_by.alice);
  const Product product = signed_by.product();
  const auto source = signed_by.inspect(product);
  CHECK(signers_of(source) == Names{signed_by.alice});
  REQUIRE(source->locked.keyring);
  CHECK(source->locked.keyring->sha256 == sha256(signed_by.keyring()));
  CHECK(source->locked.commit == signed_by.upstream.git({"rev-parse", "HEAD"}));

  Lock lock;
  lock.version = "1.0";
  lock.source = source->locked;
  lock.source_date_epoch = source->tagged_at;
  const auto again = [&](const std::string& folder, const std::string& keyring) {
    const auto repository = signed_by.upstream.fetch(folder, "v1.0", signed_by.upstream.path());
    REQUIRE(repository.ok());
    return verify_git_source(*repository, product, lock, keyring);
  };
  CHECK(again("again", signed_by.keyring()).ok());
  // The same keys in other bytes are not the keyring that was approved of.
  const Status other = again("other", signed_by.home.gpg({"--armor", "--export"}) + "\n");
  REQUIRE(!other.ok());
  says(other.error().message(), "keyring of v1.0");
}

TEST_CASE("OpenPGP tag: a signature by a key that the product does not name") {
  const SignedUpstream signed_by;
  SECTION("and that the keyring has") {
    signed_by.tag(signed_by.mallory);
    says(refusal(signed_by.inspect(signed_by.product())),
         "is signed by " + signed_by.mallory + ", which is not one of its signers");
  }
  SECTION("and that the keyring lacks") {
    signed_by.tag(signed_by.home.make_key("stranger"));
    says(refusal(signed_by.inspect(signed_by.product())), "a key that is not in the keyring");
  }
  SECTION("beside a good one") {
    signed_by.tag(signed_by.alice, {"--local-user", signed_by.mallory});
    says(refusal(signed_by.inspect(signed_by.product())), signed_by.mallory);
  }
}

TEST_CASE("OpenPGP tag: an expired key") {
  const SignedUpstream signed_by;
  const std::string old = signed_by.home.make_key("old", kLongAgo, "2021-01-01");
  signed_by.tag(old, {"--faked-system-time", "20200601T000000!"});
  Product product = signed_by.product();
  product.origin.openpgp_signers = {old};
  says(refusal(signed_by.inspect(product, signed_by.home.gpg({"--armor", "--export", old}))),
       "a key that has expired");
}

TEST_CASE("OpenPGP tag: an expired signature of a good key") {
  const SignedUpstream signed_by;
  const std::string old = signed_by.home.make_key("old", kLongAgo);
  signed_by.tag(old, {"--faked-system-time", "20200601T000000!", "--default-sig-expire", "1d"});
  Product product = signed_by.product();
  product.origin.openpgp_signers = {old};
  says(refusal(signed_by.inspect(product, signed_by.home.gpg({"--armor", "--export", old}))),
       "its signature has expired");
}

TEST_CASE("OpenPGP tag: a revoked key") {
  const SignedUpstream signed_by;
  signed_by.tag(signed_by.alice);
  const std::string path =
      signed_by.home.folder().path("openpgp-revocs.d/" + signed_by.alice + ".rev");
  const auto certificate = read_file(path, 1 << 20);
  REQUIRE(certificate.ok());
  const std::size_t begin = certificate->find(":-----BEGIN");
  REQUIRE(begin != std::string::npos);
  signed_by.home.gpg({"--import"}, certificate->substr(begin + 1));
  says(refusal(signed_by.inspect(signed_by.product())), "a key that was revoked");
}

TEST_CASE("OpenPGP tag: a signing subkey signs for its primary key, until it is revoked") {
  const SignedUpstream signed_by;
  signed_by.home.gpg({"--quick-add-key", signed_by.alice, "ed25519", "sign", "never"});
  const std::string listing = signed_by.home.gpg({"--with-colons", "--list-keys", signed_by.alice});
  const std::size_t at = listing.rfind("\nfpr:::::::::") + 13;
  const std::string subkey = listing.substr(at, 40);
  REQUIRE(subkey != signed_by.alice);
  signed_by.tag(subkey);
  CHECK(signers_of(signed_by.inspect(signed_by.product())) == Names{signed_by.alice});
  SECTION("it counts under the primary key's fingerprint alone") {
    Product product = signed_by.product();
    product.origin.openpgp_signers = {subkey};
    says(refusal(signed_by.inspect(product)), signed_by.alice);
  }
  SECTION("and with it the primary key's own signature is no second one") {
    signed_by.sign_once_more(signed_by.alice + "!");
    says(refusal(signed_by.inspect(signed_by.product(2))), "signed by 1 of its signers");
  }
  SECTION("revoked") {
    run_tool("/usr/bin/gpg",
             {"--homedir", signed_by.home.folder().path(), "--no-tty", "--pinentry-mode",
              "loopback", "--passphrase", "", "--command-fd", "0", "--status-fd", "2", "--edit-key",
              signed_by.alice},
             "key 1\nrevkey\ny\n0\n\ny\nsave\n");
    says(refusal(signed_by.inspect(signed_by.product())), "a key that was revoked");
  }
}

TEST_CASE("OpenPGP tag: SHA-1 is not accepted") {
  const SignedUpstream signed_by;
  signed_by.tag(signed_by.alice, {"--digest-algo", "SHA1"});
  says(refusal(signed_by.inspect(signed_by.product())), "uses an algorithm that is not accepted");
}

TEST_CASE("OpenPGP tag: a signature over text is none over the tag's bytes") {
  const SignedUpstream signed_by;
  signed_by.tag(signed_by.alice, {"--textmode"});
  says(refusal(signed_by.inspect(signed_by.product())), "not over the bytes");
}

TEST_CASE("OpenPGP tag: two keys of two") {
  const SignedUpstream signed_by;
  const Names both = signed_by.alice < signed_by.bob ? Names{signed_by.alice, signed_by.bob}
                                                     : Names{signed_by.bob, signed_by.alice};
  SECTION("in one block, as gpg writes it for two keys") {
    signed_by.tag(signed_by.alice, {"--local-user", signed_by.bob});
    CHECK(signers_of(signed_by.inspect(signed_by.product(2))) == both);
  }
  SECTION("one after the other") {
    signed_by.tag(signed_by.alice);
    says(refusal(signed_by.inspect(signed_by.product(2))), "signed by 1 of its signers");
    signed_by.sign_once_more(signed_by.bob);
    CHECK(signers_of(signed_by.inspect(signed_by.product(2))) == both);
  }
  SECTION("the same key twice is one") {
    signed_by.tag(signed_by.alice);
    signed_by.sign_once_more(signed_by.alice);
    says(refusal(signed_by.inspect(signed_by.product(2))), "signed by 1 of its signers");
  }
  SECTION("a first signature that is bad spoils a good second one") {
    signed_by.tag(signed_by.alice);
    std::string object = signed_by.object();
    object.replace(object.find("\nv1.0\n"), 6, "\nv1.1\n");
    signed_by.set_object(object);
    signed_by.sign_once_more(signed_by.bob);
    says(refusal(signed_by.inspect(signed_by.product())), "has a bad signature");
  }
}

TEST_CASE("OpenPGP and SSH keys count together") {
  const SignedUpstream signed_by;
  Product product = signed_by.product(2);
  product.origin.signers = {signed_by.upstream.public_key("author")};
  signed_by.tag(signed_by.alice);
  says(refusal(signed_by.inspect(product)), "signed by 1 of its signers");
  SECTION("OpenPGP, then SSH") {
    signed_by.sign_once_more_with_ssh("author");
    const Names signers = signers_of(signed_by.inspect(product));
    REQUIRE(signers.size() == 2);
    CHECK(signers[0] == signed_by.alice);
    CHECK(signers[1].starts_with("SHA256:"));
  }
  SECTION("SSH by a key that is not named") {
    signed_by.sign_once_more_with_ssh("mallory");
    says(refusal(signed_by.inspect(product)), "which is not one of its signers");
  }
  SECTION("an OpenPGP signature where SSH keys alone are named") {
    says(refusal(signed_by.inspect(signed_by.upstream.product())), "names no OpenPGP keys");
  }
}

TEST_CASE("OpenPGP tag: forged objects") {
  const SignedUpstream signed_by;
  signed_by.tag(signed_by.alice);
  std::string object = signed_by.object();
  SECTION("another commit under the signature") {
    signed_by.upstream.commit("hello.txt", "evil\n", "second");
    object.replace(7, 40, signed_by.upstream.git({"rev-parse", "HEAD"}));
    signed_by.set_object(object);
    says(refusal(signed_by.inspect(signed_by.product())), "has a bad signature");
  }
  SECTION("text behind the signature") {
    signed_by.set_object(object + "evil\n");
    says(refusal(signed_by.inspect(signed_by.product())), "is not signed");
  }
  SECTION("the signature of another tag") {
    const std::string signature = object.substr(object.find("-----BEGIN PGP"));
    signed_by.upstream.git({"tag", "--annotate", "--force", "--message=other", "v1.0"});
    signed_by.set_object(signed_by.object() + signature);
    says(refusal(signed_by.inspect(signed_by.product())), "has a bad signature");
  }
  SECTION("an older tag under this name") {
    object.replace(object.find("tag v1.0"), 8, "tag v0.9");
    const std::string unsigned_part = object.substr(0, object.find("-----BEGIN PGP"));
    signed_by.set_object(unsigned_part + signed_by.home.gpg({"--local-user", signed_by.alice,
                                                             "--armor", "--detach-sign"},
                                                            unsigned_part));
    says(refusal(signed_by.inspect(signed_by.product())), "another name inside, v0.9");
  }
  SECTION("an armour inside the armour") {
    object.insert(object.rfind("-----END PGP"), "-----BEGIN SSH SIGNATURE-----\n");
    signed_by.set_object(object);
    says(refusal(signed_by.inspect(signed_by.product())), "is not signed");
  }
}

TEST_CASE("a keyring that is none, or is missing, is no verdict on the tag") {
  const SignedUpstream signed_by;
  signed_by.tag(signed_by.alice);
  for (const std::string keyring : {"", "hello", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA"}) {
    const auto source = signed_by.inspect(signed_by.product(), keyring);
    REQUIRE(!source.ok());
    CHECK(source.error().kind == ErrorKind::kFailed);
  }
}

TEST_CASE("the keyring is kept by its digest, and another one is not taken for it") {
  const hallmark::test::TestFolder folder;
  const Quarantine quarantine(folder.path("quarantine"));
  LockedSource source;
  source.keyring = LockedKeyring{7, sha256("keyring")};
  const auto missing = admit_keyring(source, "", quarantine);
  REQUIRE(!missing.ok());
  says(missing.error().message(), "is missing");
  const auto other = admit_keyring(source, "another", quarantine);
  REQUIRE(!other.ok());
  says(other.error().message(), "is not the one that the lock was made with");
  REQUIRE(admit_keyring(source, "keyring", quarantine).ok());
  // What became of the file since is no matter.
  CHECK(admit_keyring(source, "another", quarantine).ok());
  const auto read = quarantined_keyring(source, quarantine);
  REQUIRE(read.ok());
  CHECK(*read == "keyring");
}
