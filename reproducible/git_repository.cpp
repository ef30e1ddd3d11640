#include "reproducible/git_repository.hpp"

#include <chrono>

#include "process/run.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kShortOutput = uint64_t{1} << 20U;  // bytes
constexpr uint64_t kTagsLimit = uint64_t{16} << 20U;
constexpr uint64_t kListingLimit = uint64_t{256} << 20U;  // about two million files
constexpr std::chrono::seconds kQuick{120};
constexpr std::chrono::hours kTransfer{2};

// In the place of ~/.gitconfig: what git reads before it looks at a repository, its own or the
// other side's. safe.directory speaks of who owns a local origin, which says nothing of the tag in
// it.
std::string configuration(const std::string& proxy) {
  std::string out =
      "[core]\n hooksPath = /dev/null\n attributesFile = /dev/null\n fsmonitor = false\n"
      "[protocol]\n allow = never\n"
      "[protocol \"https\"]\n allow = always\n"
      "[protocol \"file\"]\n allow = always\n"
      "[transfer]\n fsckObjects = true\n"
      "[fetch]\n recurseSubmodules = false\n"
      "[http]\n followRedirects = initial\n lowSpeedLimit = 64\n lowSpeedTime = 60\n"
      "[gc]\n auto = 0\n"
      "[maintenance]\n auto = false\n"
      "[safe]\n directory = *\n";
  if (!proxy.empty()) out += "[http]\n proxy = \"" + proxy + "\"\n";
  return out;
}

Status check_address(const std::string& from) {
  if (from.starts_with('/') || from.starts_with("https://")) return ok_status();
  return failed(from, "is neither an https:// address nor an absolute path");
}

}  // namespace

struct GitRepository::Work {
  std::vector<std::string> arguments;
  std::string subject;
  std::string input{};
  uint64_t output_limit = kShortOutput;
  std::chrono::seconds timeout = kQuick;
  int stdout_fd = -1;
};

Result<std::string> GitRepository::run_git(const Work& work) const {
  Command command;
  command.program = "/usr/bin/git";
  command.arguments = {"--git-dir=" + path(), "--no-replace-objects"};
  command.arguments.insert(command.arguments.end(), work.arguments.begin(), work.arguments.end());
  command.environment = {"HOME=/nonexistent",        "GIT_CONFIG_NOSYSTEM=1",
                         "GIT_ATTR_NOSYSTEM=1",      "GIT_CONFIG_GLOBAL=" + folder_ + "/config",
                         "GIT_NO_REPLACE_OBJECTS=1", "GIT_TERMINAL_PROMPT=0",
                         "GIT_ASKPASS=/bin/false",   "GIT_OPTIONAL_LOCKS=0"};
  command.working_directory = folder_;
  command.stdin_text = work.input;
  command.output_limit = work.output_limit;
  command.timeout = work.timeout;
  command.stdout_fd = work.stdout_fd;
  return run_checked(command, work.subject);
}

Result<GitRepository> GitRepository::create(const std::string& folder, const std::string& proxy) {
  if (proxy.find_first_of("\"\\\n") != std::string::npos) return failed(proxy, "is not a proxy");
  HALLMARK_TRY(const UniqueFd directory, open_dir(folder));
  HALLMARK_CHECK(write_file_atomic(directory.get(), "config", configuration(proxy), 0600));
  GitRepository repository(folder);
  Work work;
  work.arguments = {"init", "--quiet", "--bare", "--template=", repository.path()};
  work.subject = "git repository";
  HALLMARK_TRY(const std::string said, repository.run_git(work));
  return repository;
}

Status GitRepository::fetch_tag(const std::string& from, const std::string& tag) const {
  HALLMARK_CHECK(check_address(from));
  const std::string ref = "refs/tags/" + tag;
  Work check{{"check-ref-format", ref}, "tag " + tag};
  if (!run_git(check).ok()) return failed("tag " + tag, "is not a possible name of a tag");
  Work fetch{{"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance",
              "--", from, ref + ":" + ref},
             from};
  fetch.timeout = kTransfer;
  if (const auto fetched = run_git(fetch); !fetched.ok()) {
    return remote_error(from, "tag " + tag + " cannot be had: " + fetched.error().cause);
  }
  Work fsck{{"fsck", "--strict", "--full", "--no-dangling", "--no-progress"}, from};
  fsck.timeout = kTransfer;
  if (const auto sound = run_git(fsck); !sound.ok()) {
    return verification_error(from, "its git objects are not sound: " + sound.error().cause);
  }
  return ok_status();
}

Result<std::string> GitRepository::list_tags(const std::string& from) const {
  HALLMARK_CHECK(check_address(from));
  Work list{{"ls-remote", "--quiet", "--refs", "--tags", "--", from}, from};
  list.output_limit = kTagsLimit;
  Result<std::string> listing = run_git(list);
  if (listing.ok()) return listing;
  return remote_error(from, "its tags cannot be had: " + listing.error().cause,
                      "it is safe to run again");
}

Status GitRepository::write_bundle(const std::string& path, const std::string& tag) const {
  Work work{{"bundle", "create", "--quiet", path, "refs/tags/" + tag}, path};
  work.timeout = kTransfer;
  HALLMARK_TRY(const std::string said, run_git(work));
  return ok_status();
}

Result<std::string> GitRepository::object(const std::string& type, const std::string& id,
                                          uint64_t limit) const {
  Work work{{"cat-file", type, id}, "git " + type + " " + id};
  work.output_limit = limit;
  return run_git(work);
}

Result<GitRepository::Named> GitRepository::find_tag(const std::string& tag) const {
  const std::string ref = "refs/tags/" + tag;
  Work work{{"for-each-ref", "--format=%(objectname) %(objecttype) %(refname)", ref}, "tag " + tag};
  HALLMARK_TRY(const std::string line, run_git(work));
  const std::size_t space = line.find(' ');
  const std::size_t end = line.find(' ', space + 1);
  // One line, and of that very name: a pattern also matches what lies below it.
  if (space == std::string::npos || end == std::string::npos ||
      line.substr(end + 1) != ref + "\n") {
    return verification_error("tag " + tag, "is not in the repository");
  }
  return Named{line.substr(0, space), line.substr(space + 1, end - space - 1)};
}

Result<std::string> GitRepository::list_tree(const std::string& tree) const {
  Work work{{"ls-tree", "-r", "-z", "--full-tree", tree}, "git tree " + tree};
  work.output_limit = kListingLimit;
  return run_git(work);
}

Result<UniqueFd> GitRepository::objects(const std::string& ids) const {
  HALLMARK_TRY(UniqueFd file, unnamed_file(folder_));
  Work work{{"cat-file", "--batch", "--buffer"}, "git objects"};
  work.input = ids;
  work.timeout = kTransfer;
  work.stdout_fd = file.get();
  HALLMARK_TRY(const std::string said, run_git(work));
  return file;
}

}  // namespace hallmark
