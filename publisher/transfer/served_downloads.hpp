// Files on their way from a public address, several at once; each proves itself by its digest.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "publisher/repository/state.hpp"

namespace hallmark {

struct WantedFile {
  ServedFile file;             // path below the address, and what its bytes must be
  bool size_is_limit = false;  // only the digest is known: its size is the most that is read
  int copy_to = -1;            // an empty file that is given the bytes; -1: they are only compared
};

struct DownloadVerdicts {
  std::function<void(const ServedFile&)> on_good;
  std::function<void(const ServedFile&)> on_mismatch;  // it is served, and is something else
  // What the server says to caches about a good file; empty: nothing. May be left out.
  std::function<void(const ServedFile&, std::string_view untrusted_header)> on_cache_control = {};
};

// By libcurl. Redirects are not followed, caches are asked not to answer, and nothing is read
// beyond the size that a file may have. The error is that of the first file that is not as it
// should be: kVerification, or kRemote if the address could not be asked, which ends all of it.
// What is in `copy_to` counts for a file that on_good was told of alone.
Status download_all(const std::string& address, std::span<const WantedFile> files,
                    const DownloadVerdicts& verdicts);

}  // namespace hallmark
