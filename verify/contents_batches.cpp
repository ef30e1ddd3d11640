// contents_index.hpp: from packages that come and go to lines that do. All lines of a large suite
// are more than should be held, so they are taken in the order of their paths, as many at a time as
// fit; of the lists of paths, which are read again for each batch, one is held at a time.
#include <algorithm>

#include "verify/contents_index.hpp"
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
    const auto kept = std::partition(lines_.begin(), bound,
                                     [&](const Line& line) { return path_of(line) < until; });
    if (kept == lines_.begin()) {  // one path, and more packages than anybody has
      most_lines_ *= 2;
      most_text_ *= 2;
      return;
    }
    lines_.erase(kept, lines_.end());
    close_gaps();
    until_ = std::move(until);
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

// Those of several packages, each once, in order.
class Paths {
 public:
  Status add(ContentsStore& store, const std::vector<Sha256Digest>& debs) {
    for (const Sha256Digest& deb : debs) {
      HALLMARK_TRY(const std::string packed, store.packed_paths(deb));
      HALLMARK_TRY(std::string text, unpack_deb_paths(packed));
      texts_.push_back(std::move(text));
    }
    return ok_status();
  }

  std::vector<std::string_view> sorted() const {
    std::vector<std::string_view> out;
    for (const std::string& text : texts_) {
      for (std::string_view rest = text; !rest.empty();) {
        out.push_back(rest.substr(0, rest.find('\n')));
        rest.remove_prefix(out.back().size() + 1);
      }
    }
    if (texts_.size() == 1) return out;  // it is in order
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

 private:
  std::vector<std::string> texts_;
};

// Another version of a package has most of its paths, too: only what differs is a change.
Status add_lines(ContentsStore& store, const ContentsChange& change, uint32_t name,
                 LineBatch& batch) {
  Paths before;
  Paths after;
  for (Paths* side : {&before, &after}) HALLMARK_CHECK(side->add(store, change.kept));
  HALLMARK_CHECK(before.add(store, change.removed));
  HALLMARK_CHECK(after.add(store, change.added));
  const std::vector<std::string_view> old_paths = before.sorted();
  const std::vector<std::string_view> new_paths = after.sorted();
  std::vector<std::string_view> out;
  std::set_difference(old_paths.begin(), old_paths.end(), new_paths.begin(), new_paths.end(),
                      std::back_inserter(out));
  for (const std::string_view path : out) batch.add(path, name, false);
  out.clear();
  std::set_difference(new_paths.begin(), new_paths.end(), old_paths.begin(), old_paths.end(),
                      std::back_inserter(out));
  for (const std::string_view path : out) batch.add(path, name, true);
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
