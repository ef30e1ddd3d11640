#include "cli/rebuild/log_comparison.hpp"

#include <algorithm>
#include <set>

namespace hallmark {
namespace {

constexpr const char* kReleaseLog = "the release log";

using Place = std::pair<std::string, std::string>;  // SUITE/COMPONENT, file
using Digests = std::map<Sha256Digest, std::string>;

std::string place_of(const Target& target) { return target.suite + "/" + target.component; }

// The first digest that is another; empty: there is none.
std::string other_bytes(const Digests& accepted, const Sha256Digest& wanted) {
  for (const auto& [digest, lock] : accepted) {
    if (digest != wanted) return "it has the SHA-256 " + digest.hex();
  }
  return {};
}

Comparison compare_one(const RebuildInputs& in, const std::string& place,
                       const BuiltArtefact& artefact) {
  const auto accepted = in.accepted.find({place, artefact.name});
  const std::string difference = accepted == in.accepted.end()
                                     ? "it was never accepted into " + place
                                     : other_bytes(accepted->second, artefact.sha256);
  return {artefact.name, difference.empty() ? Verdict::kEqual : Verdict::kDifferent, kReleaseLog,
          difference};
}

const LockedFile* source_file(const Lock& lock, const std::string& name) {
  for (const LockedFile& file : lock.source.files) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

bool all_of_other_locks(const RebuildInputs& in, const Digests& accepted) {
  return std::all_of(accepted.begin(), accepted.end(), [&](const auto& one) {
    return std::binary_search(in.other_locks.begin(), in.other_locks.end(), one.second);
  });
}

// A package says in its name for which architecture it is.
bool may_give(const Target& target, const Place& file) {
  if (place_of(target) != file.first) return false;
  return !file.second.ends_with(".deb") || file.second.ends_with("_all.deb") ||
         file.second.ends_with("_" + target.architecture + ".deb");
}

// Sorts what the log has.
class RestOfLog {
 public:
  RestOfLog(const RebuildInputs& in, Rebuild& out) : in_(in), out_(out) {
    std::set<Target> targets;
    for (const RebuiltTarget& target : out.targets) {
      targets.insert(target.record.target);
      for (const BuiltArtefact& artefact : target.record.artefacts) {
        built_.emplace(place_of(target.record.target), artefact.name);
      }
    }
    for (const Target& target : in.lock.targets) {
      places_.insert(place_of(target));
      if (!targets.contains(target)) not_built_.push_back(target);
    }
  }

  void add(const Place& file, const Digests& accepted) {
    if (built_.contains(file)) return;
    const std::string where = file.second + " in " + file.first;
    if (const LockedFile* source = source_file(in_.lock, file.second)) {
      const std::string difference = other_bytes(accepted, source->sha256);
      if (!difference.empty()) add_unexpected(file, difference + ", and the lock has another");
    } else if (!places_.contains(file.first) && all_of_other_locks(in_, accepted)) {
      out_.not_compared.push_back(where + ", accepted from another lock");
    } else if (places_.contains(file.first) && is_left_out(file)) {
      out_.not_compared.push_back(where + ", of a target that was not built here");
    } else {
      add_unexpected(file,
                     "it was accepted into " + file.first + ", and the lock does not give it");
    }
  }

 private:
  bool is_left_out(const Place& file) const {
    return std::any_of(not_built_.begin(), not_built_.end(),
                       [&](const Target& target) { return may_give(target, file); });
  }

  void add_unexpected(const Place& file, const std::string& difference) {
    out_.unexpected.push_back({file.second, Verdict::kDifferent, kReleaseLog, difference});
  }

  const RebuildInputs& in_;
  Rebuild& out_;
  std::set<Place> built_;
  std::set<std::string> places_;  // where the lock goes
  std::vector<Target> not_built_;
};

}  // namespace

std::vector<Comparison> compare_with_log(const RebuildInputs& in, const BuildRecord& record) {
  std::vector<Comparison> out;
  for (const BuiltArtefact& artefact : record.artefacts) {
    out.push_back(compare_one(in, place_of(record.target), artefact));
  }
  return out;
}

void add_rest_of_log(const RebuildInputs& in, Rebuild& out) {
  out.other_locks = in.other_locks;
  RestOfLog rest(in, out);
  for (const auto& [file, accepted] : in.accepted) rest.add(file, accepted);
}

}  // namespace hallmark
