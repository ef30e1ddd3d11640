// Terminals of one group, with the same policy and a log key each, and what a host would carry
// from one to the other: checkpoints, lines, texts and files by digest.
#pragma once

#include <sstream>

#include "core/merkle.hpp"
#include "tests/unit/signer/signer_fixtures.hpp"
#include "verify/log/checkpoint.hpp"
#include "verify/log/log_key.hpp"

namespace hallmark::signer_test {

inline std::vector<std::string> lines_of(const TestTerminal& terminal) {
  std::vector<std::string> out;
  std::istringstream log(terminal.log_text());
  for (std::string line; std::getline(log, line);) out.push_back(line);
  return out;
}

inline Json last_line(const TestTerminal& terminal) {
  return Json::parse(lines_of(terminal).back());
}

// As entry bundles have them.
inline std::string batch_of(const std::vector<std::string>& lines, std::size_t from = 0) {
  std::string out;
  for (std::size_t i = from; i < lines.size(); ++i) {
    out += static_cast<char>(lines[i].size() >> 8U);
    out += static_cast<char>(lines[i].size() & 0xffU);
    out += lines[i];
  }
  return out;
}

inline MerkleTree tree_of(const std::vector<std::string>& lines) {
  MerkleFrontier tree;
  for (const std::string& line : lines) tree.append(merkle_leaf(line));
  return {tree.size(), tree.root()};
}

// What the terminal's log key would sign, of any tree.
inline std::string note_of(const TestTerminal& terminal, const MerkleTree& tree) {
  const auto policy = parse_policy(terminal.policy_text, "policy");
  REQUIRE(policy.ok());
  const auto key = log_key_of(*policy, terminal.terminal_name);
  REQUIRE(key.ok());
  const std::string text = render_checkpoint({key->name(), tree});
  return make_note(text, key->signature_line(terminal.log_keys.key.sign(text).substr(19)));
}

// One line more, of no consequence.
inline void grow(TestTerminal& terminal) {
  REQUIRE_FALSE(terminal.ask({{"type", "accept-build"}, {"product", "{"}, {"lock", "{"}}).ok());
}

class Strangers {
 public:
  using ChangePolicy = std::function<void(Json& policy)>;
  enum class Installed { kBoth, kNeither };
  explicit Strangers(const ChangePolicy& change = nullptr, Installed installed = Installed::kBoth) {
    t2.terminal_name = "t2";
    if (installed == Installed::kNeither) return;
    Json policy = policy_of_both();
    if (change) change(policy);
    set_policy(policy);
    t1.install();
    t2.install();
  }

  TestTerminal t1;
  TestTerminal t2;
  std::map<std::string, std::string> pool;  // what the host serves, by SHA-256

  Json policy_of_both() {
    Json policy = t1.policy_json();
    policy["log_keys"].push_back({{"terminal", "t2"}, {"key", t2.log_keys.public_key().openssh()}});
    return policy;
  }
  void set_policy(const Json& policy) { t1.policy_text = t2.policy_text = policy.dump(); }
  void wait(int64_t seconds) {
    t1.now += seconds;
    t2.now += seconds;
  }

  std::string checkpoint(TestTerminal& of) const {
    return of.must_answer({{"type", "sign-checkpoint"}})["checkpoint"];
  }
  static Json import_request(const TestTerminal& of, const std::string& note, std::size_t from) {
    return {{"type", "import-sibling-log"},
            {"terminal", of.terminal_name},
            {"checkpoint", note},
            {"from", from}};
  }
  static Result<Response> import_lines(TestTerminal& into, const TestTerminal& of,
                                       const std::vector<std::string>& lines,
                                       std::size_t from = 0) {
    return into.ask(import_request(of, note_of(of, tree_of(lines)), from), {batch_of(lines, from)});
  }
  Json must_import(TestTerminal& into, TestTerminal& of, std::size_t from = 0) const {
    const auto answer =
        into.ask(import_request(of, checkpoint(of), from), {batch_of(lines_of(of), from)});
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
    return answer->body;
  }

  static Json work(TestTerminal& at) {
    const auto answer = at.ask({{"type", "sibling-work"}});
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
    return answer->body["work"];
  }
  static std::string text_of(const TestTerminal& of, const std::string& digest) {
    return of.root.read("public/log/" + of.terminal_name + "/texts/" + digest);
  }
  static Json adopt_request(const Json& item) {
    Json request = {
        {"type", "adopt"}, {"terminal", item["terminal"]}, {"sequence", item["sequence"]}};
    if (item.contains("policy")) request["policy"] = true;
    return request;
  }
  // What hallmark would hand in.
  std::vector<std::string> files_for(const TestTerminal& of, const Json& item) const {
    std::vector<std::string> files = {text_of(of, item["request"])};
    if (item.contains("policy")) files.push_back(text_of(of, item["policy"]));
    for (const Json& artefact : item["artefacts"]) files.push_back(pool.at(artefact["sha256"]));
    return files;
  }
  Result<Response> adopt(TestTerminal& at, const TestTerminal& of, const Json& item) const {
    return at.ask(adopt_request(item), files_for(of, item));
  }
  // As `hallmark sync` does. The number of requests that were adopted.
  std::size_t sync(TestTerminal& at, TestTerminal& of) const {
    must_import(at, of);
    std::size_t adopted = 0;
    for (Json left = work(at); !left.empty(); left = work(at)) {
      const auto answer = adopt(at, of, left.at(0));
      INFO((answer.ok() ? "" : answer.error().message()));
      REQUIRE(answer.ok());
      ++adopted;
    }
    return adopted;
  }

  // Approved by alice and bob, at t2 alone.
  void change_policy_of_t2(Json policy) {
    t2.must_answer(t1.policy_change(t2.policy_text, policy));
  }

  // A release that is accepted at one of them; approved by both.
  TestRelease release_at(TestTerminal& terminal, const std::string& version = "1.0-1") {
    TestRelease release = t1.deb_release(version);
    release_is_served(release);
    accept_at(terminal, release);
    return release;
  }
  void release_is_served(const TestRelease& release) {
    for (const std::string& bytes : release.artefacts) pool[sha256(bytes).hex()] = bytes;
  }
  static void accept_at(TestTerminal& terminal, const TestRelease& release) {
    terminal.root.write("spool/records/" + release.record_hex + ".json", release.record);
    terminal.must_accept(release);
  }
  static std::string index_of(const TestTerminal& terminal, const std::string& suite = "stable") {
    std::string text;
    const auto read =
        terminal.state->each_stanza({suite, "main", "amd64"}, [&](const DerivedStanza& stanza) {
          text += stanza.text;
          return ok_status();
        });
    REQUIRE(read.ok());
    return text;
  }
  static int64_t imported_at(const TestTerminal& at, const TestTerminal& of) {
    const auto sibling = at.state->sibling(of.terminal_name);
    REQUIRE(sibling.ok());
    REQUIRE(*sibling);
    return (*sibling)->imported_at;
  }
};

// They have read each other's logs.
class Siblings : public Strangers {
 public:
  explicit Siblings(const ChangePolicy& change = nullptr) : Strangers(change) {
    must_import(t1, t2);
    must_import(t2, t1);
  }
};

}  // namespace hallmark::signer_test
