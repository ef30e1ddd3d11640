#include "reproducible/git_tag.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// A tag object as a git server sends it, before and after its signatures are looked for.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view object = hallmark::fuzz::text_of(data, size);
  const auto tag = hallmark::parse_git_tag(object);
  if (tag.ok()) {
    always(object.starts_with("object " + tag->commit + "\ntype commit\ntag " + tag->name + "\n"),
           "the fields are those of the object");
    always(tag->tagged_at >= 0, "a time is not negative");
  }
  hallmark::TagRule rule;
  rule.name = "v1.0";
  always(!hallmark::verify_git_tag(object, rule).ok(), "nobody may sign, so nothing is signed");
  return 0;
}
