#include "reproducible/fetch_git.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/fd.hpp"

namespace hallmark {
namespace {

// A repository of its own in work/NAME.
Result<GitRepository> new_repository(const std::string& work, const std::string& name,
                                     const std::string& proxy) {
  const std::string folder = work + "/" + name;
  HALLMARK_CHECK(make_dirs(folder, 0700));
  return GitRepository::create(folder, proxy);
}

// What is judged is the bundle, in a second repository: the very file that the builder will read.
template <typename Judge>
Status judge_bundle(const std::string& path, const std::string& tag, const std::string& work,
                    const Judge& judge) {
  HALLMARK_TRY(const GitRepository copy, new_repository(work, "copy", ""));
  if (const Status opened = copy.fetch_tag(path, tag); !opened.ok()) {
    return verification_error(path, opened.error().cause,
                              "find out how it was changed, remove it, and fetch again");
  }
  return judge(copy);
}

Status keep(const std::string& path, const std::string& final_path) {
  const std::string folder = final_path.substr(0, final_path.rfind('/'));
  HALLMARK_CHECK(make_dirs(folder, 0755));
  HALLMARK_TRY(const UniqueFd bundle, open_at(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW));
  if (::fchmod(bundle.get(), 0644) != 0) return errno_error(path, "cannot set mode");
  HALLMARK_CHECK(sync_fd(bundle.get(), path));
  if (::rename(path.c_str(), final_path.c_str()) != 0) {
    return errno_error(final_path, "cannot move into place");
  }
  HALLMARK_TRY(const UniqueFd directory, open_dir(folder));
  return sync_fd(directory.get(), folder);
}

Result<std::string> clone_bundle(const Product& product, const std::string& tag,
                                 const std::string& work, const std::string& proxy) {
  HALLMARK_TRY(const GitRepository clone, new_repository(work, "clone", proxy));
  HALLMARK_CHECK(clone.fetch_tag(product.origin.url, tag));
  const std::string path = work + "/tag.bundle";
  HALLMARK_CHECK(clone.write_bundle(path, tag));
  return path;
}

}  // namespace

Result<GitSource> pin_git(const Product& product, const std::string& version, const GitFetch& how) {
  const std::string tag = product.tag_for(version);
  HALLMARK_TRY(const std::string path, clone_bundle(product, tag, how.work, how.proxy));
  GitSource source;
  HALLMARK_CHECK(judge_bundle(path, tag, how.work, [&](const GitRepository& copy) -> Status {
    HALLMARK_TRY(source, inspect_git_source(copy, product, version, how.keyring));
    return ok_status();
  }));
  HALLMARK_CHECK(keep(path, how.layout.quarantined_bundle(source.locked.tag_object)));
  return source;
}

Result<bool> fetch_git(const Lock& lock, const Product& product, const GitFetch& how) {
  return take_git(lock, product, how, [&] {
    return clone_bundle(product, product.tag_for(lock.version), how.work, how.proxy);
  });
}

Result<bool> take_git(const Lock& lock, const Product& product, const GitFetch& how,
                      const BringBundle& bring) {
  const std::string final_path = how.layout.quarantined_bundle(lock.source.tag_object);
  const bool missing = ::access(final_path.c_str(), F_OK) != 0 && errno == ENOENT;
  std::string path = final_path;
  if (missing) {
    HALLMARK_TRY(path, bring());
  }
  HALLMARK_CHECK(judge_bundle(path, lock.source.tag, how.work, [&](const GitRepository& copy) {
    return verify_git_source(copy, product, lock, how.keyring);
  }));
  if (missing) HALLMARK_CHECK(keep(path, final_path));
  return missing;
}

}  // namespace hallmark
