#include "signer/sign_apt_release.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include "core/mapped_file.hpp"
#include "core/model/approval.hpp"
#include "core/parallel.hpp"
#include "signer/commit.hpp"
#include "signer/contents_check.hpp"
#include "signer/index_check.hpp"
#include "signer/install_policy.hpp"
#include "signer/rules.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxIndex = uint64_t{512} << 20U;

// What the client says each descriptor is.
Result<std::map<std::string, int>> shown_files(const Message& request) {
  HALLMARK_TRY(const Json* paths, request_array(request.body, "indices", kMaxDescriptors));
  if (paths->size() != request.fds.size()) {
    return failed("request", "has not one descriptor for each index");
  }
  std::map<std::string, int> out;
  for (std::size_t i = 0; i < paths->size(); ++i) {
    if (!(*paths)[i].is_string()) return failed("request", "has an index whose path is no text");
    const auto path = (*paths)[i].get<std::string>();
    if (!out.emplace(path, request.fds[i].get()).second) {
      return verification_error(path, "is handed in twice");
    }
  }
  return out;
}

Result<PrivateCopy> take_file(const ReleaseCase& subject, std::map<std::string, int>& files,
                              const std::string& path) {
  const auto found = files.find(path);
  if (found == files.end()) {
    return policy_error(path, "is missing: every index of the suite is signed in every form",
                        "compose the suite again: hallmark repo compose");
  }
  HALLMARK_TRY(PrivateCopy copy,
               private_copy(subject.context.layout, found->second, kMaxIndex, path));
  files.erase(found);
  return copy;
}

// One compressed form of one index; several are checked at a time.
struct FormCheck {
  const ShownIndex& index;
  const char* compression;
  std::vector<KnownForm> known;
  std::vector<KnownForm> found;
};

Status check_form(FormCheck& check) {
  const ShownIndex& index = check.index;
  const std::string name = index.path + "." + check.compression;
  const PrivateCopy& copy = name.ends_with("gz") ? index.gz : index.xz;
  HALLMARK_TRY(const MappedFile plain,
               MappedFile::map(index.plain.fd.get(), kMaxIndex, index.path));
  HALLMARK_TRY(const MappedFile form, MappedFile::map(copy.fd.get(), kMaxIndex, name));
  HALLMARK_TRY(check.found,
               check_compressed_form(form.bytes(), {as_text(plain.bytes()), index.shards},
                                     check.known, name));
  return ok_status();
}

void add_entries(const ShownIndex& index, std::vector<ReleaseEntry>& entries) {
  entries.push_back({index.path, index.plain.digest});
  entries.push_back({index.path + ".gz", index.gz.digest});
  entries.push_back({index.path + ".xz", index.xz.digest});
}

// Apt checks what it decompresses, too, so Release names the plain text that nobody serves.
void add_entries(const ShownContents& contents, std::vector<ReleaseEntry>& entries) {
  entries.push_back({contents.path, contents.plain});
  entries.push_back({contents.path + ".gz", contents.gz.digest});
}

Status take_contents(ReleaseCase& subject, std::map<std::string, int>& files,
                     const IndexPlace& place) {
  ShownContents contents;
  contents.place = place;
  contents.path = contents_path(*subject.suite, place);
  if (contents.path.empty()) return ok_status();
  HALLMARK_TRY(contents.gz, take_file(subject, files, contents.path + ".gz"));
  HALLMARK_TRY(contents.plain, subject.context.state.update_contents_of(place));
  subject.contents.push_back(std::move(contents));
  return ok_status();
}

// Two Releases within one second: the second waits for the next one.
int64_t next_second(const SignerContext& context, int64_t last) {
  constexpr auto kStep = std::chrono::milliseconds(50);
  for (int i = 0; i < 25 && context.now() == last; ++i) std::this_thread::sleep_for(kStep);
  return context.now();
}

// A subkey that signed stands after its primary key, which people know.
Json keys_of(const ReleaseCase& subject) {
  Json keys = Json::array();
  for (std::size_t i = 0; i < subject.signers.size(); ++i) {
    keys.push_back(subject.suite->keys[i]);
    if (subject.signers[i].fingerprint != keys.back()) {
      keys.push_back(subject.signers[i].fingerprint);
    }
  }
  return keys;
}

