#include <unistd.h>

#include <algorithm>
#include <array>

#include "core/debian_version.hpp"
#include "core/digest.hpp"
#include "core/parallel.hpp"
#include "core/safe_path.hpp"
#include "publisher/repository/include_parts.hpp"
#include "verify/deb_package.hpp"

namespace hallmark {
namespace {

struct Candidate {
  StagedFile staged;
  DebPackage deb;
};

Status check_architecture(const SuitePolicy& suite, const DebPackage& deb,
                          const std::string& subject) {
  const auto& known = suite.architectures;
  if (deb.architecture == "all" ||
      std::find(known.begin(), known.end(), deb.architecture) != known.end()) {
    return ok_status();
  }
  return policy_error(subject, "is for " + deb.architecture + ", which suite " + suite.name +
                                   " does not have in the policy");
}

// Private copies first, and then what these are, on all processors.
Result<std::vector<Candidate>> stage_debs(Tree& tree, std::span<const int> untrusted_files) {
  std::vector<Candidate> out(untrusted_files.size());
  std::vector<std::string> names;
  for (std::size_t i = 0; i < out.size(); ++i) {
    names.push_back(name_of(untrusted_files[i]));
    HALLMARK_TRY(out[i].staged, tree.stage_copy(untrusted_files[i], names[i]));
  }
  const auto read_one = [&](uint64_t i) -> Status {
    HALLMARK_TRY(out[i].deb, read_deb(out[i].staged.fd.get(), names[i]));
    return ok_status();
  };
  HALLMARK_CHECK(for_each_in_parallel(out.size(), [&] { return read_one; }));
  return out;
}

Status check_newest(RepositoryState& state, const std::string& suite, const PoolPackage& package) {
  HALLMARK_TRY(const std::vector<std::string> versions,
               state.versions(suite, package.package, package.architecture));
  const auto higher = std::find_if(versions.begin(), versions.end(), [&](const auto& version) {
    return compare_debian_versions(package.version, version) < 0;
  });
  if (higher != versions.end()) {
    return policy_error(base_name(package.file.path),
                        "is lower than version " + *higher + " in suite " + suite);
  }
  return ok_status();
}

// Records the package; true if the suite did not have it. Sets `new_file` if the pool did not.
Result<bool> record(RepositoryState& state, const Destination& destination,
                    const PoolPackage& package, bool& new_file) {
  HALLMARK_TRY(const bool in_pool, is_in_pool(state, package));
  new_file = !in_pool;
  if (new_file) HALLMARK_CHECK(state.add_pool_package(package));
  HALLMARK_TRY(const bool added,
               state.add_member(destination.suite, destination.component, package.file.path));
  if (added) HALLMARK_CHECK(check_newest(state, destination.suite, package));
  return added;
}

Result<PoolPackage> describe(const DebPackage& deb, const Destination& destination) {
  const std::string path = pool_path(deb, destination.component);
  if (base_name(path).size() > kMaxNameLength) {
    return policy_error(base_name(path), "is too long a file name");
  }
  return PoolPackage{deb.package,
                     deb.version,
                     deb.architecture,
                     ServedFile{path, deb.size, deb.sha256},
                     index_stanza(deb, path),
                     {}};
}

Result<Included> record_and_place(Repository& repository, const Destination& destination,
                                  std::vector<Candidate> candidates) {
  Included included;
  std::vector<Placement> placements;
  HALLMARK_TRY(Transaction transaction, repository.state.transaction());
  for (Candidate& candidate : candidates) {
    HALLMARK_TRY(PoolPackage package, describe(candidate.deb, destination));
    HALLMARK_TRY(
        const bool retired,
        repository.state.is_retired(destination.suite, destination.component, package.file.sha256));
    if (retired) {
      ++included.unchanged;
      continue;
    }
    bool new_file = false;
    HALLMARK_TRY(const bool added, record(repository.state, destination, package, new_file));
    if (new_file) placements.push_back({std::move(candidate.staged), package.file.path});
    if (!added) {
      ++included.unchanged;
      continue;
    }
    package.stanza.clear();
    included.added.push_back(std::move(package));
  }
  // Files before the record of them: after a crash in between, the next attempt replaces files that
  // no record names.
  HALLMARK_CHECK(repository.tree.place_unrecorded(placements));
  HALLMARK_CHECK(transaction.commit());
  return included;
}

}  // namespace

std::string name_of(int fd) {
  std::array<char, 4096> target{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
  if (length <= 0) return "file";
  std::string name = base_name(std::string(target.data(), static_cast<std::size_t>(length)));
  for (char& c : name) {
    if (c < ' ' || c > '~') c = '?';
  }
  return name;
}

Status check_destination(const Policy& policy, const Destination& destination,
                         const SuitePolicy*& suite) {
  suite = policy.suite(destination.suite);
  if (suite == nullptr) return policy_error(destination.suite, "is no suite of the policy");
  const auto& components = suite->components;
  if (std::find(components.begin(), components.end(), destination.component) == components.end()) {
    return policy_error(destination.component,
                        "is no component of suite " + suite->name + " in the policy");
  }
  return ok_status();
}

Result<bool> is_in_pool(RepositoryState& state, const PoolPackage& package) {
  HALLMARK_TRY(const std::vector<PoolPackage> same_name,
               state.pool_packages(package.package, package.version, package.architecture));
  for (const PoolPackage& other : same_name) {
    if (other.file.sha256 != package.file.sha256) {
      return other_bytes(other.file, package.file.sha256);
    }
  }
  HALLMARK_TRY(const std::optional<ServedFile> same_path, state.pool_file(package.file.path));
  if (same_path && same_path->sha256 != package.file.sha256) {
    return other_bytes(*same_path, package.file.sha256);
  }
  return same_path.has_value();
}

Result<Included> include_packages(Repository& repository, const Policy& policy,
                                  const Destination& destination,
                                  std::span<const int> untrusted_files) {
  const SuitePolicy* suite = nullptr;
  HALLMARK_CHECK(check_destination(policy, destination, suite));
  HALLMARK_CHECK(repository.tree.clear_incoming());
  HALLMARK_TRY(std::vector<Candidate> candidates, stage_debs(repository.tree, untrusted_files));
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    HALLMARK_CHECK(check_architecture(*suite, candidates[i].deb, name_of(untrusted_files[i])));
  }
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return stanza_before(a.deb, b.deb); });
  HALLMARK_TRY(Included included, record_and_place(repository, destination, std::move(candidates)));
  HALLMARK_CHECK(repository.tree.clear_incoming());  // copies of what was there before
  return included;
}

}  // namespace hallmark
