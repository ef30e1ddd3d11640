// What `hallmark init --apk-key` says.
#include <sstream>

#include "cli/key_ceremony.hpp"

namespace hallmark {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream rest(text);
  for (std::string part; std::getline(rest, part, separator);) parts.push_back(part);
  return parts;
}

Status read_schemes(const std::string& value, ApkKeyPolicy& policy) {
  policy.schemes.emplace();
  for (const std::string& name : split(value, '+')) {
    const std::optional<ApkScheme> scheme = apk_scheme_from_name(name);
    if (!scheme) return usage_error("scheme '" + name + "'", "is not one of v1, v2, v3, v4");
    policy.schemes->insert(*scheme);
  }
  return ok_status();
}

Status read_option(const std::string& name, const std::string& value, ApkKeyPlan& plan,
                   std::string& min_sdk) {
  if (name == "signs") {
    plan.policy.packages = split(value, '+');
  } else if (name == "schemes") {
    return read_schemes(value, plan.policy);
  } else if (name == "rotates") {
    plan.policy.rotates.emplace().key = value;
  } else if (name == "min-sdk") {
    min_sdk = value;
  } else {
    return usage_error("option '" + name + "'", "is not one of signs, schemes, rotates, min-sdk");
  }
  return ok_status();
}

Status apply_min_sdk(const std::string& min_sdk, ApkKeyPlan& plan) {
  if (min_sdk.empty()) return ok_status();
  const bool number =
      min_sdk.size() <= 5 && min_sdk.find_first_not_of("0123456789") == std::string::npos;
  if (!plan.policy.rotates || !number) {
    return usage_error("min-sdk=" + min_sdk, "must be an API level, beside rotates=");
  }
  plan.policy.rotates->min_sdk = static_cast<uint32_t>(std::stoul(min_sdk));
  return ok_status();
}

Result<ApkKeyPlan> parse_parts(const std::vector<std::string>& parts) {
  ApkKeyPlan plan;
  if (!parts.empty()) plan.policy.name = parts.front();
  std::string min_sdk;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t equals = parts[i].find('=');
    if (equals != std::string::npos) {
      HALLMARK_CHECK(
          read_option(parts[i].substr(0, equals), parts[i].substr(equals + 1), plan, min_sdk));
    } else if (i == 1) {
      plan.algorithm = parts[i];
    } else {
      return usage_error("'" + parts[i] + "'", "is not OPTION=VALUE");
    }
  }
  HALLMARK_CHECK(apply_min_sdk(min_sdk, plan));
  return plan;
}

}  // namespace

Result<ApkKeyPlan> parse_apk_key_plan(const std::string& text) {
  Result<ApkKeyPlan> plan = parse_parts(split(text, ':'));
  if (plan.ok()) return plan;
  return usage_error("--apk-key " + text, plan.error().message(),
                     "NAME[:ALGORITHM][:OPTION=VALUE]..., as in new:p256:rotates=app");
}

}  // namespace hallmark
