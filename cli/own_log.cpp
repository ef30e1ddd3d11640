#include "cli/own_log.hpp"

#include "verify/log/log_key.hpp"

namespace hallmark {

Result<NoteKey> own_log_key(const TerminalRoot& root) {
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  HALLMARK_TRY(const std::string text, root.policy_text());
  HALLMARK_TRY(const Policy policy, parse_policy(text, root.layout().policy()));
  return log_key_of(policy, terminal.name);
}

Result<Json> published_checkpoints(TerminalRoot& root) {
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-push", Json{{"type", "published-checkpoints"}}));
  Json texts = Json::array();
  for (const Json& host : answer.body.value("addresses", Json::array())) {
    const std::string url = host.value("url", std::string());
    if (host.contains("checkpoint")) texts.push_back(host["checkpoint"]);
    if (host.contains("problem")) {
      root.screen().note("release log: not compared with what " + url +
                         " serves: " + host.value("problem", std::string()));
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
