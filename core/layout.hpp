// Where things are in a terminal's state folder. docs/trust-boundaries.md says who owns each.
#pragma once

#include <filesystem>
#include <string>

namespace hallmark {

struct Layout {
  std::filesystem::path root;
  bool is_clone = false;  // root is no terminal's, but a clone of its releases repository
  // Not empty: a clone, and root is a folder to build in.
  std::filesystem::path releases_elsewhere{};

  using Path = std::filesystem::path;
  Path terminal() const { return root / "terminal.json"; }
  Path policy() const { return root / "policy.json"; }

  // The release manager's git repository: products, locks, approvals.
  Path releases() const {
    if (!releases_elsewhere.empty()) return releases_elsewhere;
    return is_clone ? root : root / "releases";
  }
  Path product(const std::string& name) const { return releases() / "products" / (name + ".json"); }
  // Keys that sign upstream sources, armoured; a product names the file.
  Path keyring(const std::string& name) const { return releases() / "keyrings" / name; }
  Path lock(const std::string& product, const std::string& version) const {
    return releases() / "products" / product / (version + ".lock.json");
  }
  Path approvals(const std::string& product, const std::string& version) const {
    return releases() / "approvals" / product / version;
  }

  // Approvals of calling the release back; "every-suite" or one.
  Path withdrawal(const std::string& product, const std::string& version,
                  const std::string& where) const {
    return releases() / "withdrawals" / product / version / where;
  }
  // Approvals of taking it from one suite to another; `way` is FROM_TO.
  Path promotion(const std::string& product, const std::string& version,
                 const std::string& way) const {
    return releases() / "promotions" / product / version / way;
  }
  // Approvals of how many machines take it; `change` is SUITE_FROM_TO.
  Path rollout(const std::string& product, const std::string& version,
               const std::string& change) const {
    return releases() / "rollouts" / product / version / change;
  }
  // Approvals of what the rules would refuse (hallmark allow).
  Path allowance(const std::string& product, const std::string& name) const {
    return releases() / "allowances" / product / name;
  }
  // What rebuilders say of a release.
  Path attestations(const std::string& product, const std::string& version) const {
    return releases() / "attestations" / product / version;
  }
  // What was built elsewhere, by digest (manifest.json), and its approvals.
  Path import(const std::string& product, const std::string& version) const {
    return releases() / "imports" / product / version;
  }
  // A note that the release was seen through to its end (cli/pending.hpp).
  Path released(const std::string& product, const std::string& version) const {
    return root / "released" / product / version;
  }
  // Approvals of a time that the terminal's signer refused.
  Path clock_approval(const std::string& terminal) const { return releases() / "clock" / terminal; }
  // What approvers need who work on a clone: a copy of policy(), and the terminals' group.
  Path shared_policy() const { return releases() / "policy.json"; }
  Path shared_group() const { return releases() / "terminal-group"; }
  // A copy of the keys in public_keys(), for a terminal that takes over where all were lost.
  Path shared_keys() const { return releases() / "keys"; }
  // Product files for a suite that is to be, until a person moves them to products/.
  Path drafts(const std::string& suite) const { return releases() / "drafts" / suite; }
  // The policy that is proposed, what belongs to it, and its approvals.
  Path proposed_policy() const { return releases() / "policy"; }

  Path signing_keys() const { return root / "keys" / "signing"; }        // hallmark-keys
  Path publishing_keys() const { return root / "keys" / "publishing"; }  // hallmark-pushkeys
  Path run() const { return root / "run"; }
  Path signing_socket() const { return run() / "signing.sock"; }  // restricted extra socket
  Path log_socket() const {
    return run() / "log.sock";
  }  // of the signing agent, ssh-agent protocol
  Path publishing_socket() const { return run() / "publishing.sock"; }  // ssh-agent protocol
  Path server_socket(const std::string& program) const { return run() / (program + ".sock"); }

  Path sign() const { return root / "sign"; }  // hallmark-sign, 0700
  Path public_keys() const { return root / "public"; }
  // The release log as it is served, written by the signer.
  Path public_log(const std::string& terminal) const { return public_keys() / "log" / terminal; }
  Path fetch() const { return root / "fetch"; }  // hallmark-fetch
  Path quarantine() const { return fetch() / "quarantine"; }
  Path build() const { return root / "build"; }  // hallmark-build
  Path records() const {
    return root / "spool" / "records";
  }                                              // hallmark-build writes, signer reads
  Path push() const { return root / "push"; }    // hallmark-push
  Path tree() const { return push() / "tree"; }  // exactly what the package host serves
  Path staging() const { return root / "staging"; }
  Path demo() const { return root / "demo"; }

  // A quarantined file by its SHA-256 in hexadecimal.
  Path quarantined(const std::string& hex) const {
    return quarantine() / "sha256" / hex.substr(0, 2) / hex;
  }
  Path quarantined_bundle(const std::string& tag_object) const {
    return quarantine() / "git" / (tag_object + ".bundle");
  }
};

}  // namespace hallmark