Json release_event(const ReleaseCase& subject, const SignedRelease& release, const char* name,
                   const std::string& bytes) {
  Json event{{"kind", "release"},
             {"suite", release.suite},
             {"name", std::string("dists/") + release.suite + "/" + name},
             {"size", bytes.size()},
             {"sha256", sha256(bytes).hex()},
             {"date", format_utc(release.date)},
             {"valid_until", format_utc(release.valid_until)},
             {"keys", keys_of(subject)}};
  if (subject.follows) event["follows"] = subject.follows->hex();
  return event;
}

}  // namespace

Result<std::vector<IndexPlace>> index_places(const State& state, const SuitePolicy& suite) {
  std::vector<IndexPlace> out;
  for (const std::string& component : suite.components) {
    for (const std::string& architecture : suite.architectures) {
      out.push_back({suite.name, component, architecture});
    }
    HALLMARK_TRY(const bool has_sources, state.has_sources(suite.name, component));
    if (has_sources) out.push_back({suite.name, component, kSourceIndex});
  }
  return out;
}

std::string index_path(const IndexPlace& place) {
  if (place.architecture == kSourceIndex) return place.component + "/source/Sources";
  return place.component + "/binary-" + place.architecture + "/Packages";
}

std::string contents_path(const SuitePolicy& suite, const IndexPlace& place) {
  if (!suite.contents || place.architecture == kSourceIndex) return "";
  return place.component + "/Contents-" + place.architecture;
}

Status suite_is_in_the_policy(ReleaseCase& subject) {
  HALLMARK_TRY(std::optional<InstalledPolicy> policy, subject.context.state.policy());
  if (!policy) return policy_error("policy", "is not installed", "hallmark init");
  subject.policy = std::move(*policy);
  HALLMARK_TRY(const std::string name, request_text(subject.untrusted_request.body, "suite"));
  subject.suite = subject.policy.policy.suite(name);
  if (subject.suite == nullptr) {
    return policy_error("suite " + name, "is not in the installed policy");
  }
  return ok_status();
}

Status demo_terminal_marks_what_it_signs(ReleaseCase& subject) {
  return check_demo_mark(subject.policy.policy, subject.context.origin.demo);
}

Status indices_are_exactly_the_suites(ReleaseCase& subject) {
  HALLMARK_TRY(auto files, shown_files(subject.untrusted_request));
  HALLMARK_TRY(const std::vector<IndexPlace> places,
               index_places(subject.context.state, *subject.suite));
  for (const IndexPlace& place : places) {
    ShownIndex index;
    index.place = place;
    index.path = index_path(place);
    HALLMARK_TRY(index.plain, take_file(subject, files, index.path));
    HALLMARK_TRY(index.gz, take_file(subject, files, index.path + ".gz"));
    HALLMARK_TRY(index.xz, take_file(subject, files, index.path + ".xz"));
    subject.indices.push_back(std::move(index));
    HALLMARK_CHECK(take_contents(subject, files, place));
  }
  if (!files.empty()) {
    return policy_error(files.begin()->first, "is no index of suite " + subject.suite->name);
  }
  std::vector<ReleaseEntry> entries;
  for (const ShownIndex& index : subject.indices) add_entries(index, entries);
  for (const ShownContents& contents : subject.contents) add_entries(contents, entries);
  subject.list = release_list(entries);
  return ok_status();
}

Status stanzas_are_those_accepted(ReleaseCase& subject) {
  for (ShownIndex& index : subject.indices) {
    HALLMARK_TRY(const MappedFile plain,
                 MappedFile::map(index.plain.fd.get(), kMaxIndex, index.path));
    HALLMARK_TRY(index.shards, check_index(subject.context.state, index.place,
                                           as_text(plain.bytes()), index.path));
  }
  return ok_status();
}

