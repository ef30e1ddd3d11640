// A library for LD_PRELOAD, not part of any program: the C library's functions that tell the time
// of day tell one that is kClockAhead later. So the second build of a target happens in another
// year.
//
// File times stay the kernel's, all of them: what is made during the build is in the order in which
// it was made, and older than the time that is told. (libfaketime makes them up as well, in some of
// the functions that read them; then make and dpkg-source go round in circles.) So times on their
// way into the kernel are taken back: a file's that is set by hand, and one that is waited for.
//
// It uses nothing but symbols of the C library that are there in every version of it, and is linked
// to none, so that it goes into any environment of this machine's architecture. What does not call
// these functions does not see it: programs that are linked statically, and Go's.
#include "reproducible/clock_ahead.hpp"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <utime.h>

#include <cstdint>

// Declared here: the headers' declarations say more of them than a definition may repeat.
extern "C" {
long syscall(long number, ...);
int* __errno_location() noexcept;
[[gnu::weak]] void* dlsym(void* from, const char* name);
[[gnu::weak]] void* dlvsym(void* from, const char* name, const char* version);
}

namespace {

using hallmark::kClockAhead;

constexpr long kBillion = 1'000'000'000;
constexpr long kMillion = 1'000'000;
constexpr int kHere = -100;          // AT_FDCWD
constexpr int kNotFollowed = 0x100;  // AT_SYMLINK_NOFOLLOW
constexpr int kBadFile = 9;          // EBADF
constexpr int kInvalid = 22;         // EINVAL
constexpr int kTimedOut = 110;       // ETIMEDOUT

bool is_shifted(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

int read_clock(clockid_t clock, timespec* out) {
  return static_cast<int>(syscall(SYS_clock_gettime, clock, out));
}

timespec shifted_now() {
  timespec now{};
  read_clock(CLOCK_REALTIME, &now);
  now.tv_sec += kClockAhead;
  return now;
}

// A time of our clock, of some days ago or in some days; others (that a test has made up, of a
// file, of the monotonic clock) stay.
constexpr int64_t kDays = int64_t{30} * 24 * 3600;

timespec taken_back(timespec given) {
  timespec now{};
  read_clock(CLOCK_REALTIME, &now);
  const int64_t off = given.tv_sec - now.tv_sec - kClockAhead;
  const bool is_ours =
      given.tv_nsec >= 0 && given.tv_nsec < kBillion && off > -kDays && off < kDays;
  if (is_ours) given.tv_sec -= kClockAhead;
  return given;
}

int fail(int error) {
  *__errno_location() = error;
  return -1;
}

int set_times(int folder, const char* path, const timespec* times, int flags) {
  timespec given[2];
  if (times != nullptr) {
    given[0] = taken_back(times[0]);
    given[1] = taken_back(times[1]);
  }
  return static_cast<int>(
      syscall(SYS_utimensat, folder, path, times == nullptr ? nullptr : given, flags));
}

bool are_microseconds(const timeval& time) { return time.tv_usec >= 0 && time.tv_usec < kMillion; }

int set_microseconds(int folder, const char* path, const timeval* times, int flags) {
  if (times == nullptr) return set_times(folder, path, nullptr, flags);
  if (!are_microseconds(times[0]) || !are_microseconds(times[1])) return fail(kInvalid);
  const timespec given[2] = {{times[0].tv_sec, times[0].tv_usec * 1000},
                             {times[1].tv_sec, times[1].tv_usec * 1000}};
  return set_times(folder, path, given, flags);
}

// The C library's own function of this name. Nothing: one that is so old that a program has dlsym
// only if it asks for it; there all waiting with a limit is over at once.
void* const kNext = reinterpret_cast<void*>(-1L);  // RTLD_NEXT
template <typename Function>
Function* next(const char* name) {
  return dlsym == nullptr ? nullptr : reinterpret_cast<Function*>(dlsym(kNext, name));
}

// Of these there are two, and until glibc 2.36 dlsym finds that of programs from before 2002.
template <typename Function>
Function* next_condition(const char* name) {
#ifdef __x86_64__
  void* const found = dlvsym == nullptr ? nullptr : dlvsym(kNext, name, "GLIBC_2.3.2");
  if (found != nullptr) return reinterpret_cast<Function*>(found);
#endif
  return next<Function>(name);
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int clock_gettime(clockid_t clock, timespec* out) noexcept {
  const int result = read_clock(clock, out);
  if (result == 0 && is_shifted(clock)) out->tv_sec += kClockAhead;
  return result;
}

time_t time(time_t* out) noexcept {
  const time_t now = shifted_now().tv_sec;
  if (out != nullptr) *out = now;
  return now;
}

int gettimeofday(timeval* out, void* zone) noexcept {
  const timespec now = shifted_now();
  *out = {now.tv_sec, now.tv_nsec / 1000};
  if (zone != nullptr) *static_cast<struct timezone*>(zone) = {0, 0};
  return 0;
}

int timespec_get(timespec* out, int base) noexcept {
  if (base != TIME_UTC) return 0;
  *out = shifted_now();
  return base;
}

int utimensat(int folder, const char* path, const timespec* times, int flags) noexcept {
  return set_times(folder, path, times, flags);
}
// Configure scripts look whether these two refuse what the C library refuses before the kernel
// could.
int futimens(int file, const timespec* times) noexcept {
  return file < 0 ? fail(kBadFile) : set_times(file, nullptr, times, 0);
}
int futimes(int file, const timeval* times) noexcept {
  return file < 0 ? fail(kBadFile) : set_microseconds(file, nullptr, times, 0);
}
int utimes(const char* path, const timeval* times) noexcept {
  return set_microseconds(kHere, path, times, 0);
}
int lutimes(const char* path, const timeval* times) noexcept {
  return set_microseconds(kHere, path, times, kNotFollowed);
}
int futimesat(int folder, const char* path, const timeval* times) noexcept {
  return set_microseconds(folder, path, times, 0);
}
int utime(const char* path, const utimbuf* times) noexcept {
  if (times == nullptr) return set_times(kHere, path, nullptr, 0);
  const timespec given[2] = {{times->actime, 0}, {times->modtime, 0}};
  return set_times(kHere, path, given, 0);
}

int clock_nanosleep(clockid_t clock, int flags, const timespec* wait, timespec* left) {
  timespec until = *wait;
  if ((flags & TIMER_ABSTIME) != 0 && is_shifted(clock)) until = taken_back(until);
  // The function returns the error, which the system call leaves in errno.
  const long result = syscall(SYS_clock_nanosleep, clock, flags, &until, left);
  return result == 0 ? 0 : *__errno_location();
}

int sem_timedwait(void* semaphore, const timespec* until) {
  static auto* const real = next<int(void*, const timespec*)>("sem_timedwait");
  const timespec then = taken_back(*until);
  return real == nullptr ? fail(kTimedOut) : real(semaphore, &then);
}
int sem_clockwait(void* semaphore, clockid_t clock, const timespec* until) {
  static auto* const real = next<int(void*, clockid_t, const timespec*)>("sem_clockwait");
  const timespec then = taken_back(*until);
  return real == nullptr ? fail(kTimedOut) : real(semaphore, clock, &then);
}
int pthread_cond_timedwait(void* condition, void* mutex, const timespec* until) {
  static auto* const real =
      next_condition<int(void*, void*, const timespec*)>("pthread_cond_timedwait");
  const timespec then = taken_back(*until);
  return real == nullptr ? kTimedOut : real(condition, mutex, &then);
}
int pthread_cond_clockwait(void* condition, void* mutex, clockid_t clock, const timespec* until) {
  static auto* const real =
      next<int(void*, void*, clockid_t, const timespec*)>("pthread_cond_clockwait");
  const timespec then = taken_back(*until);
  return real == nullptr ? kTimedOut : real(condition, mutex, clock, &then);
}
int pthread_mutex_timedlock(void* mutex, const timespec* until) {
  static auto* const real = next<int(void*, const timespec*)>("pthread_mutex_timedlock");
  const timespec then = taken_back(*until);
  return real == nullptr ? kTimedOut : real(mutex, &then);
}
int pthread_mutex_clocklock(void* mutex, clockid_t clock, const timespec* until) {
  static auto* const real = next<int(void*, clockid_t, const timespec*)>("pthread_mutex_clocklock");
  const timespec then = taken_back(*until);
  return real == nullptr ? kTimedOut : real(mutex, clock, &then);
}
int pthread_rwlock_timedrdlock(void* lock, const timespec* until) {
  static auto* const real = next<int(void*, const timespec*)>("pthread_rwlock_timedrdlock");
  const timespec then = taken_back(*until);
  return real == nullptr ? kTimedOut : real(lock, &then);
}
int pthread_rwlock_timedwrlock(void* lock, const timespec* until) {
  static auto* const real = next<int(void*, const timespec*)>("pthread_rwlock_timedwrlock");
  const timespec then = taken_back(*until);
  return real == nullptr ? kTimedOut : real(lock, &then);
}
}
#pragma GCC visibility pop
