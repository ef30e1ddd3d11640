// Bundles as folders and tar files, with whatever in them a test wants.
#pragma once

#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/model/bundle.hpp"
#include "reproducible/bundle_media.hpp"
#include "tests/unit/tools.hpp"
#include "verify/bundle_tar.hpp"

namespace hallmark::test {

// A file's bytes, and the tag that it is of if it is a git bundle.
struct BundleContent {
  std::string bytes;
  std::string tag_object{};
};

// The files of a manifest of these contents, and the contents in their order.
inline std::vector<BundledFile> bundle_files(std::vector<BundleContent>& contents) {
  std::sort(contents.begin(), contents.end(), [](const BundleContent& a, const BundleContent& b) {
    return sha256(a.bytes) < sha256(b.bytes);
  });
  std::vector<BundledFile> out;
  for (const BundleContent& content : contents) {
    out.push_back({sha256(content.bytes), content.bytes.size(), content.tag_object});
  }
  return out;
}

inline std::string manifest_text(const BundleManifest& manifest) {
  const auto text = canonical_dump(to_json(manifest));
  REQUIRE(text.ok());
  return *text;
}

inline void write_bundle_folder(const TestFolder& folder, const std::string& name,
                                const BundleManifest& manifest,
                                const std::vector<BundleContent>& contents) {
  folder.write(name + "/" + kBundleManifestName, manifest_text(manifest));
  for (std::size_t i = 0; i < contents.size(); ++i) {
    folder.write(name + "/" + bundled_name(manifest.files[i]), contents[i].bytes);
  }
}

inline std::string tar_member(const std::string& name, const std::string& bytes) {
  return bundle_tar_header(name, bytes.size()) + bytes +
         std::string(bundle_tar_padding(bytes.size()), '\0');
}

inline std::string bundle_tar(const BundleManifest& manifest,
                              const std::vector<BundleContent>& contents) {
  std::string out = tar_member(kBundleManifestName, manifest_text(manifest));
  for (std::size_t i = 0; i < contents.size(); ++i) {
    out += tar_member(bundled_name(manifest.files[i]), contents[i].bytes);
  }
  return out + std::string(kBundleTarEnd, '\0');
}

inline Result<BundleMedia> open_bundle(const std::string& path) {
  HALLMARK_TRY(UniqueFd fd, open_at(AT_FDCWD, path, O_RDONLY | O_NONBLOCK));
  return BundleMedia::open(std::move(fd));
}

}  // namespace hallmark::test
