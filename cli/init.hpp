// `hallmark init`: makes a terminal. Folder, Unix users, keys, terminal.json, policy.json, a
// releases repository with a sample product, and the first policy in the signer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/ceremony.hpp"
#include "cli/key_ceremony.hpp"
#include "cli/screen.hpp"
#include "core/model/policy.hpp"
#include "core/model/terminal.hpp"
#include "core/result.hpp"

namespace hallmark {

struct InitOptions {
  std::string root;
  bool demo = false;
  std::string name;
  std::string group = "terminals";
  std::string origin;
  std::string suite = "stable";
  std::string codename;  // empty: the suite's name
  std::vector<std::string> components = {"main"};
  std::vector<std::string> architectures;  // empty: this machine's
  std::string application;                 // id of an app that the last APK key signs
  std::optional<uint64_t> spare_subkeys;   // of the OpenPGP key; not said: none
  std::vector<ApkKeyPlan> apk_keys;        // empty: one, "app"
  std::vector<Approver> approvers;
  uint64_t threshold = 2;
  std::vector<PackageHost> hosts;
  std::optional<CeremonyPlan> ceremony;
};

// Refuses a folder that holds anything but an init that was interrupted.
Status init_terminal(const InitOptions& options, Screen& screen);

}  // namespace hallmark
