#include <set>

#include "core/bytes.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "verify/apk/jar_digests.hpp"
#include "verify/apk/jar_signature_file.hpp"

using hallmark::JarFile;
using hallmark::JarFileKind;
using hallmark::JarSection;
using hallmark::fuzz::always;

namespace {

constexpr std::string_view kDivider = "\n%%\n";

void fuzz_file(JarFileKind kind, std::span<const uint8_t> bytes) {
  const auto file = JarFile::parse(kind, bytes);
  if (!file.ok()) return;
  std::set<std::string_view> entries;
  std::size_t end = 0;
  const auto check = [&](const JarSection& section) {
    always(section.offset >= end && section.size <= bytes.size() - section.offset,
           "sections are parts of the file, one after the other");
    end = section.offset + section.size;
    for (const hallmark::SdkRange devices : {hallmark::SdkRange{4, 17}, {18, 99}, {4, 99}}) {
      const auto found = hallmark::digests_to_check(*file, section, "-Digest", devices);
      if (!found.ok()) continue;
      always(found->digests.size() <= 2, "at most one for old devices and one for new ones");
      always(!found->for_all_devices || !found->digests.empty(), "no digest is none");
    }
  };
  check(file->main());
  for (const JarSection& section : file->sections()) {
    always(!section.entry.empty() && entries.insert(section.entry).second, "one section a name");
    check(section);
  }
}

// The input is a manifest, a divider, and a .SF.
void fuzz_pair(std::string_view manifest_text, std::string_view signature_text) {
  const auto bytes = hallmark::as_bytes(manifest_text);
  const auto manifest = hallmark::JarManifest::parse({bytes.begin(), bytes.end()});
  if (!manifest.ok()) return;
  std::vector<hallmark::ApkFinding> warnings;
  const auto judged = hallmark::judge_jar_signature_file(
      "META-INF/CERT.SF", hallmark::as_bytes(signature_text), {*manifest, {4, 99}, {2}}, warnings);
  if (!judged.ok()) return;
  for (const std::size_t section : judged->sections) {
    always(section < manifest->file.sections().size(), "it vouches for what is there");
  }
}

}  // namespace

// The input is a manifest or a .SF, or both with a divider between them.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz_file(JarFileKind::kManifest, {data, size});
  fuzz_file(JarFileKind::kSignatureFile, {data, size});
  const std::string_view text = hallmark::fuzz::text_of(data, size);
  const std::size_t divider = text.find(kDivider);
  if (divider != std::string_view::npos) {
    fuzz_pair(text.substr(0, divider), text.substr(divider + kDivider.size()));
  }
  return 0;
}
