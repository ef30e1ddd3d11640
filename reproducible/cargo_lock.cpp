#include <algorithm>
#include <map>
#include <utility>

#include "reproducible/dependency_list.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxName = 64;  // as registries have it
constexpr std::string_view kPackage = "[[package]]";
constexpr std::string_view kUnused = "[[patch.unused]]";

using Members = std::map<std::string, std::string>;

bool is_crate_name(const std::string& name) {
  return !name.empty() && name.size() <= kMaxName && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_';
         });
}

bool is_key(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string text_in(const Members& package, const char* key) {
  const auto found = package.find(key);
  return found == package.end() ? "" : found->second;
}

// Reads the lines that cargo writes, and not all of TOML: what people have written in another way
// is refused, and cargo would write it anew. The TOML library at hand (toml++ 3.3) ends the program
// on some malformed texts.
class CargoLock {
 public:
  CargoLock(const std::string& subject, const std::string& registry)
      : subject_(subject), registry_(registry) {}

  Result<DependencyList> read(std::string_view untrusted_text) {
    while (!untrusted_text.empty()) {
      const std::size_t end = std::min(untrusted_text.find('\n'), untrusted_text.size());
      ++number_;
      HALLMARK_CHECK(take(untrusted_text.substr(0, end)));
      untrusted_text.remove_prefix(std::min(end + 1, untrusted_text.size()));
    }
    if (in_array_) return malformed();
    HALLMARK_CHECK(end_package());
    if (packages_ > 0) return std::move(list_);
    return refuse("has no packages", "make it with: cargo generate-lockfile");
  }

 private:
  Status take(std::string_view line) {
    if (in_array_) {
      in_array_ = line != "]";
      const bool item = line.starts_with(" \"") && line.ends_with("\",");
      return item || !in_array_ ? ok_status() : Status(malformed());
    }
    if (line.empty() || line.starts_with('#')) return ok_status();
    if (line.starts_with('[')) return begin_section(line);
    return take_member(line);
  }

  // What a patch in Cargo.toml has left over is of the same form, and asks for nothing.
  Status begin_section(std::string_view line) {
    HALLMARK_CHECK(end_package());
    in_package_ = line == kPackage;
    in_section_ = true;
    return in_package_ || line == kUnused ? ok_status() : Status(malformed());
  }

  // KEY = "TEXT", or KEY = [ with an item on each line after it. Before all packages stands the
  // version of the form.
  Status take_member(std::string_view line) {
    const std::size_t equals = line.find(" = ");
    if (equals == std::string_view::npos || !is_key(line.substr(0, equals))) return malformed();
    std::string key(line.substr(0, equals));
    std::string_view value = line.substr(equals + 3);
    if (!in_section_)
      return key == "version" && is_number(value) ? ok_status() : Status(malformed());
    in_array_ = value == "[";
    if (in_array_) return ok_status();
    const bool text = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    if (!text) return malformed();
    value = value.substr(1, value.size() - 2);
    if (value.find_first_of("\"\\") != std::string_view::npos) return malformed();
    return package_.emplace(std::move(key), value).second ? ok_status() : Status(malformed());
  }

  Status end_package() {
    const Members package = std::exchange(package_, {});
    if (!std::exchange(in_package_, false)) return ok_status();
    ++packages_;
    return add(package);
  }

  // Without a source it lies in the source tree.
  Status add(const Members& package) {
    if (!package.contains("source")) return ok_status();
    ListedDependency one;
    one.name = text_in(package, "name");
    one.version = text_in(package, "version");
    one.integrity = text_in(package, "checksum");
    if (!is_crate_name(one.name)) return refuse("names the package '" + one.name + "'");
    if (!is_semantic_version(one.version)) {
      return refuse("has the version '" + one.version + "' of " + one.name);
    }
    HALLMARK_CHECK(check_source(text_in(package, "source"), one));
    if (!Sha256Digest::from_hex(one.integrity).ok()) {
      return refuse("has no checksum of " + one.name + " " + one.version,
                    "make it anew with: cargo generate-lockfile");
    }
    list_.push_back(std::move(one));
    return ok_status();
  }

  Status check_source(const std::string& source, const ListedDependency& one) {
    const std::size_t plus = source.find('+');
    const std::string kind = source.substr(0, plus);
    if (plus == std::string::npos || (kind != "registry" && kind != "sparse")) {
      return refuse(
          "takes " + one.name + " " + one.version + " from " + source + ", which has no digest",
          "take a release of it from the registry, or put it into the source");
    }
    const std::string registry = source.substr(plus + 1);
    if (registry_.empty()) registry_ = registry;
    if (registry == registry_) return ok_status();
    return refuse("takes " + one.name + " " + one.version + " from the registry " + registry +
                      ", and not from " + registry_,
                  "all must come from one, which the product file may name");
  }

  Error malformed() const {
    return refuse("is not as cargo writes it, in line " + std::to_string(number_),
                  "make it anew with: cargo generate-lockfile");
  }
  Error refuse(const std::string& cause, const std::string& hint = "") const {
    return verification_error(subject_, cause, hint);
  }

  const std::string& subject_;
  std::string registry_;  // empty: none was named yet
  std::size_t number_ = 0;
  std::size_t packages_ = 0;
  bool in_section_ = false;
  bool in_package_ = false;
  bool in_array_ = false;
  Members package_;
  DependencyList list_;
};

}  // namespace

Result<DependencyList> read_cargo_lock(std::string_view untrusted_text, const std::string& subject,
                                       const std::string& registry) {
  return CargoLock(subject, registry).read(untrusted_text);
}

}  // namespace hallmark
