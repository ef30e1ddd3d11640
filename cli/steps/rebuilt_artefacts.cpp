#include "cli/steps/rebuilt_artefacts.hpp"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>

#include "cli/files_at_hand.hpp"
#include "core/digest.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

// What one rebuilder got for one target.
struct Rebuilt {
  Target target;
  std::vector<BuiltArtefact> artefacts;
};

fs::path staged_folder(const TerminalRoot& root, const ReleaseFiles& files, const Target& target) {
  return root.layout().staging() / "rebuilt" / sha256(files.lock_text).hex() /
         target.directory_name();
}

Rebuilt read_rebuilt(ObjectReader& entry, Sha256Digest& lock, bool& counts) {
  Rebuilt rebuilt;
  for (const char* unused : {"owner", "key", "attestation", "finished"}) entry.text(unused);
  entry.boolean_or("overruled", false);
  entry.boolean_or("agrees", false);
  lock = entry.digest("lock");
  counts = entry.boolean_or("counts", false);
  entry.object("target", [&](ObjectReader& target) { rebuilt.target = read_target(target); });
  entry.each("artefacts", [&](ObjectReader& artefact) {
    rebuilt.artefacts.push_back({read_plain_name(artefact, "name"),
                                 artefact.unsigned_integer("size"), artefact.digest("sha256")});
  });
  return rebuilt;
}

// Of this lock, by those whose word counts.
Result<std::vector<Rebuilt>> what_rebuilders_got(TerminalRoot& root, const ReleaseFiles& files) {
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-sign", Json{{"type", "attestations"},
                                                  {"product", files.lock.product},
                                                  {"version", files.lock.version}}));
  HALLMARK_TRY(const JsonDocument document,
               JsonDocument::parse(answer.body.dump(), "answer of hallmark-sign"));
  std::vector<Rebuilt> out;
  {
    ObjectReader reader(document);
    reader.unsigned_integer("needed");
    reader.each("attestations", [&](ObjectReader& entry) {
      Sha256Digest lock;
      bool counts = false;
      Rebuilt rebuilt = read_rebuilt(entry, lock, counts);
      if (counts && lock == sha256(files.lock_text)) out.push_back(std::move(rebuilt));
    });
  }
  HALLMARK_CHECK(document.status());
  return out;
}

Status copy_to(const fs::path& folder, const std::string& name, const UniqueFd& from,
               uint64_t size) {
  HALLMARK_TRY(const UniqueFd to,
               open_at(AT_FDCWD, folder / name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644));
  const auto copied = copy_fd(from.get(), to.get(), size);
  if (!copied.ok()) return copied.error();
  return sync_fd(to.get(), name);
}

// False: not all of it is there.
Result<bool> stage_one(const TerminalRoot& root, const ReleaseFiles& files,
                       const FilesAtHand& at_hand, const Rebuilt& rebuilt) {
  const fs::path folder = staged_folder(root, files, rebuilt.target);
  const fs::path partial = folder.string() + ".partial";
  std::error_code failure;
  fs::remove_all(partial, failure);
  HALLMARK_CHECK(make_dirs(partial, 0755));
  for (const BuiltArtefact& artefact : rebuilt.artefacts) {
    HALLMARK_TRY(const UniqueFd file, at_hand.find(artefact.sha256, artefact.size));
    if (!file) return false;
    HALLMARK_CHECK(copy_to(partial, artefact.name, file, artefact.size));
  }
  // What was staged before is another outcome, or the same.
  fs::remove_all(folder, failure);
  fs::rename(partial, folder, failure);
  if (failure) return failed(folder, "cannot be written: " + failure.message());
  return true;
}

}  // namespace

Status stage_rebuilt_artefacts(TerminalRoot& root, const ReleaseFiles& files,
                               const std::string& folder) {
  HALLMARK_TRY(const FilesAtHand at_hand, FilesAtHand::in(folder));
  HALLMARK_TRY(const std::vector<Rebuilt> said, what_rebuilders_got(root, files));
  bool found = false;
  for (const Target& target : files.lock.targets) {
    for (const Rebuilt& rebuilt : said) {
      if (rebuilt.target != target) continue;
      HALLMARK_TRY(const bool staged, stage_one(root, files, at_hand, rebuilt));
      found = found || staged;
      if (staged) break;
    }
  }
  if (found) return ok_status();
  return failed(folder, "does not hold what rebuilders got for any target of the lock",
                "hallmark attest list " + files.lock.product + " " + files.lock.version);
}

Result<std::optional<NamedRecord>> staged_record(const TerminalRoot& root,
                                                 const ReleaseFiles& files, const Target& target) {
  const fs::path folder = staged_folder(root, files, target);
  std::error_code failure;
  if (!fs::exists(folder, failure)) return std::optional<NamedRecord>();
  NamedRecord record;
  record.target = target;
  record.rebuilt = true;
  fs::directory_iterator entries(folder, failure);
  for (; !failure && entries != fs::directory_iterator(); entries.increment(failure)) {
    HALLMARK_TRY(const UniqueFd file, open_file(entries->path()));
    HALLMARK_TRY(const FileDigest digest, digest_fd(file.get()));
    record.artefacts.push_back({entries->path().filename(), digest.size, digest.sha256});
  }
  if (failure) return failed(folder, "cannot be read: " + failure.message());
  std::sort(record.artefacts.begin(), record.artefacts.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return std::optional<NamedRecord>(std::move(record));
}

Result<std::vector<UniqueFd>> open_staged(const TerminalRoot& root, const ReleaseFiles& files,
                                          const NamedRecord& record) {
  std::vector<UniqueFd> out;
  for (const BuiltArtefact& artefact : record.artefacts) {
    HALLMARK_TRY(UniqueFd fd, open_file(staged_folder(root, files, record.target) / artefact.name));
    out.push_back(std::move(fd));
  }
  return out;
}

}  // namespace hallmark
