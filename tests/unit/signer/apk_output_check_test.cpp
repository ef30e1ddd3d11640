// The signer's check of what it made must fail when that is wrong.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "signer/apk/output_check.hpp"
#include "tests/unit/signer/apk_signing.hpp"
#include "verify/apk/entry_digests.hpp"

namespace hallmark::apk_test {
namespace {

// A signed APK with all that the signer knew when it made it.
class Outcome {
 public:
  explicit Outcome(const std::set<ApkScheme>& schemes, std::size_t payload = 3000) {
    ManifestFacts facts;
    facts.target_sdk = 29;  // v1 alone is enough for it
    unsigned_bytes_ = aligned_zip(payload, facts).file();
    origin_fd_ = memory_file(unsigned_bytes_);
    origin_ = *FileBytes::open(origin_fd_.get());
    zip_ = *read_zip(*origin_);
    manifest_ = *read_apk_manifest(*origin_, zip_);
    ApkSigningOptions options = signed_by(shared_rsa_2048());
    options.schemes = schemes;
    const Attempt attempt = must_sign(unsigned_bytes_, options);
    apk = attempt.apk;
    idsig = attempt.idsig;
    plan.schemes = schemes;
    plan.original = signer_with(shared_rsa_2048());
    digest_origin();
  }

  bool passes() const {
    const UniqueFd idsig_fd = memory_file(idsig);
    return check_output(manifest_, plan,
                        {FileBytes::of(owned_source(apk)), idsig_fd.get(), &*digested_, &*prefix_})
        .ok();
  }

  // How many of its bytes were digested before it was signed, and are still what they were.
  std::size_t kept() const {
    const auto now = DigestedPrefix::compute(FileBytes::of(owned_source(apk)), prefix_->size(),
                                             prefix_->kinds(), false);
    REQUIRE(now.ok());
    return now->has_same_content(*prefix_) ? prefix_->size() : 0;
  }

  Buffer apk;
  Buffer idsig;
  SigningPlan plan;

 private:
  void digest_origin() {
    std::vector<EntryToDigest> items;
    for (const ZipEntry& entry : zip_.entries) items.push_back({&entry, {HashAlgorithm::kSha256}});
    std::sort(items.begin(), items.end(), [](const EntryToDigest& a, const EntryToDigest& b) {
      return a.entry->name < b.entry->name;
    });
    std::vector<DigestedEntry> known(items.size());
    REQUIRE(digest_entries(*origin_, items, [&](std::size_t index, const auto& digests) {
              known[index] = {items[index].entry, digests[0]};
            }).ok());
    digested_.emplace(*origin_, HashAlgorithm::kSha256, std::move(known));
    prefix_ = *DigestedPrefix::compute(*origin_, zip_.entries_end,
                                       {ContentDigestKind::kChunkedSha256}, true);
  }

  Buffer unsigned_bytes_;
  UniqueFd origin_fd_;
  std::optional<FileBytes> origin_;
  ZipArchive zip_;
  ApkManifest manifest_;
  std::optional<DigestedEntries> digested_;
  std::optional<DigestedPrefix> prefix_;
};

constexpr std::size_t kStep = 47;  // prime to all sizes of fields

TEST_CASE("output check: a wrong byte anywhere in the APK or the .idsig is found") {
  Outcome outcome({ApkScheme::kV1, ApkScheme::kV2, ApkScheme::kV3, ApkScheme::kV4});
  REQUIRE(outcome.passes());
  for (Buffer* file : {&outcome.apk, &outcome.idsig}) {
    for (std::size_t place = 0; place < file->size(); place += kStep) {
      (*file)[place] ^= 1;
      INFO((file == &outcome.apk ? "apk" : "idsig") << " at " << place);
      CHECK_FALSE(outcome.passes());
      (*file)[place] ^= 1;
    }
  }
  CHECK(outcome.passes());
}

// Most of it was digested before it was signed.
TEST_CASE("output check: a wrong byte in what was digested before is found") {
  constexpr std::size_t kPayload = std::size_t{5} << 19U;
  Outcome outcome({ApkScheme::kV1, ApkScheme::kV2, ApkScheme::kV3, ApkScheme::kV4}, kPayload);
  REQUIRE(outcome.passes());
  REQUIRE(outcome.kept() == std::size_t{2} << 20U);
  constexpr std::size_t kFarStep = 199'999;
  for (std::size_t place = 0; place < kPayload; place += kFarStep) {
    outcome.apk[place] ^= 1;
    INFO("at " << place);
    CHECK_FALSE(outcome.passes());
    outcome.apk[place] ^= 1;
  }
}

// v1 alone covers what entries decompress to; here nothing else would find it.
TEST_CASE("output check: with v1 alone, a wrong byte in an entry is found") {
  Outcome outcome({ApkScheme::kV1});
  REQUIRE(outcome.passes());
  const UniqueFd fd = memory_file(outcome.apk);
  const auto zip = read_zip(*FileBytes::open(fd.get()));
  REQUIRE(zip.ok());
  for (const ZipEntry& entry : zip->entries) {
    for (uint64_t i = 0; i < entry.compressed_size; i += kStep) {
      outcome.apk[entry.data_offset + i] ^= 1;
      INFO(entry.name << " at " << i);
      CHECK_FALSE(outcome.passes());
      outcome.apk[entry.data_offset + i] ^= 1;
    }
  }
}

// The entry goes on where no more was digested before.
TEST_CASE("output check: with v1, a wrong byte across the end of what was digested is found") {
  constexpr std::size_t kPayload = std::size_t{5} << 19U;
  constexpr std::size_t kEnd = std::size_t{2} << 20U;
  for (const std::set<ApkScheme>& schemes :
       {std::set{ApkScheme::kV1}, std::set{ApkScheme::kV1, ApkScheme::kV2}}) {
    Outcome outcome(schemes, kPayload);
    REQUIRE(outcome.passes());
    REQUIRE(outcome.kept() == kEnd);
    for (const std::size_t place : {kEnd - 1, kEnd, kPayload - 1}) {
      outcome.apk[place] ^= 1;
      INFO("at " << place);
      CHECK_FALSE(outcome.passes());
      outcome.apk[place] ^= 1;
    }
  }
}

TEST_CASE("output check: an outcome that is cut, or has something behind it") {
  Outcome outcome({ApkScheme::kV1, ApkScheme::kV2});
  REQUIRE(outcome.passes());
  outcome.apk.push_back(0);
  CHECK_FALSE(outcome.passes());
  outcome.apk.resize(outcome.apk.size() - 2);
  CHECK_FALSE(outcome.passes());
}

TEST_CASE("output check: a good APK of another key, or with a scheme too few, is not the plan's") {
  Outcome outcome({ApkScheme::kV1, ApkScheme::kV2});
  REQUIRE(outcome.passes());
  outcome.plan.original = signer_with(shared_p256());
  CHECK_FALSE(outcome.passes());
  outcome.plan.original = signer_with(shared_rsa_2048());
  outcome.plan.schemes.insert(ApkScheme::kV3);
  CHECK_FALSE(outcome.passes());
}

}  // namespace
}  // namespace hallmark::apk_test
