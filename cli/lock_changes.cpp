#include "cli/lock_changes.hpp"

#include "cli/lock_dependency_changes.hpp"
#include "cli/lock_environment_changes.hpp"
#include "cli/lock_words.hpp"
#include "cli/screen.hpp"
#include "core/model/approval.hpp"

namespace hallmark {
namespace {

using Changes = std::vector<LockChange>;

const char* kind_in_words(OriginKind kind) {
  if (kind == OriginKind::kTarball) return "a signed archive";
  return kind == OriginKind::kDsc ? "a Debian source package" : "a git tag";
}

void compare_git(const LockedSource& before, const LockedSource& after, Changes& out) {
  if (before.url != after.url) {
    out.push_back({"the source moves from " + before.url + " to " + after.url, true});
  }
  if (before.commit == after.commit) {
    out.push_back({"tag " + after.tag + " names the commit that " + before.tag +
                   " named: the source is the same"});
    return;
  }
  out.push_back({"git tag " + before.tag + " (commit " + before.commit + "), now " + after.tag +
                 " (commit " + after.commit + ")"});
  if (before.content_sha256 == after.content_sha256) {
    out.push_back({"the files of both commits are the same"});
  }
}

const LockedFile* file_named(const LockedSource& source, const std::string& name) {
  for (const LockedFile& file : source.files) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

const LockedFile* file_of_digest(const LockedSource& source, const Sha256Digest& sha256) {
  for (const LockedFile& file : source.files) {
    if (file.sha256 == sha256) return &file;
  }
  return nullptr;
}

// What a signature covers says nothing of the name: an old archive, well signed, passes for any
// version.
void add_file_that_comes(const LockedSource& before, const LockedFile& file, Changes& out) {
  const LockedFile* same = file_of_digest(before, file.sha256);
  if (same == nullptr) {
    out.push_back({"source file " + file.name + " comes, " + human_bytes(file.size)});
    return;
  }
  out.push_back({"source file " + file.name + " is " + same->name +
                     " under another name: SHA-256 " + file.sha256.hex(),
                 true});
}

// An upstream archive keeps its name from one revision to the next, and then its bytes too.
void compare_files(const LockedSource& before, const LockedSource& after, Changes& out) {
  for (const LockedFile& file : before.files) {
    if (file_named(after, file.name) != nullptr) continue;
    out.push_back({"source file " + file.name + " goes"});
  }
  for (const LockedFile& file : after.files) {
    const LockedFile* old = file_named(before, file.name);
    if (old == nullptr) {
      add_file_that_comes(before, file, out);
    } else if (old->sha256 != file.sha256) {
      out.push_back({"source file " + file.name + " is another file under its name: SHA-256 " +
                         old->sha256.hex() + ", now " + file.sha256.hex(),
                     true});
    }
  }
}

void compare_dsc(const LockedSource& before, const LockedSource& after, Changes& out) {
  if (before.package != after.package) {
    out.push_back(
        {"the source package was " + before.package + ", and now is " + after.package, true});
  }
  if (before.version != after.version) {
    out.push_back(
        {"source package " + after.package + " " + before.version + ", now " + after.version});
  }
  compare_files(before, after, out);
}

// It says whose signatures count.
void compare_keyrings(const LockedSource& before, const LockedSource& after, Changes& out) {
  if (before.keyring == after.keyring) return;
  const std::string what = "the keyring of the source's signers ";
  if (!before.keyring) {
    out.push_back({what + "comes: SHA-256 " + after.keyring->sha256.hex(), true});
  } else if (!after.keyring) {
    out.push_back({what + "goes: SHA-256 " + before.keyring->sha256.hex(), true});
  } else {
    out.push_back({what + "is another file: SHA-256 " + before.keyring->sha256.hex() + ", now " +
                       after.keyring->sha256.hex(),
                   true});
  }
}

void compare_times(const Lock& before, const Lock& after, Changes& out) {
  const std::string when = "the source was signed at " + format_utc(after.source_date_epoch);
  if (after.source_date_epoch < before.source_date_epoch) {
    out.push_back({when + ", before that of " + before.version +
                       " was: " + format_utc(before.source_date_epoch),
                   true});
  } else if (after.source_date_epoch == before.source_date_epoch &&
             after.version != before.version) {
    out.push_back({when + ", the very second of " + before.version, true});
  }
}

void compare_sources(const Lock& before, const Lock& after, Changes& out) {
  const OriginKind kind = after.source.kind;
  if (before.source.kind != kind) {
    out.push_back({std::string("the source was ") + kind_in_words(before.source.kind) +
                       ", and now is " + kind_in_words(kind),
                   true});
  } else if (kind == OriginKind::kGit) {
    compare_git(before.source, after.source, out);
  } else if (kind == OriginKind::kTarball) {
    compare_files(before.source, after.source, out);
  } else {
    compare_dsc(before.source, after.source, out);
  }
  const std::string had = signers_in_words(before.source);
  const std::string has = signers_in_words(after.source);
  if (had != has) {
    out.push_back({"the source was signed by " + had + ", and now is by " + has, true});
  }
  compare_keyrings(before.source, after.source, out);
  compare_times(before, after, out);
}

const char* name_of(PackageMove move) {
  switch (move) {
    case PackageMove::kAdded:
      return "added";
    case PackageMove::kRemoved:
      return "removed";
    case PackageMove::kUp:
      return "up";
    case PackageMove::kDown:
      return "down";
    case PackageMove::kOtherVersion:
      return "other-version";
    case PackageMove::kOtherFile:
      return "other-file";
  }
  return "";
}

Json to_json(const PackageChange& package) {
  Json json{{"change", name_of(package.move)},
            {"environment", package.environment},
            {"name", package.name},
            {"architecture", package.architecture}};
  if (!package.before.empty()) json["before"] = package.before;
  if (!package.after.empty()) json["after"] = package.after;
  return json;
}

}  // namespace

std::vector<LockChange> lock_changes(const Lock& before, const Lock& after) {
  Changes out;
  if (before.product_sha256 != after.product_sha256) {
    out.push_back({"the product file changed", true});
  }
  compare_sources(before, after, out);
  const std::string went = approval_suites(before.targets);
  const std::string goes = approval_suites(after.targets);
  if (went != goes) {
    out.push_back({"it went to " + went + ", and now goes to " + goes, true});
  }
  add_dependency_changes(before, after, out);
  add_environment_changes(before, after, out);
  return out;
}

Json to_json(const std::vector<LockChange>& changes) {
  Json out = Json::array();
  for (const LockChange& change : changes) {
    Json json{{"words", change.words}, {"alert", change.alert}};
    if (change.package) json["package"] = to_json(*change.package);
    out.push_back(std::move(json));
  }
  return out;
}

}  // namespace hallmark
