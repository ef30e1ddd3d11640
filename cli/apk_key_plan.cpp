// What `hallmark init --apk-key` says.
#include "cli/key_ceremony.hpp"
#include "core/digest.hpp"
#include "core/json.hpp"

namespace hallmark {
namespace {

constexpr const char* kForm = "NAME[:ALGORITHM][:OPTION=VALUE]..., as in new:p256:rotates=app";

// Empty parts are parts, too: "app:" asks for an algorithm without a name.
std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
    end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
  }
  return parts;
}

Status read_schemes(const std::string& value, ApkKeyPolicy& policy) {
  policy.schemes.emplace();
  for (const std::string& name : split(value, '+')) {
    const std::optional<ApkScheme> scheme = apk_scheme_from_name(name);
    if (!scheme) return usage_error("scheme '" + name + "'", "is not one of v1, v2, v3, v4");
    if (!policy.schemes->insert(*scheme).second) {
      return usage_error("scheme '" + name + "'", "stands there twice");
    }
  }
  return ok_status();
}

Status read_option(const std::string& name, const std::string& value, ApkKeyPlan& plan,
                   std::optional<std::string>& min_sdk) {
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

Status apply_min_sdk(const std::optional<std::string>& min_sdk, ApkKeyPlan& plan) {
  if (!min_sdk) return ok_status();
  const bool number = !min_sdk->empty() && min_sdk->size() <= 5 &&
                      min_sdk->find_first_not_of("0123456789") == std::string::npos;
  if (!plan.policy.rotates || !number) {
    return usage_error("min-sdk=" + *min_sdk, "must be an API level, beside rotates=");
  }
  plan.policy.rotates->min_sdk = static_cast<uint32_t>(std::stoul(*min_sdk));
  return ok_status();
}

Status read_options(const std::vector<std::string>& parts, ApkKeyPlan& plan) {
  std::optional<std::string> min_sdk;
  std::set<std::string> seen;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t equals = parts[i].find('=');
    if (equals == std::string::npos) {
      if (i > 1) return usage_error("'" + parts[i] + "'", "is not OPTION=VALUE");
      plan.algorithm = parts[i];
      continue;
    }
    const std::string name = parts[i].substr(0, equals);
    if (!seen.insert(name).second)
      return usage_error("option '" + name + "'", "stands there twice");
    HALLMARK_CHECK(read_option(name, parts[i].substr(equals + 1), plan, min_sdk));
  }
  return apply_min_sdk(min_sdk, plan);
}

// The entry of policy.json as it will be, with a stand-in for what only the key itself can give.
Json policy_entry(const ApkKeyPlan& plan, std::size_t index) {
  ApkKeyPolicy policy = plan.policy;
  policy.keygrip = std::string(40, '0');
  policy.certificate_sha256 = sha256(std::to_string(index));
  return to_json(policy);
}

// Judges a part of policy.json by the policy's own rules.
Status judge(const Json& part, const ObjectReader::Visit& read) {
  HALLMARK_TRY(const std::string text, canonical_dump(part));
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(text, "policy.json"));
  {
    ObjectReader reader(document);
    read(reader);
  }
  return document.status();
}

Result<ApkKeyPlan> parse_parts(const std::vector<std::string>& parts) {
  ApkKeyPlan plan;
  plan.policy.name = parts.front();
  HALLMARK_CHECK(read_options(parts, plan));
  HALLMARK_CHECK(apk_key_parameters(plan.algorithm));
  const Status entry =
      judge(policy_entry(plan, 0), [](ObjectReader& reader) { read_apk_key(reader); });
  if (!entry.ok()) return usage_error("policy entry", entry.error().cause);
  return plan;
}

}  // namespace

Result<ApkKeyPlan> parse_apk_key_plan(const std::string& text) {
  Result<ApkKeyPlan> plan = parse_parts(split(text, ':'));
  if (plan.ok()) return plan;
  return usage_error("--apk-key " + text, plan.error().message(), kForm);
}

Status check_apk_key_plans(const std::vector<ApkKeyPlan>& plans) {
  Json entries = Json::array();
  for (const ApkKeyPlan& plan : plans) entries.push_back(policy_entry(plan, entries.size()));
  Status together = judge({{"apk_keys", entries}}, [](ObjectReader& reader) {
    std::vector<ApkKeyPolicy> keys;
    reader.each("apk_keys", [&](ObjectReader& r) { keys.push_back(read_apk_key(r)); });
    check_apk_keys(reader, keys);
  });
  if (together.ok()) return together;
  return usage_error("--apk-key", together.error().cause, kForm);
}

}  // namespace hallmark
