// sign-apt-release: a suite's Release, InRelease and Release.gpg.
//
// Request: {"suite", "indices": [path relative to dists/SUITE], "published_releases"?:
// [InRelease]}, the indices as descriptors in the same order, and the suite's InRelease as
// addresses serve it. Every component and architecture of the suite must be there as Packages,
// Packages.gz and Packages.xz, and every component that has sources as Sources, Sources.gz and
// Sources.xz; where policy wants it, every component and architecture as Contents-ARCH.gz. Answer:
// {"release", "release_gpg", "inrelease", "date"}.
//
// The same indices give the same answer, until half of the Release's validity is over.
//
// refresh-apt-release: the heartbeat, so that clients see that nobody holds back anything newer.
// Request: {"suite", "published_releases"?}. The newest Release's indices, which must still be what
// was accepted, under a new Date and Valid-Until. The same answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/index_shards.hpp"
#include "core/wire.hpp"
#include "signer/context.hpp"
#include "signer/private_copy.hpp"
#include "signer/release_file.hpp"

namespace hallmark {

// One component and architecture of the suite, or a component's sources.
struct ShownIndex {
  IndexPlace place;
  std::string path;  // "main/binary-amd64/Packages"
  PrivateCopy plain;
  PrivateCopy gz;
  PrivateCopy xz;
  std::vector<IndexShard> shards;
};

// Which package of one component and architecture has which file, where policy wants that told.
struct ShownContents {
  IndexPlace place;  // of the Packages index with the same packages
  std::string path;  // "main/Contents-amd64", which is not served
  FileDigest plain;  // of the signer's own text
  PrivateCopy gz;
};

struct ReleaseCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  const SuitePolicy* suite = nullptr;
  std::vector<ShownIndex> indices{};
  std::vector<ShownContents> contents{};
  std::string list{};                    // of Release
  std::vector<OpenPgpSubkey> signers{};  // of each of the suite's keys the part that signs here
  int64_t date = 0;
  std::optional<Sha256Digest> follows{};  // the Release before it
};

// The newest Release of the suite that any terminal has signed.
struct LastRelease {
  Sha256Digest sha256;
  std::string terminal;
  int64_t date = 0;  // that the next one must be newer than
};

// Those of a suite, in the order of the policy, and each one's path without compression.
Result<std::vector<IndexPlace>> index_places(const State& state, const SuitePolicy& suite);
std::string index_path(const IndexPlace& place);
// "main/Contents-amd64"; empty: the suite has no such index of this place.
std::string contents_path(const SuitePolicy& suite, const IndexPlace& place);

Status suite_is_in_the_policy(ReleaseCase& subject);
// What is served now was signed by this terminal or by one whose log was read.
Status served_release_is_known(ReleaseCase& subject);
Status demo_terminal_marks_what_it_signs(ReleaseCase& subject);
Status indices_are_exactly_the_suites(ReleaseCase& subject);
Status stanzas_are_those_accepted(ReleaseCase& subject);
Status every_form_says_the_same(ReleaseCase& subject);
Status contents_are_those_of_the_packages(ReleaseCase& subject);

// The newest Release, if it lists the same indices and is young.
Result<std::optional<SignedRelease>> release_that_still_stands(ReleaseCase& subject);

// Of the heartbeat (refresh_apt_release.cpp).
Status suite_has_a_release(ReleaseCase& subject);
Status release_lists_the_suites_indices(ReleaseCase& subject);
Status nothing_changed_since_the_release(ReleaseCase& subject);
Status indices_are_not_signed_too_often(ReleaseCase& subject);

Status date_is_newer_than_the_last(ReleaseCase& subject);

// Over all terminals (served_release.cpp); nullopt: none has signed one.
Result<std::optional<LastRelease>> last_release(const ReleaseCase& subject);
// Inside the transaction that adds the Release.
Status note_known_releases(const ReleaseCase& subject, const SignedRelease& release);

Result<SignedRelease> sign_release(const ReleaseCase& subject);
Response release_answer(const SignedRelease& release);

}  // namespace hallmark
