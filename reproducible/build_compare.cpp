#include "reproducible/build_compare.hpp"

#include <algorithm>

#include "process/isolated.hpp"
#include "reproducible/archive_walk.hpp"

namespace hallmark {
namespace {

constexpr std::chrono::minutes kDescribeTime{5};

std::string sizes(const CollectedFile& a, const CollectedFile& b) {
  if (a.digest.size == b.digest.size) return "both are " + std::to_string(a.digest.size) + " bytes";
  return std::to_string(a.digest.size) + " and " + std::to_string(b.digest.size) + " bytes";
}

// What dpkg-deb makes of the packed files: it differs because these do.
bool follows_from_others(const std::string& path) {
  return path.ends_with(": ./md5sums") && path.starts_with("control.tar");
}

std::string describe_member(const CollectedFile& a, const CollectedFile& b, const std::string& path,
                            const std::vector<Telltale>& telltales) {
  const auto first = read_archive_member(a.file.get(), path);
  const auto second = read_archive_member(b.file.get(), path);
  const std::string differs = path + " in it differs";
  if (!first.ok() || !second.ok()) return differs;
  if (first->unpacked != second->unpacked) {
    return differs + "; " + difference_cause(first->unpacked, second->unpacked, telltales);
  }
  if (!first->whole || !second->whole) return differs + ", after its first 4 MiB";
  if (first->bytes != second->bytes) return differs + " in how it was compressed";
  return differs + " in its mode, owner or time";
}

std::string describe_members(const CollectedFile& a, const CollectedFile& b,
                             const std::vector<Telltale>& telltales) {
  const auto first = walk_archive(a.file.get());
  const auto second = walk_archive(b.file.get());
  if (!first.ok() || !second.ok()) return "its bytes differ (" + sizes(a, b) + ")";
  const std::size_t common = std::min(first->size(), second->size());
  std::string only_follows;
  for (std::size_t i = 0; i < common; ++i) {
    const ArchiveMember& left = (*first)[i];
    const ArchiveMember& right = (*second)[i];
    if (left.path != right.path) return "holds " + left.path + " where the other has " + right.path;
    if (left.sha256 == right.sha256) continue;
    if (!follows_from_others(left.path)) return describe_member(a, b, left.path, telltales);
    only_follows = left.path;
  }
  if (first->size() != second->size()) {
    const auto& longer = first->size() > second->size() ? *first : *second;
    return longer[common].path + " is in one of the two only";
  }
  if (!only_follows.empty()) return only_follows + " in it differs";
  return "its members are the same, the archive around them differs (" + sizes(a, b) + ")";
}

// A build chose these bytes, and archive readers are large: they read where they can do no harm.
std::string describe(const CollectedFile& a, const CollectedFile& b,
                     const std::vector<Telltale>& telltales) {
  const auto said = run_isolated([&] { return describe_members(a, b, telltales); },
                                 {a.file.get(), b.file.get()}, kDescribeTime);
  return said.ok() ? *said : "its bytes differ (" + sizes(a, b) + ")";
}

}  // namespace

std::optional<Difference> first_difference(const std::vector<CollectedFile>& first,
                                           const std::vector<CollectedFile>& second,
                                           const std::vector<Telltale>& telltales) {
  const std::size_t common = std::min(first.size(), second.size());
  for (std::size_t i = 0; i < common; ++i) {
    const CollectedFile& a = first[i];
    const CollectedFile& b = second[i];
    if (a.name != b.name) {
      return Difference{std::min(a.name, b.name), "only one of the two builds made it"};
    }
    if (a.digest.sha256 != b.digest.sha256) return Difference{a.name, describe(a, b, telltales)};
  }
  if (first.size() == second.size()) return std::nullopt;
  const auto& longer = first.size() > second.size() ? first : second;
  return Difference{longer[common].name, "only one of the two builds made it"};
}

}  // namespace hallmark
