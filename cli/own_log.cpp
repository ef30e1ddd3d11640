#include "cli/own_log.hpp"

#include <unistd.h>

#include <filesystem>

#include "verify/log/checkpoint.hpp"
#include "verify/log/log_key.hpp"

namespace hallmark {

Result<NoteKey> own_log_key(const TerminalRoot& root) {
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  HALLMARK_TRY(const std::string text, root.policy_text());
  HALLMARK_TRY(const Policy policy, parse_policy(text, root.layout().policy()));
  return log_key_of(policy, terminal.name);
}

ServedCheckpoint served_checkpoint(const Json& untrusted_address, const NoteKey& key,
                                   bool signed_before) {
  if (untrusted_address.contains("problem")) {
    return {{}, untrusted_address.value("problem", std::string())};
  }
  if (!untrusted_address.contains("checkpoint")) {
    return {{}, signed_before ? "it serves none, though this terminal has signed one" : ""};
  }
  std::string note = untrusted_address.value("checkpoint", std::string());
  const Result<Checkpoint> checkpoint = open_checkpoint(note, key);
  if (!checkpoint.ok()) {
    return {{}, "what it serves in its place is not of this log: " + checkpoint.error().cause};
  }
  return {std::move(note), {}};
}

Result<Json> published_checkpoints(TerminalRoot& root) {
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  HALLMARK_TRY(const NoteKey key, own_log_key(root));
  const std::filesystem::path own = root.layout().public_log(terminal.name) / "checkpoint";
  const bool signed_before = ::access(own.c_str(), F_OK) == 0;
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-push", Json{{"type", "published-checkpoints"}}));
  Json texts = Json::array();
  for (const Json& address : answer.body.value("addresses", Json::array())) {
    const ServedCheckpoint served = served_checkpoint(address, key, signed_before);
    if (!served.note.empty()) texts.push_back(served.note);
    if (!served.trouble.empty()) {
      root.screen().warn("release log: not compared with " + address.value("url", std::string()) +
                         ": " + served.trouble);
    }
  }
  return texts;
}

Result<SignedLog> sign_own_log(TerminalRoot& root) {
  HALLMARK_TRY(const Json published, published_checkpoints(root));
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-sign", Json{{"type", "sign-checkpoint"},
                                                  {"published_checkpoints", published}}));
  SignedLog log;
  log.size = answer.body.value("size", uint64_t{0});
  log.summary = "release log: " + std::to_string(log.size) +
                " lines; the published one: " + answer.body.value("published_log", std::string());
  return log;
}

}  // namespace hallmark
