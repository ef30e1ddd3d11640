#include "core/model/expiry.hpp"

namespace hallmark {

ExpiryPolicy read_expiry(ObjectReader& reader, const ExpiryPolicy& otherwise) {
  constexpr uint64_t kMostGenerations = 1000;
  constexpr int64_t kTenYears = 3650;
  ExpiryPolicy expiry = otherwise;
  if (!reader.has("expiry")) return expiry;
  reader.object("expiry", [&expiry](ObjectReader& r) {
    expiry.keep_generations = r.unsigned_integer("keep_generations");
    expiry.keep_days = r.integer("keep_days");
    // The one in force is not among what may go.
    if (expiry.keep_generations < 1 || expiry.keep_generations > kMostGenerations) {
      r.fail("keep_generations", "must be from 1 to 1000");
    }
    if (expiry.keep_days < 0 || expiry.keep_days > kTenYears) {
      r.fail("keep_days", "must be from 0 to 3650");
    }
  });
  return expiry;
}

Json to_json(const ExpiryPolicy& expiry) {
  return Json{{"keep_generations", expiry.keep_generations}, {"keep_days", expiry.keep_days}};
}

}  // namespace hallmark
