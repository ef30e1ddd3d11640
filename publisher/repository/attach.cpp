#include <algorithm>
#include <charconv>
#include <sstream>

#include "core/deb822.hpp"
#include "core/digest.hpp"
#include "publisher/repository/repository.hpp"
#include "verify/clearsigned_text.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxText = std::size_t{10} << 20U;  // apt reads no larger InRelease

// One line of the SHA256 field: digest, size, path below dists/SUITE.
Result<ServedFile> parse_entry(const std::string& line, const std::string& folder) {
  const Error malformed = verification_error(folder + "/Release", "has a malformed SHA256 line");
  std::istringstream words(line);
  std::string digest;
  std::string size_text;
  std::string path;
  std::string excess;
  if (!(words >> digest >> size_text >> path) || words >> excess) return malformed;
  Result<Sha256Digest> sha256 = Sha256Digest::from_hex(digest);
  uint64_t size = 0;
  const char* end = size_text.data() + size_text.size();
  const auto parsed = std::from_chars(size_text.data(), end, size);
  if (!sha256.ok() || parsed.ec != std::errc() || parsed.ptr != end) return malformed;
  return ServedFile{folder + "/" + path, size, *sha256};
}

// Apt wants to know its digest; it is served compressed alone.
void leave_out_plain_contents(std::vector<ServedFile>& listed) {
  const auto is_plain_contents = [](const ServedFile& file) {
    const std::string name = file.path.substr(file.path.rfind('/') + 1);
    return name.starts_with("Contents-") && !name.ends_with(".gz");
  };
  listed.erase(std::remove_if(listed.begin(), listed.end(), is_plain_contents), listed.end());
}

Result<std::vector<ServedFile>> listed_files(const Deb822Paragraph& release,
                                             const std::string& folder) {
  const std::string* field = release.find("SHA256");
  if (field == nullptr) return verification_error(folder + "/Release", "has no SHA256 field");
  std::vector<ServedFile> out;
  std::istringstream lines(*field);
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_not_of(" \t") == std::string::npos) continue;
    HALLMARK_TRY(ServedFile file, parse_entry(line, folder));
    out.push_back(std::move(file));
  }
  std::sort(out.begin(), out.end(),
            [](const ServedFile& a, const ServedFile& b) { return a.path < b.path; });
  leave_out_plain_contents(out);
  return out;
}

// A heartbeat: the indices of the newest Release again. A later compose may have changed their
// plain names; by their hashes they are still there.
Result<bool> names_the_standing_indices(Repository& repository, const std::string& suite,
                                        const std::vector<ServedFile>& listed) {
  HALLMARK_TRY(const std::vector<ServedFile> standing, repository.state.release_indices(suite));
  return listed == standing && std::all_of(listed.begin(), listed.end(), [&](const auto& file) {
           return repository.tree.holds({by_hash_path(file), file.size, file.sha256});
         });
}

// Says which file is at fault; both lists are sorted by path.
Status check_same(const std::vector<ServedFile>& listed, const std::vector<ServedFile>& composed,
                  const Tree& tree) {
  const std::string hint = "compose, then have the signer sign these indices";
  for (const ServedFile& file : composed) {
    if (std::find(listed.begin(), listed.end(), file) == listed.end()) {
      return verification_error(file.path, "is not in the Release as it was composed", hint);
    }
    if (!tree.holds(file)) return failed(file.path, "is gone from the tree", "compose again");
  }
  for (const ServedFile& file : listed) {
    if (std::find(composed.begin(), composed.end(), file) == composed.end()) {
      return verification_error(file.path, "is in the Release and was not composed", hint);
    }
  }
  if (listed.size() != composed.size()) {
    return verification_error("Release", "lists a file twice", hint);
  }
  return ok_status();
}

Status check_texts(const Release& untrusted_release, const std::string& folder) {
  const Release& texts = untrusted_release;
  for (const std::string* text : {&texts.release, &texts.release_gpg, &texts.inrelease}) {
    if (text->size() > kMaxText) return verification_error(folder, "is larger than apt accepts");
  }
  HALLMARK_TRY(const std::string signed_text,
               clearsigned_text(texts.inrelease, folder + "/InRelease"));
  if (signed_text != texts.release) {
    return verification_error(folder + "/InRelease", "is not the same text as Release");
  }
  if (!texts.release_gpg.starts_with("-----BEGIN PGP SIGNATURE-----\n")) {
    return verification_error(folder + "/Release.gpg", "is not an armored signature");
  }
  return ok_status();
}

Status place_texts(Tree& tree, const Release& release, const std::string& folder) {
  std::vector<Placement> placements;
  const auto add = [&](const std::string& name, const std::string& text) -> Status {
    HALLMARK_TRY(StagedFile staged, tree.stage_text(text));
    placements.push_back({std::move(staged), folder + "/" + name});
    return ok_status();
  };
  HALLMARK_CHECK(add("Release", release.release));
  HALLMARK_CHECK(add("Release.gpg", release.release_gpg));
  HALLMARK_CHECK(add("InRelease", release.inrelease));
  return tree.place(placements);
}

Status add_known(RepositoryState& state, const Release& release,
                 const std::vector<Sha256Digest>& known) {
  for (const Sha256Digest& digest : known) {
    HALLMARK_CHECK(state.add_known_inrelease(release.suite, digest));
  }
  return state.add_known_inrelease(release.suite, sha256(release.inrelease));
}

}  // namespace

Status attach_release(Repository& repository, const Release& untrusted_release,
                      const std::vector<Sha256Digest>& known) {
  const std::string& suite = untrusted_release.suite;
  const std::string folder = "dists/" + suite;
  HALLMARK_TRY(const int64_t up_to, repository.state.composed_up_to(suite));
  if (up_to < 0) return failed(suite, "has not been composed", "compose it first");
  HALLMARK_CHECK(check_texts(untrusted_release, folder));
  HALLMARK_TRY(const Deb822Paragraph fields,
               parse_deb822_paragraph(untrusted_release.release, folder + "/Release"));
  const std::string* name = fields.find("Suite");
  if (name == nullptr || *name != suite) {
    return verification_error(folder + "/Release", "is not for suite " + suite);
  }
  HALLMARK_TRY(const std::vector<ServedFile> listed, listed_files(fields, folder));
  HALLMARK_TRY(const std::vector<ServedFile> composed, repository.state.composed_indices(suite));
  HALLMARK_TRY(const bool standing, names_the_standing_indices(repository, suite, listed));
  const bool is_heartbeat = standing && listed != composed;
  if (!is_heartbeat) HALLMARK_CHECK(check_same(listed, composed, repository.tree));

  Release release = untrusted_release;
  release.up_to = up_to;
  HALLMARK_CHECK(repository.tree.clear_incoming());
  HALLMARK_CHECK(add_known(repository.state, release, known));
  HALLMARK_CHECK(place_texts(repository.tree, release, folder));
  if (is_heartbeat) return repository.state.renew_release(release);
  return repository.state.set_release(release);
}

}  // namespace hallmark
