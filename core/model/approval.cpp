#include "core/model/approval.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <set>

#include "core/utf8.hpp"

namespace hallmark {
namespace {

constexpr std::string_view kExpiresKey = "\nexpires: ";

std::string head(const std::string& action) { return "hallmark-approval-v1\naction: " + action; }

// Every statement ends like this.
std::string tail(const std::string& terminal_group, int64_t expires) {
  return "\nterminal-group: " + terminal_group + std::string(kExpiresKey) + format_utc(expires) +
         "\n";
}

}  // namespace

std::string format_utc(int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  std::array<char, 32> text{};
  if (::gmtime_r(&time, &parts) == nullptr) return "?";
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

Result<int64_t> parse_utc(std::string_view text) {
  const std::string copy(text);
  std::tm parts{};
  const char* end = ::strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  // One time has one spelling: what was read must print as what was written.
  if (end == nullptr || *end != '\0' || copy.size() != 20)
    return failed("'" + copy.substr(0, 40) + "'", "is no UTC time");
  const int64_t seconds = ::timegm(&parts);
  if (format_utc(seconds) != text) return failed("'" + copy.substr(0, 40) + "'", "is no UTC time");
  return seconds;
}

std::string render_statement(const ApprovalStatement& statement) {
  return head(statement.action) + "\nproduct: " + statement.product +
         "\nproduct-file: sha256:" + statement.product_sha256.hex() +
         "\npolicy: sha256:" + statement.policy_sha256.hex() + "\nversion: " + statement.version +
         "\nlock: sha256:" + statement.lock_sha256.hex() + "\nsuites: " + statement.suites +
         tail(statement.terminal_group, statement.expires);
}

std::string render_statement(const PolicyStatement& statement) {
  return head("policy") + "\npolicy: sha256:" + statement.policy_sha256.hex() +
         "\nnew-policy: sha256:" + statement.new_policy_sha256.hex() +
         tail(statement.terminal_group, statement.expires);
}

std::string render_statement(const WithdrawStatement& statement) {
  return head("withdraw") + "\nproduct: " + statement.product +
         "\npolicy: sha256:" + statement.policy_sha256.hex() + "\nversion: " + statement.version +
         "\nsuites: " + statement.suite + tail(statement.terminal_group, statement.expires);
}

std::string render_statement(const PromoteStatement& statement) {
  std::string files;
  for (const PromotedFile& file : statement.files) {
    files += "\nfile: sha256:" + file.sha256.hex() + " " + file.name;
  }
  return head("promote") + "\nproduct: " + statement.product +
         "\nproduct-file: sha256:" + statement.product_sha256.hex() +
         "\npolicy: sha256:" + statement.policy_sha256.hex() + "\nversion: " + statement.version +
         files + "\nfrom: " + statement.from + "\nto: " + statement.to +
         tail(statement.terminal_group, statement.expires);
}

std::string render_statement(const LowerVersionStatement& statement) {
  std::string packages;
  for (const std::string& package : statement.packages) packages += "\npackage: " + package;
  return head("lower-version") + "\nproduct: " + statement.product +
         "\npolicy: sha256:" + statement.policy_sha256.hex() + "\nsuite: " + statement.suite +
         packages + "\nversion-now: " + statement.version_now +
         "\nversion-wanted: " + statement.version_wanted + "\nreason: " + statement.reason +
         tail(statement.terminal_group, statement.expires);
}

std::string render_statement(const LowerEvidenceStatement& statement) {
  std::string suites;
  for (const std::string& suite : statement.suites) suites += "\nsuite: " + suite;
  return head("lower-evidence") + "\nproduct: " + statement.product +
         "\npolicy: sha256:" + statement.policy_sha256.hex() + suites +
         "\nevidence: " + evidence_name(statement.evidence) + "\nowner: " + statement.owner +
         "\nuntil: " + format_utc(statement.until) +
         tail(statement.terminal_group, statement.expires);
}

std::string render_statement(const DissentStatement& statement) {
  std::string attestations;
  for (const Sha256Digest& digest : statement.attestations) {
    attestations += "\nattestation: sha256:" + digest.hex();
  }
  return head("dissent") + "\nproduct: " + statement.product +
         "\npolicy: sha256:" + statement.policy_sha256.hex() + "\nversion: " + statement.version +
         "\nrebuilder: " + statement.owner + attestations +
         "\noutcome: sha256:" + statement.outcome.hex() + "\nreason: " + statement.reason +
         tail(statement.terminal_group, statement.expires);
}

std::string render_statement(const RolloutStatement& statement) {
  std::string after;
  for (const Sha256Digest& digest : statement.after) after += "\nafter: sha256:" + digest.hex();
  return head("rollout") + "\nproduct: " + statement.product +
         "\npolicy: sha256:" + statement.policy_sha256.hex() + "\nversion: " + statement.version +
         "\nsuite: " + statement.suite + after + "\nfrom: " + std::to_string(statement.from) +
         "%\nto: " + std::to_string(statement.to) + "%" +
         tail(statement.terminal_group, statement.expires);
}

std::string render_statement(const ImportStatement& statement) {
  return head("import-prebuilt") + "\nproduct: " + statement.product +
         "\nproduct-file: sha256:" + statement.product_sha256.hex() +
         "\npolicy: sha256:" + statement.policy_sha256.hex() + "\nversion: " + statement.version +
         "\nmanifest: sha256:" + statement.manifest_sha256.hex() + "\nsuites: " + statement.suites +
         tail(statement.terminal_group, statement.expires);
}

std::string render_statement(const TimeStatement& statement) {
  return head("time-jump") + "\npolicy: sha256:" + statement.policy_sha256.hex() +
         "\nterminal: " + statement.terminal + "\nfloor: " + format_utc(statement.floor) +
         "\ntime: " + format_utc(statement.time) +
         tail(statement.terminal_group, statement.expires);
}

Result<int64_t> statement_expiry(std::string_view untrusted_statement) {
  const std::size_t key = untrusted_statement.rfind(kExpiresKey);
  if (key == std::string_view::npos || !untrusted_statement.ends_with('\n')) {
    return verification_error("approval statement", "has no expiry");
  }
  std::string_view value = untrusted_statement.substr(key + kExpiresKey.size());
  value.remove_suffix(1);
  return parse_utc(value);
}

std::string approval_suites(const std::vector<Target>& targets) {
  std::set<std::string> suites;
  for (const Target& target : targets) suites.insert(target.suite + "/" + target.component);
  std::string out;
  for (const std::string& suite : suites) out += (out.empty() ? "" : " ") + suite;
  return out;
}

uint64_t people_needed(const Policy& policy, const Product& product,
                       const std::vector<Target>& targets) {
  const auto& packages = product.recipe.packages;
  const bool takes_over =
      std::any_of(packages.begin(), packages.end(),
                  [](const RecipePackage& package) { return !package.from.empty(); });
  if (product.recipe.kind == RecipeKind::kApk || takes_over) return policy.most_people_needed();
  uint64_t needed = 1;
  for (const Target& target : targets) {
    needed = std::max(needed, policy.people_needed(product.name, target.suite, target.component));
  }
  return needed;
}

uint64_t people_needed_in_suites(const Policy& policy, const std::string& product,
                                 const std::vector<std::string>& suites) {
  uint64_t needed = 1;
  for (const std::string& name : suites) {
    const SuitePolicy* suite = policy.suite(name);
    if (suite == nullptr) return policy.most_people_needed();
    for (const std::string& component : suite->components) {
      needed = std::max(needed, policy.people_needed(product, name, component));
    }
  }
  return needed;
}

bool is_statement_text(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  return !text.empty() && text.size() <= kLongest &&
         text.find_first_of("\n\t") == std::string_view::npos && printable(text) == text;
}

}  // namespace hallmark
