#include "signer/apk/jar_signer.hpp"

#include "verify/apk/jar_signature.hpp"

namespace hallmark {

std::set<std::string> jar_signature_entries(const ZipArchive& archive) {
  std::set<std::string> names;
  for (const ZipEntry& entry : archive.entries) {
    if (is_jar_signature_file(entry.name)) names.insert(entry.name);
  }
  return names;
}

}  // namespace hallmark
