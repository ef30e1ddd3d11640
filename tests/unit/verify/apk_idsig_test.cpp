// .idsig files (APK Signature Scheme v4) and their forgeries.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_lineage_fixtures.hpp"
#include "verify/apk/idsig.hpp"
#include "verify/apk/merkle_tree.hpp"

namespace hallmark::apk_test {
namespace {

Buffer tree_of(const Buffer& apk, Sha256Digest& root) {
  Buffer tree(merkle_tree_size(apk.size()));
  const MerkleSink sink = {[&](uint64_t offset, std::span<const uint8_t> block) {
    std::copy(block.begin(), block.end(), tree.begin() + static_cast<long>(offset));
    return ok_status();
  }};
  const auto computed = merkle_root({memory_source(apk)}, {}, &sink);
  require(computed.ok());
  root = *computed;
  return tree;
}

void sign_info(const TestKey& key, uint64_t apk_size, const Sha256Digest& root,
               IdsigSigningInfo& info) {
  info.public_key = key.spki();
  info.algorithm = lineage_algorithm(key);
  const Buffer data = v4_signed_data(apk_size, root, {}, info);
  info.signature = key.sign_digest(HashAlgorithm::kSha256, hash_of(HashAlgorithm::kSha256, data));
}

// An APK by the usual RSA key, its .idsig, and what may be forged about it.
struct TestIdsig {
  Buffer apk;
  const TestKey* key = &shared_rsa_2048();
  std::function<void(IdsigHeader&)> forge_before;  // then it is signed
  std::function<void(IdsigHeader&)> forge_after;
  std::function<void(Buffer& tree)> forge_tree;
  std::function<void(Buffer& file)> forge_file;

  TestIdsig() {
    // Large enough for a tree of two levels.
    zip = write_zip(apk_entries({}, 600000));
    apk = signed_apk(zip, {{rsa_signer()}, {rsa_signer()}, {}});
  }

  Buffer file() const {
    IdsigHeader header;
    Buffer tree = tree_of(apk, header.root);
    header.signing_info.apk_digest = content_digest_of(zip, 0x0103);
    header.signing_info.certificate = key->certificate();
    if (forge_before) forge_before(header);
    sign_info(*key, apk.size(), header.root, header.signing_info);
    if (forge_after) forge_after(header);
    if (forge_tree) forge_tree(tree);
    Buffer out = join({encode_idsig_header(header, tree.size()), tree});
    if (forge_file) forge_file(out);
    return out;
  }

