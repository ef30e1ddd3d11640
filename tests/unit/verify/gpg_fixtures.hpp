// Throwaway OpenPGP keys, made and used by the real gpg in a home of their own.
#pragma once

#include <string>
#include <vector>

#include "tests/unit/tools.hpp"

namespace hallmark::test {

class GpgHome {
 public:
  GpgHome() = default;
  GpgHome(const GpgHome&) = delete;
  GpgHome& operator=(const GpgHome&) = delete;
  ~GpgHome() {
    Command kill;
    kill.program = "/usr/bin/gpgconf";
    kill.arguments = {"--homedir", folder_.path(), "--kill", "all"};
    static_cast<void>(run(kill));
  }

  std::string gpg(std::vector<std::string> arguments, std::string_view input = "") const {
    arguments.insert(arguments.begin(), {"--homedir", folder_.path(), "--batch", "--quiet",
                                         "--pinentry-mode", "loopback", "--passphrase", ""});
    return run_tool("/usr/bin/gpg", std::move(arguments), input);
  }

  // Makes a key and returns its fingerprint. `options` go before the command.
  std::string make_key(const std::string& name, std::vector<std::string> options = {},
                       const std::string& expires = "never") const {
    options.insert(options.end(), {"--quick-generate-key", name + " <" + name + "@example.org>",
                                   "ed25519", "sign", expires});
    gpg(std::move(options));
    const std::string listing = gpg({"--with-colons", "--list-keys", name});
    const std::size_t at = listing.find("\nfpr:::::::::") + 13;
    return listing.substr(at, 40);
  }

  std::string clearsign(const std::string& key, std::string_view text,
                        std::vector<std::string> options = {}) const {
    options.insert(options.end(), {"--local-user", key, "--clearsign", "--output", "-"});
    return gpg(std::move(options), text);
  }

  // The path of a new keyring that holds these keys.
  std::string keyring(const std::string& file, std::vector<std::string> keys,
                      bool armoured = false) const {
    keys.insert(keys.begin(), "--export");
    if (armoured) keys.insert(keys.begin(), "--armor");
    return folder_.write(file, gpg(std::move(keys)));
  }

  const TestFolder& folder() const { return folder_; }

 private:
  TestFolder folder_;
};

}  // namespace hallmark::test
