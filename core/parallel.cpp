#include "core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace hallmark {
namespace {

// More would wait for memory, not for processors.
constexpr uint64_t kMaxThreads = 4;

class SharedWork {
 public:
  explicit SharedWork(uint64_t count) : count_(count) {}

  void do_share(const std::function<IndexedWork()>& make_work) {
    const IndexedWork work = make_work();
    for (uint64_t index = next_++; index < count_ && !failed_; index = next_++) {
      const Status status = work(index);
      if (!status.ok()) note_failure(index, status.error());
    }
  }

  Status result() const { return error_ ? Status(*error_) : ok_status(); }

 private:
  void note_failure(uint64_t index, const Error& error) {
    const std::lock_guard<std::mutex> lock(mutex_);
    failed_ = true;
    if (error_ && index_of_error_ < index) return;
    error_ = error;
    index_of_error_ = index;
  }

  const uint64_t count_;
  std::atomic<uint64_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::optional<Error> error_;
  uint64_t index_of_error_ = 0;
};

}  // namespace

Status for_each_in_parallel(uint64_t count, const std::function<IndexedWork()>& make_work) {
  SharedWork shared(count);
  const uint64_t processors = std::max(1U, std::thread::hardware_concurrency());
  const uint64_t threads = std::min({count, processors, kMaxThreads});
  std::vector<std::thread> helpers;
  for (uint64_t i = 1; i < threads; ++i) {
    try {
      helpers.emplace_back([&shared, &make_work] { shared.do_share(make_work); });
    } catch (const std::system_error&) {
      break;  // no more threads: those that are there do it
    }
  }
  shared.do_share(make_work);
  for (std::thread& helper : helpers) helper.join();
  return shared.result();
}

Status do_both(const std::function<Status()>& first, const std::function<Status()>& second) {
  Status other = ok_status();
  std::thread helper;
  try {
    helper = std::thread([&other, &second] { other = second(); });
  } catch (const std::system_error&) {
    // One after the other, then.
  }
  Status own = first();
  if (helper.joinable()) {
    helper.join();
  } else {
    other = second();
  }
  return own.ok() ? other : own;
}

}  // namespace hallmark
