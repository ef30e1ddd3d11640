// Including a source package: its .dsc stands for it in the state, the files that it names belong
// to it and may belong to others too, as an upstream archive does to several Debian revisions.
#include <algorithm>

#include "core/digest.hpp"
#include "publisher/repository/include_parts.hpp"
#include "verify/pool_folder.hpp"
#include "verify/source_package.hpp"

namespace hallmark {
namespace {

struct StagedSource {
  std::vector<StagedFile> files;
  SourcePackage source;
};

Result<StagedSource> stage_source(Tree& tree, std::span<const int> untrusted_files) {
  StagedSource out;
  std::vector<int> copies;
  const std::string subject = untrusted_files.empty() ? "source" : name_of(untrusted_files.front());
  for (const int untrusted_file : untrusted_files) {
    HALLMARK_TRY(StagedFile staged, tree.stage_copy(untrusted_file, name_of(untrusted_file)));
    copies.push_back(staged.fd.get());
    out.files.push_back(std::move(staged));
  }
  HALLMARK_TRY(out.source, read_source(copies, subject));
  return out;
}

// The staged file with these bytes.
Result<StagedFile> take_staged(std::vector<StagedFile>& staged, const SourceFile& file) {
  for (auto at = staged.begin(); at != staged.end(); ++at) {
    HALLMARK_TRY(const FileDigest digest, digest_fd(at->fd.get()));
    if (digest.sha256 != file.sha256) continue;
    StagedFile found = std::move(*at);
    staged.erase(at);
    return found;
  }
  return failed(file.name, "was staged and is not there any more");
}

PoolPackage describe(const SourcePackage& source, const std::string& folder) {
  const auto served = [&](const SourceFile& file) {
    return ServedFile{folder + "/" + file.name, file.size, file.sha256};
  };
  PoolPackage package{source.dsc.package,
                      source.dsc.version,
                      kSourceIndex,
                      served(source.files.front()),
                      sources_stanza(source, folder),
                      {}};
  for (const SourceFile& file : std::span(source.files).subspan(1)) {
    package.source_files.push_back(served(file));
  }
  return package;
}

// Those of its files that the pool lacks; other bytes in their place are refused.
Result<std::vector<ServedFile>> new_files(RepositoryState& state, const PoolPackage& package) {
  std::vector<ServedFile> out;
  HALLMARK_TRY(const std::optional<ServedFile> dsc, state.pool_file(package.file.path));
  if (dsc && dsc->sha256 != package.file.sha256) return other_bytes(*dsc, package.file.sha256);
  if (!dsc) out.push_back(package.file);
  for (const ServedFile& file : package.source_files) {
    HALLMARK_TRY(const std::optional<ServedFile> there, state.source_file(file.path));
    if (there && there->sha256 != file.sha256) return other_bytes(*there, file.sha256);
    if (!there) out.push_back(file);
  }
  return out;
}

Status check_name_lengths(const PoolPackage& package) {
  for (const ServedFile& file : package.source_files) {
    if (base_name(file.path).size() > kMaxNameLength) {
      return policy_error(base_name(file.path), "is too long a file name");
    }
  }
  return ok_status();
}

}  // namespace

Result<Included> include_source(Repository& repository, const Policy& policy,
                                const Destination& destination,
                                std::span<const int> untrusted_files) {
  const SuitePolicy* suite = nullptr;
  HALLMARK_CHECK(check_destination(policy, destination, suite));
  HALLMARK_CHECK(repository.tree.clear_incoming());
  HALLMARK_TRY(StagedSource staged, stage_source(repository.tree, untrusted_files));
  PoolPackage package =
      describe(staged.source, pool_folder(destination.component, staged.source.dsc.package));
  HALLMARK_CHECK(check_name_lengths(package));

  HALLMARK_TRY(
      const bool retired,
      repository.state.is_retired(destination.suite, destination.component, package.file.sha256));
  if (retired) {
    HALLMARK_CHECK(repository.tree.clear_incoming());
    return Included{{}, 1};
  }
  HALLMARK_TRY(Transaction transaction, repository.state.transaction());
  HALLMARK_TRY(const std::vector<ServedFile> missing, new_files(repository.state, package));
  HALLMARK_TRY(const bool known, is_in_pool(repository.state, package));
  if (!known) HALLMARK_CHECK(repository.state.add_pool_package(package));
  HALLMARK_TRY(const bool added, repository.state.add_member(
                                     destination.suite, destination.component, package.file.path));
  std::vector<Placement> placements;
  for (const ServedFile& file : missing) {
    HALLMARK_TRY(StagedFile from,
                 take_staged(staged.files, {base_name(file.path), file.size, file.sha256}));
    placements.push_back({std::move(from), file.path});
  }
  // Files before the record of them, as with packages.
  HALLMARK_CHECK(repository.tree.place(placements));
  HALLMARK_CHECK(transaction.commit());
  HALLMARK_CHECK(repository.tree.clear_incoming());
  if (!added) return Included{{}, 1};
  package.stanza.clear();
  return Included{{std::move(package)}, 0};
}

}  // namespace hallmark
