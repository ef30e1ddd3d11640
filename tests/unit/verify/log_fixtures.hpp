// A log of Hallmark's form in a folder, whose every file a test may forge.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/unit/tools.hpp"
#include "tests/unit/verify/ssh_fixtures.hpp"
#include "verify/log/checkpoint.hpp"
#include "verify/log/tiles.hpp"

namespace hallmark::log_test {

inline const std::string kOrigin = "example.org/log/t1";

// One terminal's log key.
struct LogSigner {
  ssh_test::SoftKey key{ssh_test::SoftKind::kEd25519};
  std::string name = kOrigin;

  NoteKey note_key() const {
    const auto ssh = SshPublicKey::from_blob(key.public_blob());
    REQUIRE(ssh.ok());
    const auto note = NoteKey::from_ssh(name, *ssh);
    REQUIRE(note.ok());
    return *note;
  }
  std::string sign(const std::string& text) const {
    SshCursor cursor(raw_ = key.sign(text));
    REQUIRE(cursor.take_string());
    return make_note(text, note_key().signature_line(*cursor.take_string()));
  }
  std::string checkpoint(const MerkleTree& tree) const {
    return sign(render_checkpoint({name, tree}));
  }

 private:
  mutable std::string raw_;
};

inline std::vector<std::string> numbered_entries(std::size_t count) {
  std::vector<std::string> entries;
  for (std::size_t i = 0; i < count; ++i) {
    entries.push_back("{\"kind\":\"release\",\"sequence\":" + std::to_string(i) + "}");
  }
  return entries;
}

inline MerkleTree tree_of(const std::vector<std::string>& entries) {
  MerkleFrontier tree;
  for (const std::string& entry : entries) tree.append(merkle_leaf(entry));
  return {tree.size(), tree.root()};
}

// Writes what the entries make, with a checkpoint by `signer`.
inline void write_log(const test::TestFolder& folder, const std::vector<std::string>& entries,
                      const LogSigner& signer) {
  TileWriter writer([&](const std::string& path, std::string_view bytes) {
    folder.write(path, bytes);
    return ok_status();
  });
  for (const std::string& entry : entries) REQUIRE(writer.add(entry).ok());
  REQUIRE(writer.finish().ok());
  folder.write("checkpoint", signer.checkpoint({writer.tree().size(), writer.tree().root()}));
}

}  // namespace hallmark::log_test
