#include "cli/terminal_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "core/fd.hpp"
#include "process/identity.hpp"
#include "process/run.hpp"

namespace hallmark {
namespace {

struct UserPlan {
  const char* name;
  bool needs_subids;  // mmdebstrap's user namespace maps a range of ids
};

constexpr std::array<UserPlan, 6> kUsers = {{
    {"hallmark-fetch", false},
    {"hallmark-build", true},
    {"hallmark-sign", false},
    {"hallmark-keys", false},
    {"hallmark-push", false},
    {"hallmark-pushkeys", false},
}};

struct FolderPlan {
  const char* path;
  const char* owner;  // null: whoever runs init
  mode_t mode;
};

constexpr std::array<FolderPlan, 15> kFolders = {{
    {"keys", nullptr, 0755},
    {"keys/signing", "hallmark-keys", 0700},
    {"keys/publishing", "hallmark-pushkeys", 0700},
    {"run", nullptr, 0755},
    {"sign", "hallmark-sign", 0700},
    {"public", "hallmark-sign", 0755},
    {"fetch", "hallmark-fetch", 0755},
    // The user namespace of an environment's making has to pass through, and see no more.
    {"build", "hallmark-build", 0711},
    {"spool", nullptr, 0755},
    {"spool/records", "hallmark-build", 0755},
    {"push", "hallmark-push", 0755},
    {"staging", nullptr, 0755},
    {"releases", nullptr, 0755},
    {"releases/products", nullptr, 0755},
    {"releases/approvals", nullptr, 0755},
}};

Status make_user(const UserPlan& plan) {
  HALLMARK_TRY(const std::optional<Identity> existing, find_identity(plan.name));
  if (existing) return ok_status();
  Command command;
  command.program = "/usr/sbin/useradd";
  command.arguments = {"--system",     "--user-group", "--no-create-home", "--home-dir",
                       "/nonexistent", "--shell",      "/usr/sbin/nologin"};
  if (plan.needs_subids) command.arguments.emplace_back("--add-subids-for-system");
  command.arguments.emplace_back(plan.name);
  const auto made = run_checked(command, std::string("user ") + plan.name);
  if (!made.ok()) return made.error();
  return ok_status();
}

Status make_folder(const Layout& layout, const FolderPlan& plan) {
  const std::string path = layout.root / plan.path;
  if (::mkdir(path.c_str(), 0700) != 0) return errno_error(path, "cannot make");
  if (::geteuid() == 0 && plan.owner != nullptr) {
    HALLMARK_TRY(const std::optional<Identity> owner, find_identity(plan.owner));
    if (!owner) return failed(std::string("user ") + plan.owner, "does not exist");
    if (::lchown(path.c_str(), owner->uid, owner->gid) != 0) {
      return errno_error(path, "cannot set the owner");
    }
  }
  if (::chmod(path.c_str(), plan.mode) != 0) return errno_error(path, "cannot set the mode");
  return ok_status();
}

}  // namespace

Status make_users() {
  if (::geteuid() != 0) return ok_status();
  for (const UserPlan& plan : kUsers) HALLMARK_CHECK(make_user(plan));
  return ok_status();
}

Status make_folders(const Layout& layout) {
  for (const FolderPlan& plan : kFolders) HALLMARK_CHECK(make_folder(layout, plan));
  return ok_status();
}

}  // namespace hallmark
