#include "cli/updates.hpp"

#include <algorithm>
#include <optional>

#include "cli/approvals.hpp"
#include "cli/json_text.hpp"
#include "cli/pending.hpp"
#include "core/debian_version.hpp"

namespace hallmark {
namespace {

bool is_for_security(const Json& update) { return update.value("security", false); }

std::string subject_of(const Json& update) {
  const std::string name = text_of(update, "name");
  const std::string environment = text_of(update, "environment");
  if (environment.empty()) return name.empty() ? "source:" : "source: package " + name;
  return "environment " + environment + ": " + name + ":" + text_of(update, "architecture");
}

std::string origin_of(const Json& update) {
  const std::string suite = text_of(update, "suite");
  const std::string uri = text_of(update, "uri");
  return suite.empty() ? "a tag of " + uri + ", not verified" : suite + " of " + uri;
}

Result<ReleaseName> highest_pinned(const TerminalRoot& root, const std::string& product) {
  HALLMARK_TRY(const std::string text, root.product_text(product));
  const Result<std::vector<std::string>> versions = pinned_versions(root, {product, ""});
  const auto lower = [](const std::string& a, const std::string& b) {
    return compare_debian_versions(a, b) < 0;
  };
  if (versions.ok() && !versions->empty()) {
    return ReleaseName{product, *std::max_element(versions->begin(), versions->end(), lower)};
  }
  return failed("product " + product, "has no pinned version",
                "hallmark pin " + product + " VERSION");
}

Result<Json> updates_of(TerminalRoot& root, const ReleaseName& release) {
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-fetch", Json{{"type", "updates"},
                                                   {"lock", files.lock_text},
                                                   {"product", files.product_text}}));
  const auto found = answer.body.find("updates");
  if (found == answer.body.end() || !found->is_array()) {
    return failed("hallmark-fetch", "does not say what is newer");
  }
  return *found;
}

// What was found out, product by product.
struct Told {
  Json products = Json::array();
  std::string text;
  std::size_t newer = 0;
  std::optional<Error> trouble;  // the last; those before it are told of at once
};

Status add_product(TerminalRoot& root, const std::string& product, Told& told) {
  HALLMARK_TRY(const ReleaseName release, highest_pinned(root, product));
  HALLMARK_TRY(const Json updates, updates_of(root, release));
  told.products.push_back(
      {{"product", release.product}, {"version", release.version}, {"updates", updates}});
  told.text += updates_in_words(release.text(), updates);
  told.newer += updates.size();
  return ok_status();
}

}  // namespace

std::string updates_in_words(const std::string& release, const Json& updates) {
  if (updates.empty()) return release + ": nothing newer\n";
  const auto security = std::count_if(updates.begin(), updates.end(), is_for_security);
  std::string text = release + ": " + std::to_string(updates.size()) + " newer" +
                     (security > 0 ? ", " + std::to_string(security) + " for security" : "") + "\n";
  for (const Json& update : updates) {
    text += (is_for_security(update) ? "  security  " : "            ") + subject_of(update) + " " +
            text_of(update, "pinned") + ", now " + text_of(update, "version") + " (" +
            origin_of(update) + ")\n";
  }
  return text;
}

Status tell_updates(TerminalRoot& root, const std::vector<std::string>& products, bool check) {
  std::vector<std::string> names = products;
  if (names.empty()) {
    HALLMARK_TRY(names, product_names(root));
  }
  Told told;
  for (const std::string& name : names) {
    const Status looked = add_product(root, name, told);
    if (looked.ok()) continue;
    if (told.trouble) root.screen().error(*told.trouble);
    told.trouble = looked.error();
    told.trouble->subject = name + ": " + told.trouble->subject;
  }
  root.screen().answer(Json{{"products", told.products}}, told.text);
  if (told.trouble) return *told.trouble;
  if (!check || told.newer == 0) return ok_status();
  return failed("what is pinned", "has " + std::to_string(told.newer) + " newer version(s)",
                "to take them: hallmark pin --renew PRODUCT VERSION, and new approvals");
}

}  // namespace hallmark
