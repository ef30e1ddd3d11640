// A bundle as it lies on media, a folder or one tar file (docs/formats.md, "Bundle"), every byte of
// it a stranger's, on a device that may be pulled out at any moment.
//
// Errors: kVerification: it is not what its manifest says; the file is named. kRemote: it could not
// be read, or is cut short; once it can be read again, so can the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/fd.hpp"
#include "core/model/bundle.hpp"
#include "core/result.hpp"

namespace hallmark {

class BundleMedia {
 public:
  // `media`: a folder or a regular file, opened for reading. Reads the manifest.
  static Result<BundleMedia> open(UniqueFd media);

  const BundleManifest& manifest() const { return manifest_; }

  // Exactly the manifest's files are there: regular, of their sizes, nothing else. Opens none.
  Status check_members() const;

  // Writes the content of the manifest's file `index` to `out`, which is empty: what was written
  // has its size and SHA-256. `copied` is told how many bytes came, again and again.
  using Copied = std::function<void(std::size_t)>;
  Status copy(std::size_t index, int out, const Copied& copied) const;

 private:
  BundleMedia(UniqueFd media, BundleManifest manifest)
      : media_(std::move(media)), manifest_(std::move(manifest)) {}

  // Finds the places of a tar file's members, of which the manifest was the first.
  void lay_out(uint64_t manifest_size);
  Status check_tar() const;
  Status check_folder() const;

  UniqueFd media_;
  BundleManifest manifest_;
  // Of a tar file: where the header of each file is, and where the last one ends. Empty: a folder.
  std::vector<uint64_t> headers_;
};

}  // namespace hallmark
