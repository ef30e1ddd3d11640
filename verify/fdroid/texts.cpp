#include "verify/fdroid/texts.hpp"

#include <algorithm>
#include <map>

#include "core/model/fdroid_policy.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxLocales = 200;
constexpr std::size_t kMaxShortText = 500;        // bytes: titles, names
constexpr std::size_t kMaxText = 4000;            // a summary, what is new
constexpr std::size_t kMaxDescription = 16'000;   // of one language
constexpr std::size_t kMaxListed = 64;            // categories, anti-features, addresses
constexpr std::size_t kMaxVersionsTold = 10'000;  // of which something new is told

// A part of the texts, and what messages call it.
struct TextPart {
  const Json& value;
  std::string subject;
  std::size_t limit = kMaxShortText;

  Error refused(const std::string& cause) const { return verification_error(subject, cause); }
};

bool is_identifier(const std::string& text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_+.").find(c) != std::string_view::npos;
  });
}

// Categories have names of several words: "Phone & SMS".
bool is_category(const std::string& text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
}

Status check_plain_text(const TextPart& part) {
  if (!part.value.is_string()) return part.refused("is no text");
  const auto& text = part.value.get_ref<const std::string&>();
  if (text.empty() || text.size() > part.limit) {
    return part.refused("has " + std::to_string(text.size()) + " bytes, and may have 1 to " +
                        std::to_string(part.limit));
  }
  const bool controls = std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t') || c == '\x7f';
  });
  return controls ? Status(part.refused("has a control character")) : ok_status();
}

Status check_address(const TextPart& part) {
  if (part.value.is_string() && is_web_address(part.value.get<std::string>())) return ok_status();
  return part.refused("is no http or https address");
}

Status check_icon(const TextPart& part) {
  const Json& icon = part.value;
  const Error wrong = part.refused(
      "is no icon: {\"name\": \"/icons/SHA256.png\", \"sha256\", "
      "\"size\"}, of at most 1 MiB");
  if (!icon.is_object() || icon.size() != 3 || !icon.contains("sha256") ||
      !icon["sha256"].is_string()) {
    return wrong;
  }
  const Result<Sha256Digest> sha256 = Sha256Digest::from_hex(icon["sha256"].get<std::string>());
  const Json size = icon.value("size", Json());
  if (!sha256.ok() || icon.value("name", Json()) != fdroid_icon_name(*sha256) ||
      !size.is_number_unsigned() || size.get<uint64_t>() > kMaxFdroidIcon) {
    return wrong;
  }
  return ok_status();
}

using CheckPart = Status (*)(const TextPart&);

template <CheckPart check_one>
Status check_by_locale(const TextPart& part) {
  if (!part.value.is_object() || part.value.size() > kMaxLocales) {
    return part.refused("is not one entry for each language, of at most 200");
  }
  for (const auto& [locale, value] : part.value.items()) {
    if (!is_identifier(locale)) return part.refused("has a language of an impossible name");
    HALLMARK_CHECK(check_one({value, part.subject + "/" + locale, part.limit}));
  }
  return ok_status();
}

Status check_category(const TextPart& part) {
  if (part.value.is_string() && is_category(part.value.get<std::string>())) return ok_status();
  return part.refused("is no name of a category");
}

template <CheckPart check_one>
Status check_list(const TextPart& part) {
  if (!part.value.is_array() || part.value.size() > kMaxListed) {
    return part.refused("is no list of at most 64");
  }
  for (const Json& value : part.value) {
    HALLMARK_CHECK(check_one({value, part.subject, part.limit}));
  }
  return ok_status();
}

struct TextRule {
  CheckPart check;
  std::size_t limit = kMaxShortText;
};

const std::map<std::string, TextRule, std::less<>>& metadata_rules() {
  static const std::map<std::string, TextRule, std::less<>> rules = {
      {"name", {check_by_locale<check_plain_text>}},
      {"summary", {check_by_locale<check_plain_text>, kMaxText}},
      {"description", {check_by_locale<check_plain_text>, kMaxDescription}},
      {"icon", {check_by_locale<check_icon>}},
      {"license", {check_plain_text}},
      {"categories", {check_list<check_category>}},
      {"webSite", {check_address}},
      {"sourceCode", {check_address}},
      {"issueTracker", {check_address}},
      {"changelog", {check_address}},
      {"translation", {check_address}},
      {"authorName", {check_plain_text}},
      {"authorEmail", {check_plain_text}},
      {"authorWebSite", {check_address}},
      {"donate", {check_list<check_address>}},
  };
  return rules;
}

Status check_metadata(const TextPart& part) {
  if (!part.value.is_object()) return part.refused("is no object");
  for (const auto& [key, value] : part.value.items()) {
    const auto rule = metadata_rules().find(key);
    if (rule == metadata_rules().end()) return part.refused("has the unknown key '" + key + "'");
    HALLMARK_CHECK(rule->second.check({value, part.subject + "/" + key, rule->second.limit}));
  }
  return ok_status();
}

Status check_whats_new(const TextPart& part) {
  if (!part.value.is_object() || part.value.size() > kMaxVersionsTold) {
    return part.refused("is not one entry for each version code");
  }
  for (const auto& [code, value] : part.value.items()) {
    if (code.size() > 20 || code.find_first_not_of("0123456789") != std::string::npos) {
      return part.refused("has an entry of what is no version code");
    }
    HALLMARK_CHECK(check_by_locale<check_plain_text>({value, part.subject + "/" + code, kMaxText}));
  }
  return ok_status();
}

Status check_anti_features(const TextPart& part) {
  if (!part.value.is_object() || part.value.size() > kMaxListed) {
    return part.refused("is not one entry for each anti-feature");
  }
  for (const auto& [name, value] : part.value.items()) {
    if (!is_identifier(name)) return part.refused("has an anti-feature of an impossible name");
    HALLMARK_CHECK(check_by_locale<check_plain_text>({value, part.subject + "/" + name, kMaxText}));
  }
  return ok_status();
}

}  // namespace

std::string fdroid_icon_name(const Sha256Digest& sha256) {
  return "/icons/" + sha256.hex() + ".png";
}

Status check_fdroid_texts(const Json& untrusted_texts, const std::string& subject) {
  static const std::map<std::string, CheckPart, std::less<>> rules = {
      {"metadata", check_metadata},
      {"whatsNew", check_whats_new},
      {"antiFeatures", check_anti_features},
  };
  const TextPart all{untrusted_texts, subject};
  if (!untrusted_texts.is_object()) return all.refused("are no texts of an app");
  for (const auto& [key, value] : untrusted_texts.items()) {
    const auto rule = rules.find(key);
    if (rule == rules.end()) return all.refused("has the unknown key '" + key + "'");
    HALLMARK_CHECK(rule->second({value, subject + "/" + key}));
  }
  return ok_status();
}

}  // namespace hallmark
