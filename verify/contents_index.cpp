#include "verify/contents_index.hpp"

#include <algorithm>
#include <set>
#include <span>

#include "core/parallel.hpp"
#include "core/utf8.hpp"
#include "verify/gzip_member.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kAtOnce = 128;  // shards: enough for every processor, and some megabytes
constexpr std::size_t kMostAtOnce = std::size_t{32} << 20U;  // bytes of text, and a shard more
// Who makes many packages may find paths that no shard begins at. What would be larger is not
// written, so that they can still be taken out again.
constexpr std::size_t kMaxShard = std::size_t{64} << 20U;  // bytes of text
// A line more or less costs a shard of these: a middling level is a fourth of the time of the best,
// and its result two hundredths larger.
constexpr int kLevel = 6;

struct Line {
  std::string_view whole;  // with its newline
  std::string_view path;
  std::string_view names;
};

// The first of the text, which is not empty.
Line first_line(std::string_view text) {
  Line line;
  line.whole = text.substr(0, text.find('\n') + 1);
  const std::size_t tab = line.whole.rfind('\t');
  line.path = line.whole.substr(0, tab);
  line.names = line.whole.substr(tab + 1, line.whole.size() - tab - 2);
  return line;
}

std::set<std::string_view> split(std::string_view names) {
  std::set<std::string_view> out;
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find(','));
    out.insert(name);
    names.remove_prefix(std::min(name.size() + 1, names.size()));
  }
  return out;
}

class Rewriter {
 public:
  Rewriter(ContentsStore& store, std::span<const ContentsLineChange> changes)
      : store_(store), changes_(changes) {}

  Status rewrite() {
    while (!changes_.empty()) HALLMARK_CHECK(rewrite_run());
    return flush();
  }

 private:
  struct Pending {
    std::string begin;
    std::string text;
  };

  // Where the line that a shard begins at may go, so does the boundary, and it is one with the
  // shard before it: the next one follows at once.
  Status rewrite_run() {
    HALLMARK_TRY(const std::optional<std::string> first,
                 store_.shard_before(changes_.front().path));
    begin_ = first.value_or("");
    std::string old;
    if (first) {
      HALLMARK_TRY(old, take_shard(*first));
    }
    HALLMARK_TRY(std::optional<std::string> end, store_.shard_behind(begin_));
    for (;;) {
      HALLMARK_CHECK(merge(old, take_changes(end)));
      if (changes_.empty() || changes_.front().path != *end) return end_shard("");
      HALLMARK_TRY(old, take_shard(*end));
      HALLMARK_TRY(end, store_.shard_behind(*end));
    }
  }

  // Those before this path, or all, off the front.
  std::span<const ContentsLineChange> take_changes(const std::optional<std::string>& end) {
    std::size_t count = 0;
    while (count < changes_.size() && (!end || changes_[count].path < *end)) ++count;
    const auto taken = changes_.first(count);
    changes_ = changes_.subspan(count);
    return taken;
  }

  Result<std::string> take_shard(const std::string& begin) {
    HALLMARK_TRY(const std::string form, store_.shard_form(begin));
    HALLMARK_CHECK(store_.remove_shard(begin));
    return contents_text(form);
  }

  Status merge(std::string_view old, std::span<const ContentsLineChange> changes) {
    while (!old.empty() || !changes.empty()) {
      const Line line = old.empty() ? Line() : first_line(old);
      const bool touched = !changes.empty() && (old.empty() || changes.front().path <= line.path);
      if (!touched) {
        HALLMARK_CHECK(append(line.path, line.whole));
        old.remove_prefix(line.whole.size());
        continue;
      }
      const std::string_view path = changes.front().path;
      const bool there = !old.empty() && line.path == path;
      const std::set<std::string_view> names =
          changed_names(there ? line.names : std::string_view(), changes);
      HALLMARK_CHECK(append_line(path, names));
      if (there) old.remove_prefix(line.whole.size());
    }
    return ok_status();
  }

