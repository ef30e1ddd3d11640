#include "signer/refusal_meter.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

namespace hallmark {
namespace {

constexpr std::size_t kUsers = 64;

}  // namespace

struct RefusalMeter::Slots {
  struct Slot {
    uid_t user = 0;
    int64_t window = std::numeric_limits<int64_t>::min();
    uint32_t refusals = 0;
  };
  std::array<Slot, kUsers> slots;

  // The user's own; else the one that was used least recently.
  Slot& of(uid_t user) {
    const auto own = std::find_if(slots.begin(), slots.end(), [user](const Slot& slot) {
      return slot.user == user && slot.refusals > 0;
    });
    if (own != slots.end()) return *own;
    return *std::min_element(slots.begin(), slots.end(),
                             [](const Slot& a, const Slot& b) { return a.window < b.window; });
  }
};

void RefusalMeter::Unmap::operator()(Slots* slots) const { ::munmap(slots, sizeof(Slots)); }

Result<RefusalMeter> RefusalMeter::make() {
  void* memory =
      ::mmap(nullptr, sizeof(Slots), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return errno_error("refusal meter", "cannot get memory");
  return RefusalMeter(new (memory) Slots);
}

RefusalMeter::Verdict RefusalMeter::count(uid_t user, int64_t now) const {
  Slots::Slot& slot = slots_->of(user);
  const int64_t window = now / kWindow;
  if (slot.user != user || slot.window != window) slot = {user, window, 0};
  if (slot.refusals > kLogged) return Verdict::kLeaveOut;
  slot.refusals += 1;
  return slot.refusals > kLogged ? Verdict::kLogThatItWasTheLast : Verdict::kLog;
}

}  // namespace hallmark
