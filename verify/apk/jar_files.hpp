// Which entries of an archive a v1 signature consists of, as devices find them.
#pragma once

#include <vector>

#include "verify/apk/report.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark {

// A block (META-INF/*.RSA, *.DSA or *.EC) and the .SF of the same name.
struct JarSignerFiles {
  const ZipEntry* block = nullptr;
  const ZipEntry* signature_file = nullptr;
};

// Entries are the archive's, which must stay.
struct JarFiles {
  const ZipEntry* manifest = nullptr;  // META-INF/MANIFEST.MF; null if there is none
  std::vector<JarSignerFiles> signers;
  bool any = false;  // whether there is any block or .SF, in a pair or not
};

// Case of letters matters, as from Android 7.0 on. A block without a .SF is a warning,
// JAR_SIG_MISSING_FILE.
JarFiles find_jar_files(const ZipArchive& archive, std::vector<ApkFinding>& warnings);

}  // namespace hallmark
