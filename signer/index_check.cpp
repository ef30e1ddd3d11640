#include "signer/index_check.hpp"

#include <map>
#include <tuple>

#include "core/deb822.hpp"
#include "signer/rules.hpp"

namespace hallmark {
namespace {

// Package, version and architecture: what names a stanza. Of a source the last is "source".
using StanzaKey = std::tuple<std::string, std::string, std::string>;
using OwnStanzas = std::map<StanzaKey, std::string>;

std::string describe(const StanzaKey& key) {
  return std::get<0>(key) + " " + std::get<1>(key) + " " + std::get<2>(key);
}

std::string value_or_nothing(const Deb822Paragraph& paragraph, const char* name) {
  const std::string* value = paragraph.find(name);
  return value == nullptr ? "" : *value;
}

std::string place_name(const IndexPlace& place) {
  return place.suite + "/" + place.component + " " + place.architecture;
}

Result<OwnStanzas> own_stanzas(const State& state, const IndexPlace& place) {
  OwnStanzas out;
  HALLMARK_CHECK(state.each_stanza(place, [&](const DerivedStanza& stanza) {
    out.emplace(StanzaKey{stanza.package, stanza.version, stanza.package_architecture},
                stanza.text);
    return ok_status();
  }));
  return out;
}

// The first field in which two paragraphs of the same package differ.
std::string differing_field(const Deb822Paragraph& shown, const Deb822Paragraph& own) {
  for (const auto& [name, value] : own.fields) {
    const std::string* other = shown.find(name);
    if (other == nullptr) return "lacks the field " + name;
    if (*other != value) {
      return "has another " + name + " than the accepted package: '" + other->substr(0, 120) + "'";
    }
  }
  for (const auto& [name, value] : shown.fields) {
    if (own.find(name) == nullptr)
      return "has the field " + name + ", which the accepted package lacks";
  }
  return "is written in another form than the signer's";
}

Error never_accepted(const StanzaKey& key, const OwnStanzas& own, const IndexPlace& place) {
  for (const auto& [accepted, text] : own) {
    if (std::get<0>(accepted) == std::get<0>(key)) {
      return policy_error(
          describe(key),
          "was never accepted for " + place_name(place) + "; " + describe(accepted) + " was",
          "compose the index from what was accepted");
    }
  }
  return policy_error(describe(key), "was never accepted for " + place_name(place),
                      "release it, or take it out of the index");
}

// Judges one paragraph, and takes it off `missing` if it is right.
Status check_paragraph(const Deb822Paragraph& shown, const OwnStanzas& own, OwnStanzas& missing,
                       const IndexPlace& place, const std::string& name) {
  const bool of_source = place.architecture == kSourceIndex;
  const StanzaKey key{value_or_nothing(shown, "Package"), value_or_nothing(shown, "Version"),
                      of_source ? kSourceIndex : value_or_nothing(shown, "Architecture")};
  const auto found = own.find(key);
  if (found == own.end()) return never_accepted(key, own, place);
  HALLMARK_TRY(const Deb822Paragraph accepted, parse_deb822_paragraph(found->second, name));
  if (shown.fields != accepted.fields) {
    return policy_error(describe(key),
                        "as " + name + " shows it, " + differing_field(shown, accepted),
                        "compose the index from what was accepted");
  }
  if (missing.erase(key) == 0) return policy_error(describe(key), "is in " + name + " twice");
  return ok_status();
}

// Says why the text is not the signer's own; slow, and only on the way to a refusal.
Status explain_difference(const State& state, const IndexPlace& place,
                          std::string_view untrusted_text, const std::string& name) {
  HALLMARK_TRY(const OwnStanzas own, own_stanzas(state, place));
  OwnStanzas missing = own;
  Deb822Reader reader(untrusted_text, name);
  for (;;) {
    HALLMARK_TRY(const std::optional<Deb822Paragraph> shown, untrusted(reader.next()));
    if (!shown) break;
    HALLMARK_CHECK(check_paragraph(*shown, own, missing, place, name));
  }
  if (!missing.empty()) {
    return policy_error(describe(missing.begin()->first), "is accepted and missing from " + name,
                        "compose the index from what was accepted");
  }
  return verification_error(name,
                            "has the right stanzas in another order or form than the signer's");
}

}  // namespace

Result<std::vector<IndexShard>> check_index(const State& state, const IndexPlace& place,
                                            std::string_view untrusted_text,
                                            const std::string& name) {
  std::string_view rest = untrusted_text;
  bool equal = true;
  ShardCutter cutter;
  HALLMARK_CHECK(state.each_stanza(place, [&](const DerivedStanza& stanza) {
    const std::string own = stanza.text + "\n";
    equal = equal && rest.starts_with(own);
    if (!equal) return ok_status();
    rest.remove_prefix(own.size());
    cutter.add(own, stanza.sha256);
    return ok_status();
  }));
  if (equal && rest.empty()) return cutter.finish();
  HALLMARK_CHECK(explain_difference(state, place, untrusted_text, name));
  return verification_error(name, "is not the signer's own");
}

}  // namespace hallmark
