// Writes a bundle (docs/formats.md, "Bundle"): a folder, or a tar file where the path ends in
// ".tar". It has its name only when all of it is there and on the medium.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/fd.hpp"
#include "core/model/bundle.hpp"
#include "core/result.hpp"

namespace hallmark {

class BundleWriter {
 public:
  // Refuses a path where there is something. What an interrupted export left beside it, as
  // .NAME.part, is removed.
  static Result<BundleWriter> create(const std::filesystem::path& path);

  Status add_manifest(const std::string& text);
  // The bytes of `from`, which must have the size and SHA-256 that the manifest gives them. Files
  // come in the manifest's order. `copied` is told how many bytes were written, again and again.
  using Copied = std::function<void(std::size_t)>;
  Status add(const BundledFile& file, int from, const Copied& copied);
  Status finish();
  // Removes what was written, after an error.
  void discard() const;

 private:
  BundleWriter(std::filesystem::path path, bool tar);
  // The file that the next content goes to; of a tar file, behind its header.
  Result<int> begin(const std::string& name, uint64_t size);
  Status end(const std::string& name, uint64_t size);

  std::filesystem::path path_;
  std::filesystem::path part_;
  bool tar_;
  UniqueFd place_;  // the folder, or the tar file
  UniqueFd file_;   // one of the folder
};

}  // namespace hallmark