  TestZip zip;
};

ApkReport report_on(const Buffer& apk, const Buffer& idsig) {
  const UniqueFd apk_fd = memory_file(apk);
  const UniqueFd idsig_fd = memory_file(idsig);
  ApkVerifyOptions how{"test.apk"};
  how.idsig_fd = idsig_fd.get();
  const auto report = verify_apk(apk_fd.get(), how);
  require(report.ok());
  return *report;
}
std::string idsig_verdict(const Buffer& apk, const Buffer& idsig) {
  const ApkReport report = report_on(apk, idsig);
  return report.verified ? "verified" : report.errors.front().code;
}
std::string verdict_after(const std::function<void(TestIdsig&)>& forge) {
  static const TestIdsig good;
  TestIdsig forged = good;
  forge(forged);
  return idsig_verdict(forged.apk, forged.file());
}
void flip(Buffer& bytes, std::size_t at) { bytes.at(at) ^= 1; }

TEST_CASE("idsig: verified") {
  const TestIdsig good;
  const ApkReport report = report_on(good.apk, good.file());
  CHECK(report.verified);
  CHECK(report.warnings.empty());
  CHECK(report.schemes == std::vector<std::string>{"v2", "v3", "v4"});
  REQUIRE(report.signers.size() == 3);
  CHECK(report.signers[2].scheme == "v4");
  CHECK(report.signers[2].certificate_sha256 == report.signers[0].certificate_sha256);
}

TEST_CASE("idsig: wrong root, tree or size of the APK") {
  CHECK(verdict_after([](TestIdsig& t) {
          t.forge_before = [](IdsigHeader& h) { h.root = Sha256Digest(); };
        }) == "V4_SIG_APK_ROOT_DID_NOT_VERIFY");
  CHECK(verdict_after([](TestIdsig& t) {
          t.forge_after = [](IdsigHeader& h) { h.root = Sha256Digest(); };
        }) == "V4_SIG_DID_NOT_VERIFY");
  for (const std::size_t at : {0U, 4095U, 4096U, 8191U}) {
    CHECK(verdict_after([=](TestIdsig& t) {
            t.forge_tree = [=](Buffer& tree) { flip(tree, at); };
          }) == "V4_SIG_APK_TREE_DID_NOT_VERIFY");
  }
  CHECK(verdict_after([](TestIdsig& t) {
          t.forge_tree = [](Buffer& tree) { tree.resize(4096); };
        }) == "V4_SIG_APK_TREE_DID_NOT_VERIFY");
  CHECK(verdict_after([](TestIdsig& t) {
          t.forge_tree = [](Buffer& tree) { tree.resize(tree.size() + 4096); };
        }) == "V4_SIG_APK_TREE_DID_NOT_VERIFY");
}

TEST_CASE("idsig: of another APK") {
  const TestIdsig good;
  const TestZip other = write_zip(apk_entries({}, 600001));
  const Buffer apk = signed_apk(other, {{rsa_signer()}, {rsa_signer()}, {}});
  CHECK(idsig_verdict(apk, good.file()) == "V4_SIG_DID_NOT_VERIFY");  // the size is signed
}

TEST_CASE("idsig: digest, certificate and key") {
  CHECK(verdict_after([](TestIdsig& t) {
          t.forge_before = [](IdsigHeader& h) { flip(h.signing_info.apk_digest, 0); };
        }) == "V4_SIG_V2_V3_DIGESTS_MISMATCH");
  CHECK(verdict_after([](TestIdsig& t) {
          t.forge_before = [](IdsigHeader& h) { h.signing_info.apk_digest.clear(); };
        }) == "V4_SIG_V2_V3_DIGESTS_MISMATCH");
  CHECK(verdict_after([](TestIdsig& t) { t.key = &shared_p256(); }) ==
        "V4_SIG_V2_V3_SIGNERS_MISMATCH");
  CHECK(verdict_after([](TestIdsig& t) {
          t.forge_before = [](IdsigHeader& h) {
            h.signing_info.certificate = shared_p256().certificate();
          };
        }) == "V4_SIG_PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD");
  CHECK(verdict_after([](TestIdsig& t) {
          t.forge_before = [](IdsigHeader& h) { h.signing_info.certificate.clear(); };
        }) == "V4_SIG_NO_CERTIFICATE");
  CHECK(verdict_after([](TestIdsig& t) {
          t.forge_before = [](IdsigHeader& h) { h.signing_info.certificate = pattern(99); };
        }) == "V4_SIG_MALFORMED_CERTIFICATE");
  CHECK(verdict_after([](TestIdsig& t) {
          t.forge_after = [](IdsigHeader& h) { h.signing_info.public_key = pattern(99); };
        }) == "V4_SIG_MALFORMED_PUBLIC_KEY");
}

TEST_CASE("idsig: signatures") {
  const auto after = [](const std::function<void(IdsigSigningInfo&)>& forge) {
    return verdict_after(
        [&](TestIdsig& t) { t.forge_after = [&](IdsigHeader& h) { forge(h.signing_info); }; });
  };
  CHECK(after([](IdsigSigningInfo& i) { flip(i.signature, 9); }) == "V4_SIG_DID_NOT_VERIFY");
  CHECK(after([](IdsigSigningInfo& i) { i.signature.clear(); }) == "V4_SIG_DID_NOT_VERIFY");
  CHECK(after([](IdsigSigningInfo& i) { i.additional_data = {1}; }) == "V4_SIG_DID_NOT_VERIFY");
  CHECK(after([](IdsigSigningInfo& i) { i.algorithm = 0x0101; }) == "V4_SIG_DID_NOT_VERIFY");
  CHECK(after([](IdsigSigningInfo& i) { i.algorithm = 0x0201; }) == "V4_SIG_DID_NOT_VERIFY");
  CHECK(after([](IdsigSigningInfo& i) { i.algorithm = 7; }) == "V4_SIG_NO_SUPPORTED_SIGNATURES");
}

TEST_CASE("idsig: structure") {
  const auto file = [](const std::function<void(Buffer&)>& forge) {
    return verdict_after([&](TestIdsig& t) { t.forge_file = forge; });
  };
  CHECK(file([](Buffer& f) { f.clear(); }) == "V4_SIG_NO_SIGNATURES");
  CHECK(file([](Buffer& f) { f[0] = 3; }) == "V4_SIG_VERSION_NOT_CURRENT");
  CHECK(file([](Buffer& f) { f.push_back(0); }) == "V4_SIG_MALFORMED_SIGNERS");  // extra bytes
  CHECK(file([](Buffer& f) { f.pop_back(); }) == "V4_SIG_MALFORMED_SIGNERS");
  CHECK(file([](Buffer& f) { f[8] = 2; }) == "V4_SIG_UNSUPPORTED_HASHING");    // the hash
  CHECK(file([](Buffer& f) { f[12] = 16; }) == "V4_SIG_UNSUPPORTED_HASHING");  // blocks of 2^16
  CHECK(file([](Buffer& f) { f[13] = 1; }) == "V4_SIG_MALFORMED_SIGNERS");     // the salt's length
  CHECK(verdict_after([](TestIdsig& t) {
          t.forge_before = [](IdsigHeader& h) { h.signing_info.additional_data.resize(7168); };
        }) == "V4_SIG_MALFORMED_SIGNERS");
}

TEST_CASE("idsig: without its tree it is verified, with a warning") {
  const TestIdsig good;
  const Buffer file = good.file();
  const UniqueFd fd = memory_file(file);
  const auto parsed = parse_idsig(*FileBytes::open(fd.get()));
  REQUIRE(parsed.ok());
  Buffer header(file.begin(), file.begin() + static_cast<long>(parsed->tree_offset) - 4);
  const ApkReport absent = report_on(good.apk, header);
  CHECK(absent.verified);
  REQUIRE(absent.warnings.size() == 1);
  CHECK(absent.warnings[0].code == "V4_SIG_NO_TREE");
  CHECK(report_on(good.apk, join({header, u32_bytes(0)})).verified);
}

TEST_CASE("idsig: lengths that no structure can have, and no flipped bit") {
  const TestIdsig good;
  const Buffer file = good.file();
  const std::size_t header = file.size() - merkle_tree_size(good.apk.size());
  for (std::size_t at = 0; at < header; at += 5) {
    Buffer forged = file;
    forged[at] = static_cast<uint8_t>(forged[at] ^ (1U << (at % 8)));
    INFO("byte " << at);
    CHECK(idsig_verdict(good.apk, forged) != "verified");
    if (at + 4 > header) continue;
    for (const uint32_t value : {0x7fffffffU, 0x80000000U, 0xffffffffU}) {
      forged = file;
      for (std::size_t i = 0; i < 4; ++i) forged[at + i] = static_cast<uint8_t>(value >> (8 * i));
      CHECK(idsig_verdict(good.apk, forged) != "verified");
    }
  }
}

// A rotated APK has a second signing info, of the v3.1 signer.
TEST_CASE("idsig: v3.1") {
  const TestZip zip = write_zip(apk_entries());
  TestSigner v3 = rsa_signer();
  v3.max_sdk = 32;
  v3.attributes = {{0x559f8b02, u32_bytes(33)}};
  TestSigner v31 = ec_signer();
  v31.min_sdk = 33;
  v31.attributes = {{0x3ba06f8c, encode_lineage(lineage_of({&shared_rsa_2048(), &shared_p256()}))}};
  const Buffer rotated = signed_apk(zip, {{rsa_signer()}, {v3}, {}, {v31}});
  const Buffer plain = signed_apk(zip, {{rsa_signer()}, {rsa_signer()}, {}});
  const auto idsig = [&](const Buffer& apk, const TestKey* second) {
    IdsigHeader header;
    const Buffer tree = tree_of(apk, header.root);
    const auto info_of = [&](const TestKey& key) {
      IdsigSigningInfo info;
      info.apk_digest = content_digest_of(zip, 0x0103);
      info.certificate = key.certificate();
      sign_info(key, apk.size(), header.root, info);
      return info;
    };
    header.signing_info = info_of(shared_rsa_2048());
    if (second != nullptr) header.v31_signing_info = info_of(*second);
    return join({encode_idsig_header(header, tree.size()), tree});
  };
  const ApkReport report = report_on(rotated, idsig(rotated, &shared_p256()));
  CHECK(report.verified);
  CHECK(report.signers.size() == 5);
  CHECK(idsig_verdict(rotated, idsig(rotated, nullptr)) == "V41_SIG_NEEDS_TWO_SIGNERS");
  CHECK(idsig_verdict(rotated, idsig(rotated, &shared_rsa_2048())) ==
        "V4_SIG_V2_V3_SIGNERS_MISMATCH");
  CHECK(idsig_verdict(plain, idsig(plain, &shared_p256())) == "V4_SIG_MULTIPLE_SIGNERS");
}

}  // namespace
}  // namespace hallmark::apk_test
