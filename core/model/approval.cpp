#include "core/model/approval.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <set>

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

Result<int64_t> statement_expiry(std::string_view untrusted_statement) {
  const std::size_t key = untrusted_statement.rfind(kExpiresKey);
  if (key == std::string_view::npos || !untrusted_statement.ends_with('\n')) {
    return verification_error("approval statement", "has no expiry");
  }
  std::string_view value = untrusted_statement.substr(key + kExpiresKey.size());
  value.remove_suffix(1);
  return parse_utc(value);
}

std::string approval_suites(const Lock& lock) {
  std::set<std::string> suites;
  for (const Target& target : lock.targets) suites.insert(target.suite + "/" + target.component);
  std::string out;
  for (const std::string& suite : suites) out += (out.empty() ? "" : " ") + suite;
  return out;
}

uint64_t people_needed(const Policy& policy, const Product& product, const Lock& lock) {
  const auto& packages = product.recipe.packages;
  const bool takes_over =
      std::any_of(packages.begin(), packages.end(),
                  [](const RecipePackage& package) { return !package.from.empty(); });
  if (product.recipe.kind == RecipeKind::kApk || takes_over) return policy.most_people_needed();
  uint64_t needed = 1;
  for (const Target& target : lock.targets) {
    needed = std::max(needed, policy.people_needed(lock.product, target.suite, target.component));
  }
  return needed;
}

}  // namespace hallmark
