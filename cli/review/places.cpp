#include "cli/review/places.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace hallmark {
namespace {

// Beginnings of paths, "usr/" before lib, bin and sbin left out: Debian has merged them.
constexpr auto kPlaces = std::to_array<std::string_view>({
    "boot/",
    "dev/",
    "etc/NetworkManager/",
    "etc/X11/Xsession.d/",
    "etc/acpi/",
    "etc/apt/",
    "etc/bash.bashrc",
    "etc/binfmt.d/",
    "etc/ca-certificates",
    "etc/cron",
    "etc/dbus-1/",
    "etc/default/",
    "etc/dhcp/",
    "etc/dpkg/",
    "etc/environment",
    "etc/fstab",
    "etc/group",
    "etc/grub.d/",
    "etc/gshadow",
    "etc/hosts",
    "etc/init.d/",
    "etc/initramfs-tools/",
    "etc/inittab",
    "etc/kernel/",
    "etc/ld.so",
    "etc/logrotate.d/",
    "etc/modprobe.d/",
    "etc/modules",
    "etc/network/",
    "etc/networkd-dispatcher/",
    "etc/nsswitch.conf",
    "etc/pam.conf",
    "etc/pam.d/",
    "etc/passwd",
    "etc/polkit-1/",
    "etc/ppp/",
    "etc/profile",
    "etc/rc",
    "etc/security/",
    "etc/shadow",
    "etc/skel/",
    "etc/ssh/",
    "etc/ssl/",
    "etc/subgid",
    "etc/subuid",
    "etc/sudoers",
    "etc/sysctl",
    "etc/systemd/",
    "etc/sysusers.d/",
    "etc/tmpfiles.d/",
    "etc/udev/",
    "etc/update-motd.d/",
    "lib/NetworkManager/",
    "lib/apt/",
    "lib/binfmt.d/",
    "lib/dracut/",
    "lib/environment.d/",
    "lib/ifupdown/",
    "lib/initramfs-tools/",
    "lib/kernel/",
    "lib/modprobe.d/",
    "lib/modules-load.d/",
    "lib/modules/",
    "lib/networkd-dispatcher/",
    "lib/polkit-1/",
    "lib/sysctl.d/",
    "lib/systemd/",
    "lib/sysusers.d/",
    "lib/tmpfiles.d/",
    "lib/udev/",
    "proc/",
    "root/",
    "run/",
    "sys/",
    "usr/local/",
    "usr/share/ca-certificates/",
    "usr/share/dbus-1/system",
    "usr/share/initramfs-tools/",
    "usr/share/keyrings/",
    "usr/share/pam-configs/",
    "usr/share/polkit-1/",
    "var/lib/apt/",
    "var/lib/dpkg/",
    "var/lib/polkit-1/",
    "var/lib/systemd/",
    "var/spool/cron/",
});

std::string_view after_usr_merge(std::string_view path) {
  constexpr std::string_view kUsr = "usr/";
  if (!path.starts_with(kUsr)) return path;
  const std::string_view rest = path.substr(kUsr.size());
  const bool merged =
      rest.starts_with("lib") || rest.starts_with("bin") || rest.starts_with("sbin");
  return merged ? rest : path;
}

// Modules that every login or look-up of a name loads: lib/x86_64-linux-gnu/security/pam_x.so.
bool is_loaded_by_root(std::string_view path) {
  if (!path.starts_with("lib")) return false;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name.starts_with("libnss_") || path.find("/security/") != std::string_view::npos;
}

// The target of a link as a path from the root; nothing where a name is left behind by "..".
std::optional<std::string> resolved(std::string_view path, std::string_view target) {
  std::string whole =
      target.starts_with('/') ? std::string() : std::string(path.substr(0, path.rfind('/') + 1));
  const std::size_t own = whole.size();
  std::vector<std::string> out;
  bool named = false;  // a name of the target's own came
  whole += target;
  for (std::size_t begin = 0; begin < whole.size();) {
    const std::size_t end = std::min(whole.find('/', begin), whole.size());
    const std::string component = whole.substr(begin, end - begin);
    if (component == "..") {
      if (named) return std::nullopt;
      if (!out.empty()) out.pop_back();
    } else if (!component.empty() && component != ".") {
      named = named || begin >= own;
      out.push_back(component);
    }
    begin = end + 1;
  }
  std::string joined;
  for (const std::string& component : out) joined += (joined.empty() ? "" : "/") + component;
  return joined;
}

}  // namespace

bool root_looks_at(std::string_view path) {
  const std::string_view merged = after_usr_merge(path);
  return is_loaded_by_root(merged) ||
         std::any_of(kPlaces.begin(), kPlaces.end(),
                     [&](std::string_view place) { return merged.starts_with(place); });
}

bool leads_to_roots_places(std::string_view path, std::string_view target) {
  const std::optional<std::string> found = resolved(path, target);
  if (!found || found->empty() || root_looks_at(*found)) return true;
  const std::string folder = std::string(after_usr_merge(*found)) + "/";
  return *found == "usr" ||
         std::any_of(kPlaces.begin(), kPlaces.end(),
                     [&](std::string_view place) { return place.starts_with(folder); });
}

}  // namespace hallmark
