#include "signer/digested_copy.hpp"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "core/bytes.hpp"
#include "core/fd.hpp"
#include "core/parallel.hpp"
#include "verify/apk/file_bytes.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kPiece = uint64_t{1} << 18U;
static_assert(Sha256Marks::kStep % kPiece == 0);

// How far the copy is.
class Progress {
 public:
  void advance(uint64_t copied) {
    const std::lock_guard<std::mutex> lock(mutex_);
    copied_ = copied;
    changed_.notify_one();
  }
  void end() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
    changed_.notify_one();
  }

  // Waits until there are more than `offset` bytes, or will be no more; returns how many there are.
  uint64_t wait_beyond(uint64_t offset) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || copied_ > offset; });
    return copied_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t copied_ = 0;
  bool ended_ = false;
};

Status copy_all(const FileBytes& untrusted_from, uint64_t size, int to, Progress& progress) {
  std::vector<uint8_t> buffer(std::min(size, kPiece));
  for (uint64_t done = 0; done < size;) {
    const auto part = std::span(buffer).first(std::min(kPiece, size - done));
    HALLMARK_CHECK(untrusted_from.read_into(done, part));
    HALLMARK_CHECK(write_all(to, as_text(part)));
    done += part.size();
    progress.advance(done);
  }
  return ok_status();
}

// Ends early where the copying does.
Status digest_growing(const FileBytes& copy, Progress& progress, DigestedCopy& out) {
  std::vector<uint8_t> buffer(std::min(copy.size(), kPiece));
  Sha256Hasher hasher;
  uint64_t done = 0;
  while (const uint64_t more = progress.wait_beyond(done) - done) {
    const auto part = std::span(buffer).first(std::min(kPiece, more));
    HALLMARK_CHECK(copy.read_into(done, part));
    hasher.update(part);
    done += part.size();
    if (done % Sha256Marks::kStep == 0) out.marks.add(hasher);
  }
  out.digest = {hasher.finish(), done};
  return ok_status();
}

}  // namespace

Result<DigestedCopy> copy_and_digest(int untrusted_from, uint64_t size, int to) {
  if (::ftruncate(to, static_cast<off_t>(size)) != 0) return errno_error("copy", "cannot be made");
  HALLMARK_TRY(const FileBytes from, FileBytes::open(untrusted_from));
  HALLMARK_TRY(const FileBytes copy, FileBytes::open(to));
  Progress progress;
  DigestedCopy out;
  const auto write_copy = [&] {
    Status copied = copy_all(from, size, to, progress);
    progress.end();
    return copied;
  };
  HALLMARK_CHECK(do_both(write_copy, [&] { return digest_growing(copy, progress, out); }));
  return out;
}

}  // namespace hallmark
