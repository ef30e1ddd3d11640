#include <sys/stat.h>

#include <cstdlib>
#include <string>

#include "core/json.hpp"
#include "signer/dispatch.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::Result;
using hallmark::fuzz::always;

namespace {

// Nobody has the private halves of these keys, so nothing that a rule guards is ever approved.
constexpr const char* kPolicy = R"({
  "format": "hallmark-policy-v1", "origin": "Fuzz demo", "label": "Fuzz demo", "demo": true,
  "suites": [{"name": "stable", "codename": "stable", "components": ["main", "extra"],
              "architectures": ["amd64", "arm64"], "valid_days": 30, "contents": true,
              "keys": ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]}],
  "approvers": [
    {"name": "alice", "keys": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJWWYhh1VaKUb2pnqqoqQZvXoyw0mfW0hlEsoER3v+1E"]},
    {"name": "bob", "keys": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMZ+4nTJfNlc0QMxD6xdZESAgpJuICjbjscdl1QAaFC0"]}],
  "threshold": 2, "evidence": "reproduced",
  "log_keys": [{"terminal": "t1", "key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMHCwKCupaZ0wVhqm+JGn6ZKufqPXXaSiolhkS6DLfsr"}@SIBLING@],
  "apk_keys": []})";
constexpr const char* kMark = "@SIBLING@";
constexpr const char* kSibling =
    R"(, {"terminal": "t2", "key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIVtxLJ/dDmbPyXRBgYuEMTEujwCfDvKVjoajmeX4IZs"})";
constexpr int64_t kNow = 1795000000;

class NoKeys : public hallmark::KeyAgent,
               public hallmark::PublicKeyring,
               public hallmark::LogKeyAgent {
 public:
  // A suite without packages may be signed: there is nothing in it that was not approved.
  Result<std::string> sign_openpgp(hallmark::OpenPgpForm /*form*/, std::string_view text,
                                   const std::vector<hallmark::OpenPgpSubkey>& /*signers*/,
                                   const std::string& /*action*/) override {
    always(text.find("Origin: Fuzz demo\n") != std::string_view::npos,
           "what is signed is a Release");
    return gone();
  }
  Result<std::vector<uint8_t>> sign_digest(const hallmark::RawKey& /*key*/,
                                           hallmark::HashAlgorithm /*hash*/,
                                           std::span<const uint8_t> /*digest*/,
                                           const hallmark::SigningPurpose& /*purpose*/) override {
    always(false, "no application was accepted, so none is signed");
    return gone();
  }
  Result<bool> has_key(const std::string& /*keygrip*/) override { return true; }
  Result<std::vector<std::string>> import_keys(std::string_view armored) override {
    return std::vector<std::string>{std::string(armored.substr(0, 40))};
  }
  Result<std::string> export_keys(const std::vector<std::string>& /*fingerprints*/) override {
    return gone();
  }
  Result<std::vector<hallmark::OpenPgpKey>> describe_keys(
      const std::vector<std::string>& fingerprints) override {
    std::vector<hallmark::OpenPgpKey> out;
    for (const std::string& fingerprint : fingerprints) {
      out.push_back({{{fingerprint, std::string(40, 'D'), "ed25519", kNow - 1, 0, true, false}}});
    }
    return out;
  }
  Result<std::vector<hallmark::SshPublicKey>> log_keys() override {
    return std::vector<hallmark::SshPublicKey>();
  }
  Result<std::string> sign_log(const hallmark::SshPublicKey& /*key*/,
                               std::string_view /*text*/) override {
    return gone();
  }

 private:
  static hallmark::Error gone() { return hallmark::failed("key agent", "cannot be reached"); }
};

// A terminal's folder, with a policy in force and nothing accepted: one for all inputs, since no
// input can change it.
class Terminal {
 public:
  explicit Terminal(bool has_sibling) {
    std::string policy = kPolicy;
    policy.replace(policy.find(kMark), std::string(kMark).size(), has_sibling ? kSibling : "");
    std::string folder = std::filesystem::temp_directory_path() / "hallmark-request-fuzz.XXXXXX";
    always(::mkdtemp(folder.data()) != nullptr, "a folder can be made");
    layout_.root = folder;
    for (const char* name : {"sign/log", "spool/records", "public", "run"}) {
      always(hallmark::make_dirs(layout_.root / name, 0755).ok(), "a folder can be made");
    }
    state_.emplace(open<hallmark::State>(layout_.sign()));
    log_.emplace(open<hallmark::ReleaseLog>(layout_.sign() / "log"));
    always(state_->install_policy(policy, std::nullopt, kNow).ok(), "a policy can be installed");
  }
  ~Terminal() {
    std::error_code failure;
    std::filesystem::remove_all(layout_.root, failure);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  Result<hallmark::Response> answer(const hallmark::Message& request) {
    const hallmark::SignerContext context{
        layout_, {"t1", true}, "demo-group", ::geteuid(), [] { return kNow + 60; },  *state_,
        *log_,   keys_,        keys_,        keys_,       {::geteuid(), *refusals_}, {}};
    return hallmark::answer_request(context, request);
  }

 private:
  template <typename T>
  static T open(const std::string& path) {
    Result<T> opened = T::open(path);
    always(opened.ok(), "the signer's files can be opened");
    return std::move(*opened);
  }

  hallmark::Layout layout_;
  NoKeys keys_;
  std::optional<hallmark::State> state_;
  std::optional<hallmark::ReleaseLog> log_;
  Result<hallmark::RefusalMeter> refusals_ = hallmark::RefusalMeter::make();
};

}  // namespace

// The input is a request's body and, each after a zero byte, what its files hold.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Terminal alone(false);
  static Terminal of_two(true);
  constexpr std::size_t kMostFiles = 8;
  std::string_view rest = hallmark::fuzz::text_of(data, size);
  const auto take = [&rest] {
    const std::string_view part = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(part.size());
    return part;
  };
  auto body = hallmark::parse_json(take(), "request", {uint64_t{8} << 20U, 64});
  if (!body.ok() || !body->is_object()) return 0;
  hallmark::Message request;
  request.body = std::move(*body);
  while (!rest.empty() && request.fds.size() < kMostFiles) {
    rest.remove_prefix(1);
    request.fds.push_back(hallmark::fuzz::memory_file(take()));
  }
  // With another terminal in the group little is done before its log was read.
  static_cast<void>((request.body.contains("terminal") ? of_two : alone).answer(request));
  return 0;
}
