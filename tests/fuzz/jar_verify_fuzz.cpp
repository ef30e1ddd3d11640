#include "tests/fuzz/fuzz.hpp"
#include "verify/apk/jar_verify.hpp"
#include "verify/apk/sdk_range.hpp"

using hallmark::fuzz::always;

// The input is a whole APK with a v1 signature, judged for old devices, new ones, and all.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto fd = hallmark::fuzz::memory_file(hallmark::fuzz::text_of(data, size));
  const auto file = hallmark::FileBytes::open(fd.get());
  always(file.ok(), "a memory file can be read");
  const auto archive = hallmark::read_zip(*file);
  if (!archive.ok()) return 0;
  for (const hallmark::SdkRange devices : {hallmark::SdkRange{4, 17}, {24, 99}, {4, 99}}) {
    const auto verdict = hallmark::verify_jar(*file, *archive, devices.min, devices.max, {});
    always(verdict.ok(), "what is wrong with an APK is in the verdict");
    always(verdict->errors.empty() != verdict->signers.empty(), "signers or errors");
    always(verdict->signers.size() == verdict->certificates.size(), "each has a certificate");
    always(verdict->errors.size() <= 20 && verdict->signers.size() <= 10, "lists have limits");
    always(verdict->present || !verdict->errors.empty(), "nothing is not good");
  }
  return 0;
}
