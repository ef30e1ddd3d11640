#include "cli/key_shares.hpp"

#include <algorithm>
#include <sstream>

#include "process/run.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kSecretDigits = 64;

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// "2-bf50…": a number without zeros before it, and as many digits as the secret has.
bool is_share(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == 0 || dash == std::string_view::npos || dash > 2) return false;
  const std::string_view number = text.substr(0, dash);
  const std::string_view digits = text.substr(dash + 1);
  return number.front() != '0' &&
         number.find_first_not_of("0123456789") == std::string_view::npos &&
         digits.size() == kSecretDigits && is_hex(digits);
}

Command shamir(const char* program, const std::vector<std::string>& arguments,
               const std::string& input, const std::optional<Identity>& user) {
  Command command;
  command.program = program;
  command.arguments = arguments;
  command.stdin_text = input;
  command.run_as = user;
  return command;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out.push_back(line);
  return out;
}

// As it may have been typed from paper.
std::string tidied(const std::string& line) {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  std::string out = line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return out;
}

// 2 to 16, else 0.
std::size_t read_needed(const std::string& text) {
  const bool number = !text.empty() && text.size() <= 2 && text.front() != '0' &&
                      text.find_first_not_of("0123456789") == std::string::npos;
  const std::size_t needed = number ? std::stoul(text) : 0;
  return needed >= 2 && needed <= 16 ? needed : 0;
}

Result<std::string> combine_exactly(const std::vector<std::string>& shares,
                                    const std::optional<Identity>& user) {
  std::string input;
  for (const std::string& share : shares) input += share + "\n";
  HALLMARK_TRY(const Outcome outcome,
               run(shamir("/usr/bin/ssss-combine",
                          {"-t", std::to_string(shares.size()), "-x", "-q"}, input, user)));
  // It writes the secret to stderr.
  std::string secret = outcome.err.substr(0, outcome.err.find('\n'));
  if (outcome.exit_code == 0 && secret.size() == kSecretDigits && is_hex(secret)) return secret;
  return verification_error("shares", "cannot be put together", "are they all of one backup?");
}

}  // namespace

std::string render_share(const KeyShare& share, const ShareCount& count, std::size_t number,
                         const std::string& terminal) {
  return "The keys of Hallmark terminal " + terminal + ": share " + std::to_string(number) +
         " of " + std::to_string(count.all) + ".\nAny " + std::to_string(count.needed) +
         " of them open the backup, with 'hallmark keys restore' or with stock programs:\n"
         "ssss-combine -x -t " +
         std::to_string(count.needed) +
         " gives the passphrase that gpg --decrypt asks for; inside is a tar archive.\n"
         "Keep it apart from the backup and from the other shares.\n"
         "backup: " +
         share.backup.hex() + "\nneeded: " + std::to_string(share.needed) +
         "\nshare: " + share.text + "\n";
}

Result<KeyShare> parse_share(std::string_view untrusted_text, const std::string& subject) {
  KeyShare share;
  std::optional<Sha256Digest> backup;
  for (const std::string& untidy : lines_of(std::string(untrusted_text))) {
    const std::string line = tidied(untidy);
    if (line.starts_with("backup: ") && !backup) {
      const auto digest = Sha256Digest::from_hex(line.substr(8));
      if (digest.ok()) backup = *digest;
    } else if (line.starts_with("needed: ") && share.needed == 0) {
      share.needed = read_needed(line.substr(8));
    } else if (line.starts_with("share: ") && share.text.empty()) {
      share.text = line.substr(7);
    }
  }
  if (!backup || share.needed == 0 || !is_share(share.text)) {
    return verification_error(subject, "is no share of a key backup",
                              "it has the lines 'backup: HEX', 'needed: K' and 'share: N-HEX'");
  }
  share.backup = *backup;
  return share;
}

Result<std::vector<std::string>> split_secret(const std::string& secret, const ShareCount& count,
                                              const std::optional<Identity>& user) {
  HALLMARK_TRY(const std::string said,
               run_checked(shamir("/usr/bin/ssss-split",
                                  {"-t", std::to_string(count.needed), "-n",
                                   std::to_string(count.all), "-s", "256", "-x", "-q"},
                                  secret + "\n", user),
                           "ssss-split"));
  std::vector<std::string> shares = lines_of(said);
  if (shares.size() == count.all && std::all_of(shares.begin(), shares.end(), is_share)) {
    return shares;
  }
  return failed("ssss-split", "did not give as many shares as it was asked for");
}

Result<std::string> combine_shares(const std::vector<KeyShare>& shares,
                                   const std::optional<Identity>& user) {
  const std::size_t needed = shares.empty() ? 0 : shares.front().needed;
  if (shares.size() < needed || needed == 0) {
    return verification_error("shares", std::to_string(shares.size()) +
                                            " of them were given, and " + std::to_string(needed) +
                                            " are needed");
  }
  std::string secret;
  // Groups that follow each other around, so that each share is in one.
  const std::size_t groups = shares.size() == needed ? 1 : shares.size();
  for (std::size_t first = 0; first < groups; ++first) {
    std::vector<std::string> group;
    for (std::size_t i = 0; i < needed; ++i) {
      group.push_back(shares[(first + i) % shares.size()].text);
    }
    HALLMARK_TRY(const std::string found, combine_exactly(group, user));
    if (!secret.empty() && found != secret) {
      return verification_error("shares", "do not agree: one of them was changed",
                                "try with " + std::to_string(needed) + " at a time");
    }
    secret = found;
  }
  return secret;
}

}  // namespace hallmark
