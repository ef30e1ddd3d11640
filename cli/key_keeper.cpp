#include "cli/key_keeper.hpp"

#include <unistd.h>

#include <set>
#include <sstream>

#include "core/bytes.hpp"

namespace hallmark {
namespace {

constexpr std::chrono::seconds kKeyPatience(300);  // a slow machine makes RSA-4096 in a minute

std::set<std::string> keygrips_in(const std::string& listed) {
  std::set<std::string> out;
  for (const std::string& rest : lines_after(listed, "S KEYINFO ")) {
    const std::string grip = rest.substr(0, 40);
    if (is_hex40(grip)) out.insert(grip);
  }
  return out;
}

// What the agent's data lines say together: Assuan writes '%', CR and LF as "%XX".
Result<std::string> data_of(const std::string& answer) {
  std::string escaped;
  for (const std::string& line : lines_after(answer, "D ")) escaped += line;
  std::string out;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] != '%') {
      out += escaped[i];
      continue;
    }
    const auto byte = hex_decode(std::string_view(escaped).substr(i + 1, 2));
    if (!byte.ok() || byte->size() != 1) return failed("key agent", "gave malformed data");
    out += static_cast<char>(byte->front());
    i += 2;
  }
  if (out.empty()) return failed("key agent", "gave no answer: " + last_lines(answer, 1));
  return out;
}

}  // namespace

bool is_hex40(const std::string& text) {
  return text.size() == 40 && text.find_first_not_of("0123456789ABCDEF") == std::string::npos;
}

std::vector<std::string> lines_after(const std::string& text, const std::string& mark) {
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(mark)) out.push_back(line.substr(mark.size()));
  }
  return out;
}

Status KeyKeeper::write_file(const std::string& name, const std::string& text) const {
  HALLMARK_TRY(const UniqueFd folder, open_dir(home_));
  std::optional<FileOwner> owner;
  if (users_.owner) owner = FileOwner{users_.owner->uid, users_.owner->gid};
  return write_file_atomic(folder.get(), name, text, 0600, owner);
}

Command KeyKeeper::command(const char* program, const std::vector<std::string>& arguments) const {
  Command command;
  command.program = program;
  command.arguments = {"--homedir", home_};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.environment = {"HOME=" + home_, "GNUPGHOME=" + home_};
  command.working_directory = home_;
  command.timeout = kKeyPatience;
  command.run_as = users_.owner;
  return command;
}

Result<std::string> KeyKeeper::ask_agent(const std::vector<std::string>& commands) const {
  std::vector<std::string> arguments = {"--no-autostart"};
  arguments.insert(arguments.end(), commands.begin(), commands.end());
  arguments.emplace_back("/bye");
  return run_checked(command("/usr/bin/gpg-connect-agent", arguments), "key agent");
}

Result<std::string> KeyKeeper::generate_key(const std::string& parameters) const {
  HALLMARK_TRY(const std::string before, ask_agent({"KEYINFO --list"}));
  HALLMARK_CHECK(write_file("genkey.sexp", parameters));
  const std::string define = "/definqfile KEYPARAM " + home_ + "/genkey.sexp";
  HALLMARK_TRY(const std::string said, ask_agent({define, "GENKEY --no-protection"}));
  ::unlink((home_ + "/genkey.sexp").c_str());
  HALLMARK_TRY(const std::string after, ask_agent({"KEYINFO --list"}));
  const std::set<std::string> old_grips = keygrips_in(before);
  // The new key is the one that was not there before.
  for (const std::string& grip : keygrips_in(after)) {
    if (!old_grips.contains(grip)) return grip;
  }
  return failed("key agent", "made no key: " + last_lines(said, 1));
}

Result<std::vector<AgentKey>> KeyKeeper::list_keys() const {
  HALLMARK_TRY(const std::string listed, ask_agent({"KEYINFO --list --ssh-fpr=sha256"}));
  std::vector<AgentKey> out;
  for (const std::string& rest : lines_after(listed, "S KEYINFO ")) {
    std::istringstream words(rest);
    std::string type;
    std::string unused;
    std::string protection;
    AgentKey key;
    words >> key.keygrip >> type >> key.card >> unused >> unused >> protection >>
        key.ssh_fingerprint;
    key.has_passphrase = protection == "P";
    if (!is_hex40(key.keygrip)) return failed("key agent", "gave a list that makes no sense");
    if (type != "T") key.card.clear();
    out.push_back(std::move(key));
  }
  return out;
}

Result<std::string> KeyKeeper::public_key(const std::string& keygrip) const {
  HALLMARK_TRY(const std::string answer, ask_agent({"READKEY " + keygrip}));
  return data_of(answer);
}

Result<std::string> KeyKeeper::sign(const std::string& keygrip, const std::string& hash,
                                    const std::string& digest) const {
  HALLMARK_TRY(const std::string answer,
               ask_agent({"SIGKEY " + keygrip, "SETHASH --hash=" + hash + " " + digest, "PKSIGN"}));
  return data_of(answer);
}

}  // namespace hallmark
