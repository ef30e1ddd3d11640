#include "tests/fuzz/fuzz.hpp"
#include "verify/log/checkpoint.hpp"

using hallmark::fuzz::always;

namespace {

// The key of Go's example, which signed one note of the corpus.
constexpr const char* kKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

}  // namespace

// The input is a note, a checkpoint's text or a key.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = hallmark::fuzz::text_of(data, size);
  const auto go_key = hallmark::NoteKey::parse(kKey);
  always(go_key.ok(), "the key is one");
  const auto opened = hallmark::open_note(text, *go_key);
  always(!opened.ok() || text.starts_with(*opened), "a note's text is its beginning");
  const auto checkpoint = hallmark::parse_checkpoint(text);
  if (checkpoint.ok()) {
    always(hallmark::render_checkpoint(*checkpoint) == text, "a checkpoint has one form");
  }
  const auto key = hallmark::NoteKey::parse(text);
  if (key.ok()) always(key->vkey() == text, "a key has one form");
  return 0;
}