  // Takes the changes of the first one's path off the front.
  static std::set<std::string_view> changed_names(std::string_view names,
                                                  std::span<const ContentsLineChange>& changes) {
    std::set<std::string_view> out = split(names);
    const std::string_view path = changes.front().path;
    for (; !changes.empty() && changes.front().path == path; changes = changes.subspan(1)) {
      if (changes.front().added) {
        out.insert(changes.front().name);
      } else {
        out.erase(changes.front().name);
      }
    }
    return out;
  }

  Status append_line(std::string_view path, const std::set<std::string_view>& names) {
    if (names.empty()) return ok_status();
    line_ = path;
    line_ += '\t';
    for (const std::string_view name : names) {
      line_ += name;
      line_ += ',';
    }
    line_.back() = '\n';
    return append(path, line_);
  }

  Status append(std::string_view path, std::string_view line) {
    if (begins_contents_shard(path)) HALLMARK_CHECK(end_shard(path));
    if (text_.size() + line.size() > kMaxShard) {
      return failed("Contents", "has too many lines around " + printable(path.substr(0, 200)),
                    "withdraw or remove a package that has so many paths there");
    }
    text_ += line;
    return ok_status();
  }

  Status end_shard(std::string_view next) {
    pending_size_ += text_.size();
    if (!text_.empty()) pending_.push_back({std::move(begin_), std::move(text_)});
    begin_ = next;
    text_.clear();
    return pending_.size() < kAtOnce && pending_size_ < kMostAtOnce ? ok_status() : flush();
  }

  Status flush() {
    std::vector<std::string> forms(pending_.size());
    HALLMARK_CHECK(for_each_in_parallel(forms.size(), [&] {
      return [&](uint64_t i) -> Status {
        HALLMARK_TRY(forms[i], gzip_member(pending_[i].text, kLevel));
        return ok_status();
      };
    }));
    for (std::size_t i = 0; i < forms.size(); ++i) {
      HALLMARK_CHECK(store_.add_shard(pending_[i].begin, forms[i]));
    }
    pending_.clear();
    pending_size_ = 0;
    return ok_status();
  }

  ContentsStore& store_;
  std::span<const ContentsLineChange> changes_;
  std::string begin_;  // of the shard that is being written
  std::string text_;   // of it
  std::string line_;
  std::vector<Pending> pending_;
  std::size_t pending_size_ = 0;  // bytes of their text
};

}  // namespace

bool begins_contents_shard(std::string_view path) {
  constexpr uint64_t kEach = 512;
  uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : path) hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211ULL;
  return (hash ^ (hash >> 32U)) % kEach == 0;
}

Status change_contents_lines(ContentsStore& store, const std::vector<ContentsLineChange>& changes) {
  return Rewriter(store, changes).rewrite();
}

Result<std::string> contents_text(std::string_view form) {
  return take_gzip_member(form, kMaxShard, "shard of Contents");
}

Status ContentsHasher::add(std::string form) {
  forms_.push_back(std::move(form));
  return forms_.size() < kAtOnce ? ok_status() : take_batch();
}

Result<FileDigest> ContentsHasher::finish() {
  HALLMARK_CHECK(take_batch());  // hashes the last but one
  HALLMARK_CHECK(take_batch());
  return FileDigest{hasher_.finish(), size_};
}

// One batch is decompressed while the one before it is hashed.
Status ContentsHasher::take_batch() {
  std::vector<std::string> texts(forms_.size());
  const auto decompress = [&] {
    return for_each_in_parallel(texts.size(), [&] {
      return [&](uint64_t i) -> Status {
        HALLMARK_TRY(texts[i], contents_text(forms_[i]));
        return ok_status();
      };
    });
  };
  const auto hash = [&] {
    for (const std::string& text : texts_) {
      hasher_.update(text);
      size_ += text.size();
    }
    return ok_status();
  };
  HALLMARK_CHECK(do_both(decompress, hash));
  texts_ = std::move(texts);
  forms_.clear();
  return ok_status();
}

}  // namespace hallmark
