#include "publisher/repository/tree_check.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "core/digest.hpp"
#include "core/parallel.hpp"
#include "publisher/repository/inventory.hpp"

namespace hallmark {
namespace {

// The digest that the name of an index or changelog by its hash promises.
std::optional<Sha256Digest> named_digest(const std::string& path) {
  const bool has_by_hash = path.starts_with("dists/") || path.starts_with("changelogs/");
  if (!has_by_hash || path.find("/by-hash/SHA256/") == std::string::npos) return {};
  const Result<Sha256Digest> digest = Sha256Digest::from_hex(path.substr(path.rfind('/') + 1));
  if (!digest.ok()) return {};
  return *digest;
}

// What a file in the tree is expected to be; no digest: nobody said.
struct ExpectedFile {
  TreeFile file;
  std::optional<Sha256Digest> sha256;
};

void add_fault(TreeReport& report, const std::string& path, const char* fault,
               const std::string& words) {
  report.faults.push_back({path, fault, words});
}

// Names and sizes. Gives what is left to be read.
std::vector<ExpectedFile> compare_names(const Inventory& inventory,
                                        const std::vector<TreeFile>& files, TreeReport& report) {
  std::map<std::string_view, const ServedFile*> needed;
  for (const ServedFile& file : inventory.needed) needed[file.path] = &file;
  std::vector<ExpectedFile> readable;
  for (const TreeFile& file : files) {
    ++report.files;
    report.bytes += file.size;
    const auto found = needed.find(file.path);
    if (found == needed.end()) {
      const std::optional<Sha256Digest> digest = named_digest(file.path);
      if (digest) readable.push_back({file, digest});
      if (!digest && !inventory.kept.contains(file.path)) {
        add_fault(report, file.path, "extra", "nothing in the repository's state refers to it");
      }
      continue;
    }
    const ServedFile& expected = *found->second;
    needed.erase(found);
    if (file.size == expected.size) {
      readable.push_back({file, expected.sha256});
    } else {
      add_fault(report, file.path, "size",
                "has " + std::to_string(file.size) + " bytes, and should have " +
                    std::to_string(expected.size));
    }
  }
  for (const auto& [path, file] : needed) {
    add_fault(report, file->path, "missing", "is not in the tree");
  }
  return readable;
}

// Several threads report to one of these.
class DeepCheck {
 public:
  DeepCheck(const Tree& tree, const std::vector<ExpectedFile>& files, const ProgressSink& progress,
            TreeReport& report)
      : tree_(tree), files_(files), progress_(progress), report_(report) {
    for (const ExpectedFile& file : files) total_ += file.file.size;
  }

  Status run() {
    return for_each_in_parallel(files_.size(), [this]() -> IndexedWork {
      return [this](uint64_t index) { return check(files_[index]); };
    });
  }

 private:
  Status check(const ExpectedFile& expected) {
    const Result<FileDigest> digest = read(expected.file.path);
    const std::lock_guard<std::mutex> guard(mutex_);
    done_ += expected.file.size;
    progress_(Json{
        {"step", "check"},
        {"done", done_},
        {"total", total_},
        {"unit", "bytes"},
        {"note", std::to_string(++count_) + " of " + std::to_string(files_.size()) + " files"}});
    if (!digest.ok()) {
      add_fault(report_, expected.file.path, "digest", digest.error().message());
    } else if (digest->sha256 != *expected.sha256) {
      add_fault(
          report_, expected.file.path, "digest",
          "has sha256 " + digest->sha256.hex() + ", and should have " + expected.sha256->hex());
    }
    return ok_status();
  }

  Result<FileDigest> read(const std::string& path) const {
    HALLMARK_TRY(const UniqueFd fd, tree_.open_file(path));
    return digest_fd(fd.get());
  }

  const Tree& tree_;
  const std::vector<ExpectedFile>& files_;
  const ProgressSink& progress_;
  TreeReport& report_;
  std::mutex mutex_;
  uint64_t total_ = 0;
  uint64_t done_ = 0;
  uint64_t count_ = 0;
};

}  // namespace

Result<TreeReport> check_tree(Repository& repository, const ProgressSink* deep) {
  HALLMARK_TRY(const Inventory inventory, take_inventory(repository.state));
  HALLMARK_TRY(const std::vector<TreeFile> files, repository.tree.list());
  TreeReport report;
  const std::vector<ExpectedFile> readable = compare_names(inventory, files, report);
  if (deep != nullptr) {
    HALLMARK_CHECK(DeepCheck(repository.tree, readable, *deep, report).run());
  }
  std::sort(report.faults.begin(), report.faults.end(),
            [](const TreeFault& a, const TreeFault& b) { return a.path < b.path; });
  return report;
}

}  // namespace hallmark
