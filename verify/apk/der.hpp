// Reading DER (ITU-T X.690): one element after the other, each with a tag that the caller expects.
//
// A reader never reads outside its span. The first element that does not fit, or has another tag,
// makes it fail for good: that and all later ones are empty, so a caller reads a whole structure
// and asks ok() once before it uses any of it. There is no recursion: an element's content is read
// by another reader.
//
// BER's other forms are refused: indefinite lengths, lengths longer than needed, tags above 30.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace hallmark {

constexpr uint8_t kDerInteger = 0x02;
constexpr uint8_t kDerOctetString = 0x04;
constexpr uint8_t kDerNull = 0x05;
constexpr uint8_t kDerObjectId = 0x06;
constexpr uint8_t kDerSequence = 0x30;
constexpr uint8_t kDerSet = 0x31;
constexpr uint8_t kDerContext0 = 0xa0;  // [0], constructed
constexpr uint8_t kDerContext1 = 0xa1;

struct DerElement {
  std::span<const uint8_t> content;
  std::span<const uint8_t> encoding;  // tag and length too
};

class DerReader {
 public:
  explicit DerReader(std::span<const uint8_t> untrusted_bytes) : rest_(untrusted_bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }
  bool next_is(uint8_t tag) const { return !rest_.empty() && rest_[0] == tag; }

  DerElement element(uint8_t tag) {
    if (!next_is(tag)) return fail();
    return any_element();
  }
  // Whatever comes next; not at the end.
  DerElement any_element();
  // Reads the content of an element that is there to hold others.
  DerReader inside(uint8_t tag) { return DerReader(*this, element(tag).content); }

 private:
  // Fails from the start if the reader around it has.
  DerReader(const DerReader& outer, std::span<const uint8_t> content)
      : rest_(content), ok_(outer.ok_) {}
  DerElement fail() {
    ok_ = false;
    rest_ = {};
    return {};
  }

  std::span<const uint8_t> rest_;
  bool ok_ = true;
};

}  // namespace hallmark