Status every_form_says_the_same(ReleaseCase& subject) {
  const State& state = subject.context.state;
  std::vector<FormCheck> checks;
  for (const ShownIndex& index : subject.indices) {
    for (const char* compression : {"gz", "xz"}) {
      HALLMARK_TRY(std::vector<KnownForm> known, state.known_forms(index.place, compression));
      checks.push_back({index, compression, std::move(known), {}});
    }
  }
  HALLMARK_CHECK(for_each_in_parallel(
      checks.size(), [&] { return [&](uint64_t number) { return check_form(checks[number]); }; }));
  for (const FormCheck& check : checks) {
    if (check.found == check.known) continue;
    HALLMARK_CHECK(state.set_known_forms(check.index.place, check.compression, check.found));
  }
  return ok_status();
}

Status contents_are_those_of_the_packages(ReleaseCase& subject) {
  for (const ShownContents& contents : subject.contents) {
    const std::string name = contents.path + ".gz";
    HALLMARK_TRY(const MappedFile form, MappedFile::map(contents.gz.fd.get(), kMaxIndex, name));
    HALLMARK_CHECK(
        check_contents(subject.context.state, contents.place, as_text(form.bytes()), name));
  }
  return ok_status();
}

Result<std::optional<SignedRelease>> release_that_still_stands(ReleaseCase& subject) {
  HALLMARK_TRY(std::optional<SignedRelease> newest,
               subject.context.state.newest_release(subject.suite->name));
  if (!newest) return newest;
  // What another terminal has signed since is what users have.
  HALLMARK_TRY(const std::optional<LastRelease> last, last_release(subject));
  const bool is_the_last = !last || last->terminal == subject.context.origin.terminal;
  const int64_t half_time = newest->date + (newest->valid_until - newest->date) / 2;
  const int64_t now = subject.context.now();
  // What a policy of before had signed may have other keys, names or days.
  HALLMARK_TRY(const std::vector<PolicyInForce> history, subject.context.state.policy_history());
  const bool same_policy = !history.empty() && history.back().since <= newest->date;
  const bool stands = is_the_last && same_policy && newest->indices == sha256(subject.list) &&
                      newest->date <= now && now < half_time;
  if (!stands) newest.reset();
  return newest;
}

Status date_is_newer_than_the_last(ReleaseCase& subject) {
  HALLMARK_TRY(const std::optional<LastRelease> last, last_release(subject));
  if (!last) {
    subject.date = subject.context.now();
    return ok_status();
  }
  subject.follows = last->sha256;
  subject.date = next_second(subject.context, last->date);
  if (subject.date > last->date) return ok_status();
  return policy_error("suite " + subject.suite->name,
                      "would get the Date " + format_utc(subject.date) + ", and its last is " +
                          format_utc(last->date) + ", of terminal " + last->terminal,
                      "set this terminal's clock");
}

Result<SignedRelease> sign_release(const ReleaseCase& subject) {
  const SignerContext& context = subject.context;
  SignedRelease release;
  release.suite = subject.suite->name;
  release.date = subject.date;
  release.valid_until = subject.date + subject.suite->valid_days * kDay;
  release.indices = sha256(subject.list);
  release.release = render_release(
      {subject.policy.policy, *subject.suite, release.date, release.valid_until, subject.list});
  const std::string action =
      "Sign the Release of suite " + release.suite + ", dated " + format_utc(release.date);
  HALLMARK_TRY(release.inrelease,
               context.keys.sign_openpgp(OpenPgpForm::kClearSigned, release.release,
                                         subject.signers, action));
  HALLMARK_TRY(
      release.release_gpg,
      context.keys.sign_openpgp(OpenPgpForm::kDetached, release.release, subject.signers, action));
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.add_release(release));
  HALLMARK_CHECK(note_known_releases(subject, release));
  HALLMARK_CHECK(
      commit_with_log(context, std::move(transaction),
                      {release_event(subject, release, "Release", release.release),
                       release_event(subject, release, "InRelease", release.inrelease),
                       release_event(subject, release, "Release.gpg", release.release_gpg)}));
  return release;
}

Response release_answer(const SignedRelease& release) {
  return {Json{{"release", release.release},
               {"release_gpg", release.release_gpg},
               {"inrelease", release.inrelease},
               {"date", format_utc(release.date)}},
          {}};
}

}  // namespace hallmark
