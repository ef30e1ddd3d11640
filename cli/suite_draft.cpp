#include "cli/suite_draft.hpp"

#include <algorithm>
#include <vector>

#include "core/json.hpp"
#include "core/json_locate.hpp"
#include "core/model/policy.hpp"
#include "core/model/product.hpp"

namespace hallmark {
namespace {

// Keeps the order in which people wrote the keys.
using Ordered = nlohmann::ordered_json;

Ordered parsed(const std::string& text) {
  return Ordered::parse(text, nullptr, /*allow_exceptions=*/false, /*ignore_comments=*/true);
}

// One line, as people write it: {"name": "stable", "keys": ["A", "B"]}.
std::string one_line(const Ordered& value) {
  if (!value.is_structured() || value.empty()) return value.dump();
  std::string out;
  for (const auto& [key, element] : value.items()) {
    if (!out.empty()) out += ", ";
    if (value.is_object()) out += Ordered(key).dump() + ": ";
    out += one_line(element);
  }
  return value.is_object() ? "{" + out + "}" : "[" + out + "]";
}

// Spaces and tabs that the given line (1-based) begins with.
std::string indent_of_line(const std::string& text, std::size_t line) {
  std::size_t begin = 0;
  for (; line > 1; --line) begin = text.find('\n', begin) + 1;
  return text.substr(begin, text.find_first_not_of(" \t", begin) - begin);
}

// Behind the last element that there is and a comment on its line, on a line of its own that begins
// as that element's does.
void append(std::string& text, const std::string& array, const std::vector<Ordered>& elements) {
  for (const Ordered& element : elements) {
    const std::size_t count = parsed(text).at(Ordered::json_pointer(array)).size();
    const std::string last = array + "/" + std::to_string(count - 1);
    const std::string indent = indent_of_line(text, line_of_pointer(text, last));
    std::size_t at = end_of_last_element(text, array);
    text.insert(at++, ",");
    const std::size_t next = std::min(text.find_first_not_of(" \t", at), text.size());
    if (text.compare(next, 2, "//") == 0) at = std::min(text.find('\n', next), text.size());
    text.insert(at, "\n" + indent + one_line(element));
  }
}

std::vector<Ordered> said_of(const Ordered& list, const SuiteDraft& draft) {
  std::vector<Ordered> out;
  for (Ordered entry : list) {
    if (entry.value("suite", std::string()) != draft.like) continue;
    entry["suite"] = draft.name;
    out.push_back(std::move(entry));
  }
  return out;
}

Ordered suite_like(const Ordered& suites, const SuiteDraft& draft) {
  Ordered suite = *std::find_if(suites.begin(), suites.end(), [&draft](const Ordered& entry) {
    return entry["name"] == draft.like;
  });
  suite["name"] = draft.name;
  suite["codename"] = draft.codename;
  suite.erase("version");
  return suite;
}

// What a draft says of its own is for a person to put right, if it is no policy or no product.
Error is_no_draft(const Error& error) {
  return policy_error(error.subject, "cannot have such a suite: " + error.cause, error.hint);
}

std::string environment_name(const EnvironmentSpec& spec, const SuiteDraft& draft) {
  return spec.name == spec.suite ? draft.environment : spec.name + "-" + draft.environment;
}

// Environments of the new suite that the product does not have yet, each like one that it has.
class ProductWriter {
 public:
  ProductWriter(const Product& product, const SuiteDraft& draft)
      : product_(product), draft_(draft) {}

  void add(const Target& target, const Ordered& written) {
    Target wanted = target;
    wanted.suite = draft_.name;
    wanted.environment = environment_for(target.environment);
    if (std::count(product_.targets.begin(), product_.targets.end(), wanted) > 0) return;
    Ordered entry = written;
    entry["suite"] = wanted.suite;
    entry["environment"] = wanted.environment;
    targets_.push_back(std::move(entry));
  }

  const std::vector<Ordered>& targets() const { return targets_; }

  std::vector<Ordered> environments(const Ordered& written) const {
    std::vector<Ordered> out;
    for (const EnvironmentSpec& spec : product_.environments) {
      if (std::count(copied_.begin(), copied_.end(), spec.name) == 0) continue;
      Ordered entry = *std::find_if(written.begin(), written.end(), [&spec](const Ordered& one) {
        return one["name"] == spec.name;
      });
      entry["name"] = environment_name(spec, draft_);
      entry["suite"] = draft_.environment;
      out.push_back(std::move(entry));
    }
    return out;
  }

 private:
  std::string environment_for(const std::string& name) {
    const EnvironmentSpec& spec = *product_.environment(name);
    if (draft_.environment.empty() || spec.suite == draft_.environment) return name;
    const std::string wanted = environment_name(spec, draft_);
    const bool known = product_.environment(wanted) != nullptr ||
                       std::count(copied_.begin(), copied_.end(), name) > 0;
    if (!known) copied_.push_back(name);
    return wanted;
  }

  const Product& product_;
  const SuiteDraft& draft_;
  std::vector<Ordered> targets_;
  std::vector<std::string> copied_;  // environments of the product
};

}  // namespace

Result<std::string> policy_with_suite(const std::string& policy_text, const SuiteDraft& draft) {
  HALLMARK_TRY(const Policy policy, parse_policy(policy_text, "policy.json"));
  if (policy.suite(draft.like) == nullptr) {
    return policy_error(draft.like, "is no suite of the policy", "hallmark policy show");
  }
  if (policy.suite(draft.name) != nullptr) {
    return policy_error(draft.name, "is a suite of the policy already");
  }
  const Ordered written = parsed(policy_text);
  std::string out = policy_text;
  append(out, "/suites", {suite_like(written["suites"], draft)});
  for (const char* list : {"thresholds", "evidence_levels"}) {
    if (written.contains(list)) append(out, std::string("/") + list, said_of(written[list], draft));
  }
  const auto proposed = parse_policy(out, "policy.json");
  if (!proposed.ok()) return is_no_draft(proposed.error());
  return out;
}

Result<std::optional<ProductDraft>> product_with_suite(const std::string& product_text,
                                                       const std::string& subject,
                                                       const SuiteDraft& draft) {
  HALLMARK_TRY(const Product product, parse_product(product_text, subject));
  const Ordered written = parsed(product_text);
  ProductWriter writer(product, draft);
  for (std::size_t i = 0; i < product.targets.size(); ++i) {
    if (product.targets[i].suite == draft.like)
      writer.add(product.targets[i], written["targets"][i]);
  }
  if (writer.targets().empty()) return std::optional<ProductDraft>();
  const std::vector<Ordered> environments = writer.environments(written["environments"]);
  ProductDraft out{product_text, false};
  append(out.text, "/targets", writer.targets());
  append(out.text, "/environments", environments);
  const auto drafted = parse_product(out.text, subject);
  if (!drafted.ok()) return is_no_draft(drafted.error());
  out.needs_version_suffix = product.recipe.kind == RecipeKind::kDeb &&
                             product.recipe.version_suffix.empty() && !draft.environment.empty();
  return std::optional(std::move(out));
}

}  // namespace hallmark
