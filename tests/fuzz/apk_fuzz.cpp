#include "core/bytes.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "verify/apk/manifest.hpp"
#include "verify/apk/verify.hpp"

using hallmark::fuzz::always;

// The input is a whole APK. Digests and signatures stop most mutations of a good one early, so the
// structures behind them have targets of their own: apk_scheme, axml, apk_certificate.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file = hallmark::fuzz::memory_file(hallmark::fuzz::text_of(data, size));
  const auto report = hallmark::verify_apk(file.get(), {"fuzz", std::nullopt});
  always(report.ok(), "what is wrong with an APK is in the report");
  always(report->verified == report->errors.empty(), "a verdict has its reasons");
  always(report->verified == !report->signers.empty(), "an accepted APK has signers");
  always(!hallmark::to_json(*report).dump().empty(), "a report can be printed");
  if (report->verified) {
    always(hallmark::read_apk_manifest(file.get()).ok(), "an accepted APK has a manifest");
  }
  return 0;
}
