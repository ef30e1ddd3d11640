// The F-Droid repository: the folder apk/ of the tree, beside the APKs that it tells of.
//
//   apk/NAME.apk                 as include_apk() put it there
//   apk/icons/SHA256.png         of the apps
//   apk/index-v2/SHA256.json     the index: a name that no other one ever has
//   apk/entry.jar, entry.json    name it; the two files that are ever replaced, with apk/index.html
//
// Composed here, judged and signed by hallmark-sign, taken over here again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/fdroid_policy.hpp"
#include "publisher/repository/repository.hpp"

namespace hallmark {

struct AppIcon {
  std::string locale;
  int untrusted_png = -1;
};

// What people write about an app (verify/fdroid/texts.hpp), in place of what was there. An icon is
// a PNG of at most 1 MiB, of which only size and signature are looked at.
Status describe_app(Repository& repository, const std::string& application, Json untrusted_texts,
                    const std::vector<AppIcon>& icons);

// The icons that an app's texts name, below the tree.
Result<std::vector<ServedFile>> icons_of(const Json& texts);

struct ListedApk {
  std::string path;  // "apk/NAME.apk"
  Sha256Digest sha256;
  int64_t added = 0;  // seconds since 1970
};

struct FdroidJob {
  FdroidPolicy repository;
  std::vector<ListedApk> apks;  // all that stand, as the signer says
  int64_t newest = 0;           // seconds since 1970 of the newest index of any terminal; 0: none
  int64_t now = 0;
};

struct ComposedFdroid {
  bool changed = false;
  ServedFile index;
  int64_t timestamp = 0;  // seconds since 1970
};

// Writes the index of these APKs, each of which must be there. What was derived from an APK once is
// remembered; an index that says what the last one said is that one.
Result<ComposedFdroid> compose_fdroid(Repository& repository, const FdroidJob& job);

// What hallmark-sign answered, and the page for people.
struct FdroidEntryFiles {
  std::string entry;
  std::string jar;
  std::string page;  // index.html
};

// It must be of the index last composed, and signed by the key of this certificate.
Status attach_fdroid(Repository& repository, const Sha256Digest& certificate,
                     const FdroidEntryFiles& untrusted_files);

}  // namespace hallmark
