#include "publisher/transfer/publish_plan.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <iterator>

#include "core/digest.hpp"
#include "publisher/repository/changelogs.hpp"
#include "publisher/repository/checksums.hpp"

namespace hallmark {
namespace {

Upload from_tree(const Tree& tree, const ServedFile& file, const std::string& source_path) {
  return Upload{file, [&tree, source_path] { return tree.open_file(source_path); }};
}

PublishStage files_stage(const std::string& name, const Tree& tree,
                         const std::vector<ServedFile>& files) {
  PublishStage stage{name, {}, false};
  for (const ServedFile& file : files) stage.uploads.push_back(from_tree(tree, file, file.path));
  return stage;
}

std::vector<ServedFile> ending_with(const std::vector<ServedFile>& files, std::string_view ending,
                                    bool wanted) {
  std::vector<ServedFile> some;
  std::copy_if(files.begin(), files.end(), std::back_inserter(some),
               [&](const ServedFile& file) { return file.path.ends_with(ending) == wanted; });
  return some;
}

// Of what is released, from where later composes leave it.
Status add_changelogs_stage(Repository& repository, std::vector<PublishStage>& plan) {
  HALLMARK_TRY(const std::vector<ServedFile> rows, repository.state.released_changelogs());
  PublishStage stage{"changelogs", {}, false};
  for (const ServedFile& file : chosen_changelogs(rows)) {
    stage.uploads.push_back(from_tree(repository.tree, file, by_hash_path(file)));
  }
  plan.push_back(std::move(stage));
  return ok_status();
}

// The F-Droid index, and what it names besides APKs; then the entry that names it, entry.jar last.
Status add_fdroid_stages(Repository& repository, std::vector<PublishStage>& plan) {
  HALLMARK_TRY(const std::optional<FdroidSigned> entry, repository.state.fdroid_entry());
  if (!entry) return ok_status();
  // It names an app that was removed since: what hosts have stays until another is signed.
  if (entry->lacks_apk) return ok_status();
  HALLMARK_TRY(const std::vector<ServedFile> files, repository.state.fdroid_files());
  plan.push_back(files_stage("F-Droid index", repository.tree, files));
  plan.push_back({"entry.json",
                  {upload_of_text("apk/index.html", entry->page),
                   upload_of_text("apk/entry.json", entry->entry)},
                  true});
  plan.push_back({"entry.jar", {upload_of_text("apk/entry.jar", entry->jar)}, true});
  return ok_status();
}

Status add_checksums_stage(Repository& repository, std::vector<PublishStage>& plan) {
  HALLMARK_TRY(const std::vector<ReleaseAttestation> attestations, repository.state.attestations());
  HALLMARK_TRY(const std::vector<ReleaseChecksums> all, repository.state.checksums());
  PublishStage stage{"checksums", {}, false};
  for (const ReleaseAttestation& one : attestations) {
    stage.uploads.push_back(upload_of_text(one.path, one.text));
  }
  for (const ReleaseChecksums& one : all) {
    for (const auto& [path, text] : served_checksums(one)) {
      stage.uploads.push_back(upload_of_text(path, text));
    }
  }
  plan.push_back(std::move(stage));
  return ok_status();
}

}  // namespace

Upload upload_of_text(const std::string& path, const std::string& text) {
  const ServedFile file{path, text.size(), sha256(text)};
  return Upload{file, [text, path]() -> Result<UniqueFd> {
                  UniqueFd fd(::memfd_create("file", MFD_CLOEXEC));
                  if (!fd) return errno_error(path, "cannot make a file in memory");
                  HALLMARK_CHECK(write_all(fd.get(), text));
                  return fd;
                }};
}

std::set<std::string> parent_folders(const std::vector<std::string>& paths) {
  std::set<std::string> folders;
  for (const std::string& path : paths) {
    for (std::size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      folders.insert(path.substr(0, slash));
    }
  }
  return folders;
}

std::vector<ServedFile> files_of(const std::vector<PublishStage>& plan) {
  std::vector<ServedFile> out;
  for (const PublishStage& stage : plan) {
    for (const Upload& upload : stage.uploads) out.push_back(upload.file);
  }
  return out;
}

Result<std::vector<PublishStage>> make_publish_plan(Repository& repository, bool with_fdroid) {
  const Tree& tree = repository.tree;
  HALLMARK_TRY(const std::vector<ServedFile> pool, repository.state.released_pool_files());
  HALLMARK_TRY(const std::vector<ServedFile> apks, repository.state.apks());
  HALLMARK_TRY(const std::vector<Release> releases, repository.state.releases());
  PublishStage by_hash{"by-hash", {}, false};
  PublishStage indices{"indices", {}, false};
  PublishStage detached{"Release", {}, true};
  PublishStage inrelease{"InRelease", {}, true};
  for (const Release& release : releases) {
    if (release.up_to < 0) {
      return failed("suite " + release.suite, "names a package that was removed since",
                    "compose and sign it again; after 'hallmark withdraw', run that again");
    }
    HALLMARK_TRY(const std::vector<ServedFile> files,
                 repository.state.release_indices(release.suite));
    for (const ServedFile& file : files) {
      // A later compose may have changed the plain name; by its hash the signed one is still there.
      const std::string source = by_hash_path(file);
      by_hash.uploads.push_back(
          from_tree(tree, ServedFile{source, file.size, file.sha256}, source));
      indices.uploads.push_back(from_tree(tree, file, source));
    }
    // From the database, where the three of them are always of one signing.
    const std::string folder = "dists/" + release.suite + "/";
    detached.uploads.push_back(upload_of_text(folder + "Release", release.release));
    detached.uploads.push_back(upload_of_text(folder + "Release.gpg", release.release_gpg));
    inrelease.uploads.push_back(upload_of_text(folder + "InRelease", release.inrelease));
  }
  std::vector<PublishStage> plan;
  plan.push_back(files_stage("pool", tree, pool));
  HALLMARK_CHECK(add_changelogs_stage(repository, plan));
  plan.push_back(files_stage("idsig", tree, ending_with(apks, ".idsig", true)));
  plan.push_back(files_stage("apk", tree, ending_with(apks, ".idsig", false)));
  HALLMARK_CHECK(add_checksums_stage(repository, plan));
  for (PublishStage* stage : {&by_hash, &indices, &detached, &inrelease}) {
    plan.push_back(std::move(*stage));
  }
  if (with_fdroid) HALLMARK_CHECK(add_fdroid_stages(repository, plan));
  return plan;
}

}  // namespace hallmark
