// contents_index.hpp: from packages that come and go to lines that do. All lines of a large suite
// are more than should be held, so they are taken in the order of their paths, as many at a time as
// fit; the lists of paths, which are read again for each batch, are unpacked one at a time.
#include <algorithm>

#include "verify/contents_index.hpp"
#include "verify/contents_paths.hpp"
#include "verify/deb_paths.hpp"
#include "verify/installed_path.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMostLines = std::size_t{3} << 17U;
constexpr std::size_t kMostText = std::size_t{32} << 20U;  // bytes

// The changes with the lowest paths, from one path on.
class LineBatch {
 public:
  explicit LineBatch(std::string from) : from_(std::move(from)) {
    // Growing would need as much again. Of what is set aside only the used part is there.
    lines_.reserve(kMostLines);
    text_.reserve(kMostText + kLongestInstalledPath);
  }

  void add(std::string_view path, uint32_t name, bool added) {
    if (path < from_ || (until_ && path >= *until_)) return;
    lines_.push_back({text_.size(), static_cast<uint32_t>(path.size()), name, added});
    text_ += path;
    if (lines_.size() >= most_lines_ || text_.size() >= most_text_) cut();
  }

  // Leaves this path, and those behind it, for the next batch.
  void end_before(std::string path) {
    if (until_ && path >= *until_) return;
    until_ = std::move(path);
    lines_.erase(std::remove_if(lines_.begin(), lines_.end(),
                                [this](const Line& line) { return path_of(line) >= *until_; }),
                 lines_.end());
    close_gaps();
  }

  // In the order of path and name; of the batch's own text.
  std::vector<ContentsLineChange> take(const std::vector<ContentsChange>& changes) {
    std::vector<ContentsLineChange> out;
    out.reserve(lines_.size());
    for (const Line& line : lines_) {
      out.push_back({path_of(line), changes[line.name].name, line.added});
    }
    lines_ = {};
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
      return a.path == b.path ? a.name < b.name : a.path < b.path;
    });
    return out;
  }

  const std::string& from() const { return from_; }
  // Where the next batch goes on, if not all lines are in this one.
  const std::optional<std::string>& until() const { return until_; }

 private:
  struct Line {
    std::size_t at = 0;  // in the text
    uint32_t size = 0;
    uint32_t name = 0;  // of the changes
    bool added = false;
  };

  std::string_view path_of(const Line& line) const {
    return std::string_view(text_).substr(line.at, line.size);
  }

  // Leaves about a fourth for the next batch, and never a part of one path's changes.
  void cut() {
    const auto bound = lines_.begin() + static_cast<std::ptrdiff_t>(lines_.size() / 4 * 3);
    std::nth_element(lines_.begin(), bound, lines_.end(),
                     [this](const Line& a, const Line& b) { return path_of(a) < path_of(b); });
    std::string until(path_of(*bound));
    if (std::none_of(lines_.begin(), bound,
                     [&](const Line& line) { return path_of(line) < until; })) {
      most_lines_ *= 2;  // one path, and more packages than anybody has
      most_text_ *= 2;
      return;
    }
    end_before(std::move(until));
  }

  void close_gaps() {
    std::sort(lines_.begin(), lines_.end(),
              [](const Line& a, const Line& b) { return a.at < b.at; });
    std::size_t size = 0;
    for (Line& line : lines_) {
      std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(line.at), line.size,
                  text_.begin() + static_cast<std::ptrdiff_t>(size));
      line.at = size;
      size += line.size;
    }
    text_.resize(size);
  }

  std::string from_;
  std::optional<std::string> until_;
  std::string text_;
  std::vector<Line> lines_;
  std::size_t most_lines_ = kMostLines;
  std::size_t most_text_ = kMostText;
};

// Of several packages, as many of the lowest from the batch's first one on as fit.
Result<SortedPaths> paths_of(ContentsStore& store, const std::vector<Sha256Digest>& debs,
                             LineBatch& batch) {
  SortedPaths out;
  for (const Sha256Digest& deb : debs) {
    HALLMARK_TRY(const std::string packed, store.packed_paths(deb));
    HALLMARK_TRY(const std::string text, unpack_deb_paths(packed));
    out.add(paths_between(text, batch.from(), batch.until()));
    if (out.text().size() > kMostText) batch.end_before(out.cut(kMostText / 4 * 3));
  }
  return out;
}

// Another version of a package has most of its paths, too: only what differs is a change.
Status add_lines(ContentsStore& store, const ContentsChange& change, uint32_t name,
                 LineBatch& batch) {
  HALLMARK_TRY(SortedPaths gone, paths_of(store, change.removed, batch));
  HALLMARK_TRY(SortedPaths come, paths_of(store, change.added, batch));
  const SortedPaths all_gone = gone;
  gone.subtract(come.text());
  come.subtract(all_gone.text());
  for (const Sha256Digest& deb : change.kept) {
    if (gone.text().empty() && come.text().empty()) break;
    HALLMARK_TRY(const std::string packed, store.packed_paths(deb));
    HALLMARK_TRY(const std::string text, unpack_deb_paths(packed));
    gone.subtract(text);
    come.subtract(text);
  }
  for (PathWalk walk(gone.text()); walk.more(); walk.next()) batch.add(walk.path(), name, false);
  for (PathWalk walk(come.text()); walk.more(); walk.next()) batch.add(walk.path(), name, true);
  return ok_status();
}

}  // namespace

Status update_contents(ContentsStore& store, const std::vector<ContentsChange>& changes) {
  for (std::optional<std::string> from = ""; from;) {
    LineBatch batch(std::move(*from));
    for (uint32_t i = 0; i < changes.size(); ++i) {
      HALLMARK_CHECK(add_lines(store, changes[i], i, batch));
    }
    HALLMARK_CHECK(change_contents_lines(store, batch.take(changes)));
    from = batch.until();
  }
  return ok_status();
}

}  // namespace hallmark
