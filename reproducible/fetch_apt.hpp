// Apt as a solver and nothing more: in a folder of its own, over local copies of signed indices.
//
// It has no network, no packages installed and none of the machine's configuration, and checks
// InRelease, its Date and its Valid-Until itself once more. It names files by SHA-256; whatever
// else it prints is not read.
#pragma once

#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/model/lock.hpp"
#include "core/result.hpp"
#include "reproducible/apt_sources.hpp"
#include "reproducible/archive_chain.hpp"
#include "reproducible/quarantine.hpp"

namespace hallmark {

class PrivateApt {
 public:
  // `folder`: exists, empty, on the quarantine's file system.
  static Result<PrivateApt> create(const std::string& folder, const std::string& architecture);

  // An archive whose InRelease and indices are in quarantine.
  Status add_archive(const LockedArchive& archive, const AptSource& source,
                     const Quarantine& quarantine);

  // What must be installed to build a source package with these fields (Build-Depends and the like)
  // on a machine that has nothing.
  Result<std::vector<Sha256Digest>> solve(const std::string& build_fields) const;

 private:
  PrivateApt(std::string folder, std::string architecture)
      : folder_(std::move(folder)), architecture_(std::move(architecture)) {}
  Result<std::string> run_apt(const std::vector<std::string>& arguments) const;

  std::string folder_;
  std::string architecture_;
  std::string sources_;  // deb822
  std::size_t archives_ = 0;
};

// The digests in the output of `apt-get --print-uris`: lines of 'URI' NAME SIZE SHA256:HEX.
Result<std::vector<Sha256Digest>> parse_print_uris(std::string_view untrusted_output);

}  // namespace hallmark
