// What an address serves as the log's checkpoint: only a note of the log's own key goes to the
// signer.
#include "cli/own_log.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/log_fixtures.hpp"

namespace hallmark {
namespace {

using log_test::LogSigner;

const MerkleTree kTree = log_test::tree_of(log_test::numbered_entries(3));

TEST_CASE("own log: a checkpoint of this log goes to the signer") {
  const LogSigner own;
  const std::string note = own.checkpoint(kTree);
  const ServedCheckpoint served = served_checkpoint({{"checkpoint", note}}, own.note_key(), true);
  CHECK(served.note == note);
  CHECK(served.trouble.empty());
}

TEST_CASE("own log: what is no checkpoint of this log is told of and left out") {
  const LogSigner own;
  const LogSigner other;
  std::string forged = own.checkpoint(kTree);
  forged[forged.find('3')] = '4';
  for (const std::string& text : {std::string("<html>Welcome to the hotel</html>"), std::string(),
                                  other.checkpoint(kTree), forged}) {
    INFO(text);
    const ServedCheckpoint served = served_checkpoint({{"checkpoint", text}}, own.note_key(), true);
    CHECK(served.note.empty());
    CHECK(served.trouble.find("is not of this log") != std::string::npos);
  }
}

TEST_CASE("own log: none served is told of when one was signed") {
  const LogSigner own;
  CHECK(served_checkpoint(Json::object(), own.note_key(), false).trouble.empty());
  CHECK(served_checkpoint(Json::object(), own.note_key(), true).trouble.find("serves none") !=
        std::string::npos);
}

TEST_CASE("own log: an address that could not be asked") {
  const LogSigner own;
  const ServedCheckpoint served =
      served_checkpoint({{"problem", "time out"}}, own.note_key(), true);
  CHECK(served.note.empty());
  CHECK(served.trouble == "time out");
}

}  // namespace
}  // namespace hallmark
