#include "cli/shared_policy.hpp"

#include <unistd.h>

#include "cli/releases_folder.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxPublicFile = uint64_t{8} << 20U;  // bytes

// What is right already keeps its time, and `git status` is quiet.
Status bring_up_to_date(int folder, const std::filesystem::path& path, const std::string& text) {
  const Result<std::string> before = read_file_at(folder, path.filename(), text.size() + 1);
  if (before.ok() && *before == text) return ok_status();
  return write_file_atomic(folder, path.filename(), text, 0644);
}

// Of the signer's folder: only what is its own.
Status copy_public(const TerminalRoot& root, const std::string& name, int folder) {
  HALLMARK_TRY(const UniqueFd file, root.open_of("hallmark-sign", "public/" + name));
  HALLMARK_TRY(const std::string bytes, read_all(file.get(), kMaxPublicFile, name));
  return bring_up_to_date(folder, name, bytes);
}

Status share_keys(const TerminalRoot& root) {
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(const UniqueFd folder,
               make_release_folder(root.layout(), root.layout().shared_keys()));
  return copy_public_keys(root, policy, folder.get());
}

Status share_all(const TerminalRoot& root) {
  const Layout& layout = root.layout();
  HALLMARK_TRY(const std::string policy, root.policy_text());
  HALLMARK_TRY(const std::string group, root.group());
  HALLMARK_TRY(const UniqueFd folder, open_dir(layout.releases()));
  HALLMARK_CHECK(bring_up_to_date(folder.get(), layout.shared_policy(), policy));
  HALLMARK_CHECK(bring_up_to_date(folder.get(), layout.shared_group(), group + "\n"));
  return share_keys(root);
}

}  // namespace

std::string certificate_file(const ApkKeyPolicy& key) { return "apk-" + key.name + ".der"; }

Status copy_public_keys(const TerminalRoot& root, const Policy& policy, int folder) {
  HALLMARK_CHECK(copy_public(root, kKeyringFile, folder));
  for (const ApkKeyPolicy& key : policy.apk_keys) {
    HALLMARK_CHECK(copy_public(root, certificate_file(key), folder));
  }
  return ok_status();
}

void share_policy(const TerminalRoot& root) {
  const Layout& layout = root.layout();
  if (layout.is_clone || ::access(layout.policy().c_str(), F_OK) != 0) return;
  const Status written = share_all(root);
  if (written.ok()) return;
  root.screen().warn("the releases repository does not hold the policy in force, or its keys: " +
                     written.error().message());
}

}  // namespace hallmark
