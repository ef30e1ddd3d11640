#include "core/model/policy.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"

using namespace hallmark;

namespace {

Json good_policy() {
  return Json{{"format", "hallmark-policy-v1"},
              {"origin", "Example"},
              {"label", "Example"},
              {"suites", Json::array({{{"name", "stable"},
                                       {"codename", "stable"},
                                       {"components", {"main"}},
                                       {"architectures", {"amd64"}},
                                       {"valid_days", 30},
                                       {"keys", {std::string(40, 'A')}}}})},
              {"approvers", Json::array({{{"name", "alice"}, {"keys", {"ssh-ed25519 AAAA"}}},
                                         {{"name", "bob"}, {"keys", {"ssh-ed25519 BBBB"}}}})},
              {"threshold", 2},
              {"evidence", "reproduced"},
              {"apk_keys", Json::array()}};
}

std::string refusal(const Json& policy) {
  const auto parsed = parse_policy(policy.dump(), "policy.json");
  return parsed.ok() ? "" : parsed.error().message();
}

}  // namespace

TEST_CASE("a policy reads, and what is written of it reads the same") {
  const auto policy = parse_policy(good_policy().dump(), "policy.json");
  REQUIRE(policy.ok());
  CHECK(policy->suite("stable") != nullptr);
  CHECK(policy->suite("Stable") == nullptr);
  const auto again = parse_policy(to_json(*policy).dump(), "policy.json");
  REQUIRE(again.ok());
  CHECK(to_json(*again) == to_json(*policy));
}

TEST_CASE("a threshold that nobody or too few people can reach is refused") {
  Json policy = good_policy();
  policy["threshold"] = 0;
  CHECK_FALSE(refusal(policy).empty());
  policy["threshold"] = 3;
  CHECK_FALSE(refusal(policy).empty());
}

TEST_CASE("one key for two people, or one person twice, is refused") {
  Json policy = good_policy();
  policy["approvers"][1]["keys"] = {"ssh-ed25519 AAAA"};
  CHECK_FALSE(refusal(policy).empty());
  policy["approvers"][1]["keys"] = {"ssh-ed25519 AAAA bob@example.org"};
  CHECK_FALSE(refusal(policy).empty());
  policy = good_policy();
  policy["approvers"][1]["name"] = "alice";
  CHECK_FALSE(refusal(policy).empty());
}

TEST_CASE("an origin that would start another field of Release is refused") {
  Json policy = good_policy();
  policy["origin"] = "Example\nSuite: other";
  CHECK_FALSE(refusal(policy).empty());
}

TEST_CASE("an architecture that is called as the sources are is refused") {
  Json policy = good_policy();
  policy["suites"][0]["architectures"] = {"amd64", "source"};
  CHECK(refusal(policy).find("must not hold source") != std::string::npos);
}

TEST_CASE("a suite's Contents and further fields of Release: read, written, and one line each") {
  Json policy = good_policy();
  Json& suite = policy["suites"][0];
  suite["contents"] = true;
  suite["version"] = "12.4";
  suite["not_automatic"] = true;
  suite["but_automatic_upgrades"] = true;
  suite["changelogs"] = "https://example.org/@CHANGEPATH@_changelog";
  const auto parsed = parse_policy(policy.dump(), "policy.json");
  REQUIRE(parsed.ok());
  Json written = to_json(*parsed)["suites"][0];
  written.erase("expiry");
  CHECK(written == suite);
  SECTION("a version of two lines") { suite["version"] = "12\nSuite: other"; }
  SECTION("no version") { suite["version"] = ""; }
  SECTION("changelogs of two lines") { suite["changelogs"] = "@CHANGEPATH@\nSuite: other"; }
  SECTION("changelogs of nothing") { suite["changelogs"] = "https://example.org/"; }
  SECTION("automatic upgrades of what is automatic") { suite["not_automatic"] = false; }
  SECTION("Contents of a word") { suite["contents"] = "yes"; }
  CHECK_FALSE(refusal(policy).empty());
}

TEST_CASE("a suite whose name leaves its folder is refused") {
  Json policy = good_policy();
  policy["suites"][0]["name"] = "../../etc";
  CHECK_FALSE(refusal(policy).empty());
}

namespace {

Json key_entry(const std::string& name, const std::string& older = "") {
  Json entry = {{"name", name},
                {"keygrip", std::string(40, 'A')},
                {"certificate_sha256", sha256(name).hex()},
                {"packages", {"org.example." + name}}};
  if (!older.empty()) entry["rotates"] = {{"key", older}};
  return entry;
}

Json policy_with(const std::vector<Json>& keys) {
  Json policy = good_policy();
  policy["apk_keys"] = keys;
  return policy;
}

}  // namespace

TEST_CASE("APK keys: a rotation reads with its defaults, and is written out in full") {
  const auto policy =
      parse_policy(policy_with({key_entry("a"), key_entry("b", "a")}).dump(), "policy.json");
  REQUIRE(policy.ok());
  const ApkKeyPolicy* newest = policy->apk_key("b");
  REQUIRE(newest != nullptr);
  CHECK_FALSE(newest->schemes);
  REQUIRE(newest->rotates);
  CHECK(newest->rotates->min_sdk == 33);
  CHECK(apk_capability_names(newest->rotates->capabilities) ==
        std::vector<std::string>{"installed-data", "shared-uid", "permission", "auth"});
  const auto chain = apk_key_chain(policy->apk_keys, "b");
  REQUIRE(chain.size() == 2);
  CHECK(chain[0]->name == "a");
  CHECK(to_json(*newest)["rotates"]["min_sdk"] == 33);
}

TEST_CASE("APK keys: a rotation from an unknown key, in a circle, or over too many keys") {
  CHECK(refusal(policy_with({key_entry("b", "a")})).find("rotates to 'b'") != std::string::npos);
  CHECK_FALSE(refusal(policy_with({key_entry("a", "a")})).empty());
  CHECK_FALSE(refusal(policy_with({key_entry("a", "c"), key_entry("b", "a"), key_entry("c", "b")}))
                  .empty());
  std::vector<Json> chain = {key_entry("k1")};
  for (int i = 2; i <= 8; ++i) {
    chain.push_back(key_entry("k" + std::to_string(i), "k" + std::to_string(i - 1)));
  }
  CHECK(refusal(policy_with(chain)).empty());
  chain.push_back(key_entry("k9", "k8"));
  CHECK_FALSE(refusal(policy_with(chain)).empty());
}

TEST_CASE("APK keys: a name, a certificate or an application that stands twice") {
  CHECK_FALSE(refusal(policy_with({key_entry("a"), key_entry("a")})).empty());
  Json other = key_entry("b");
  other["certificate_sha256"] = sha256("a").hex();
  CHECK_FALSE(refusal(policy_with({key_entry("a"), other})).empty());
  other = key_entry("b", "a");
  other["packages"] = {"org.example.a"};
  CHECK(refusal(policy_with({key_entry("a"), other})).find("names 'org.example.a' twice") !=
        std::string::npos);
}

TEST_CASE("APK keys: a later rotation that reaches fewer devices than an older one did") {
  Json second = key_entry("b", "a");
  Json third = key_entry("c", "b");
  second["rotates"]["min_sdk"] = 28;
  third["rotates"]["min_sdk"] = 33;
  CHECK(refusal(policy_with({key_entry("a"), second, third})).find("on fewer devices") !=
        std::string::npos);
  third["rotates"]["min_sdk"] = 28;
  CHECK(refusal(policy_with({key_entry("a"), second, third})).empty());
}

TEST_CASE("APK keys: values of a rotation and of schemes that mean nothing") {
  for (const Json& min_sdk : {Json(27), Json(29), Json(32), Json(10001), Json(-1), Json("33")}) {
    Json entry = key_entry("b", "a");
    entry["rotates"]["min_sdk"] = min_sdk;
    CHECK_FALSE(refusal(policy_with({key_entry("a"), entry})).empty());
  }
  Json entry = key_entry("b", "a");
  entry["rotates"]["capabilities"] = {"root"};
  CHECK_FALSE(refusal(policy_with({key_entry("a"), entry})).empty());
  for (const Json& schemes : {Json::array(), Json({"v5"}), Json({"v2", "v2"}), Json({"v3.1"}),
                              Json({"v4"}), Json({"v1", "v4"})}) {
    entry = key_entry("a");
    entry["schemes"] = schemes;
    CHECK_FALSE(refusal(policy_with({entry})).empty());
  }
  entry = key_entry("b", "a");
  entry["schemes"] = {"v1", "v2"};
  CHECK(refusal(policy_with({key_entry("a"), entry})).find("carries the rotation") !=
        std::string::npos);
}

TEST_CASE("a policy's thresholds: the more exact one, else the higher one") {
  Json json = good_policy();
  json["approvers"].push_back({{"name", "carol"}, {"keys", {"ssh-ed25519 CCCC"}}});
  json["thresholds"] = Json::array({{{"suite", "candidates"}, {"people", 1}},
                                    {{"product", "kernel"}, {"people", 3}},
                                    {{"suite", "stable"}, {"component", "extra"}, {"people", 1}},
                                    {{"product", "docs"}, {"people", 1}},
                                    {{"product", "docs"}, {"suite", "stable"}, {"people", 3}}});
  const auto policy = parse_policy(json.dump(), "policy.json");
  REQUIRE(policy.ok());
  CHECK(policy->people_needed("tool", "stable", "main") == 2);  // none fits
  CHECK(policy->people_needed("tool", "candidates", "main") == 1);
  CHECK(policy->people_needed("tool", "stable", "extra") == 1);
  CHECK(policy->people_needed("kernel", "stable", "main") == 3);
  CHECK(policy->people_needed("kernel", "candidates", "main") == 3);  // neither names the other's
  CHECK(policy->people_needed("docs", "testing", "main") == 1);
  CHECK(policy->people_needed("docs", "stable", "main") == 3);  // more exact than the product alone
  CHECK(policy->people_needed("docs", "stable", "extra") == 3);
  CHECK(policy->most_people_needed() == 3);
  const auto again = parse_policy(to_json(*policy).dump(), "policy.json");
  REQUIRE(again.ok());
  CHECK(again->people_needed("kernel", "stable", "main") == 3);
}

TEST_CASE("a policy's thresholds that are refused") {
  for (const Json& entry :
       {Json{{"people", 1}}, Json{{"suite", "stable"}}, Json{{"suite", "stable"}, {"people", 0}},
        Json{{"suite", "stable"}, {"people", 3}}, Json{{"suite", "a b"}, {"people", 1}},
        Json{{"suite", "stable"}, {"people", 1}, {"person", 1}}}) {
    Json json = good_policy();
    json["thresholds"] = {entry};
    INFO(entry.dump());
    CHECK_FALSE(refusal(json).empty());
  }
  Json json = good_policy();
  const Json entry = {{"suite", "stable"}, {"people", 1}};
  json["thresholds"] = {entry, entry};
  CHECK(refusal(json).find("names the same twice") != std::string::npos);
  json = good_policy();
  json["withdraw_days"] = -1;
  CHECK(refusal(json).find("withdraw_days") != std::string::npos);
  json["withdraw_days"] = 7;
  json["clock_jump_days"] = 0;
  CHECK(refusal(json).find("clock_jump_days") != std::string::npos);
  json["clock_jump_days"] = 45;
  json["sibling_days"] = 366;
  CHECK(refusal(json).find("sibling_days") != std::string::npos);
  json["sibling_days"] = 0;
  CHECK(refusal(json).find("sibling_days") != std::string::npos);
  json["sibling_days"] = 365;
  json["exposed_keys"] = {std::string(40, 'B')};
  CHECK(refusal(json).find("which is no key of the policy") != std::string::npos);
  json["exposed_keys"] = {std::string(40, 'A')};
  CHECK(refusal(json).empty());
}

TEST_CASE("a policy's expiry: the policy's, a suite's own, or what is sensible") {
  Json json = good_policy();
  const auto expiry_of = [](const Json& text) {
    const auto policy = parse_policy(text.dump(), "policy.json");
    REQUIRE(policy.ok());
    CHECK(parse_policy(to_json(*policy).dump(), "policy.json").ok());
    const ExpiryPolicy& expiry = policy->suites.front().expiry;
    return std::pair(expiry.keep_generations, expiry.keep_days);
  };
  CHECK(expiry_of(json) == std::pair(uint64_t{3}, int64_t{14}));
  json["expiry"] = {{"keep_generations", 1}, {"keep_days", 0}};
  CHECK(expiry_of(json) == std::pair(uint64_t{1}, int64_t{0}));
  json["suites"][0]["expiry"] = {{"keep_generations", 9}, {"keep_days", 90}};
  CHECK(expiry_of(json) == std::pair(uint64_t{9}, int64_t{90}));
  for (const auto& [generations, days, key] :
       {std::tuple(0, 1, "keep_generations"), std::tuple(1001, 1, "keep_generations"),
        std::tuple(1, -1, "keep_days"), std::tuple(1, 3651, "keep_days")}) {
    json["expiry"] = {{"keep_generations", generations}, {"keep_days", days}};
    CHECK(refusal(json).find(key) != std::string::npos);
  }
  json["expiry"] = {{"keep_days", 1}};
  CHECK(refusal(json).find("keep_generations") != std::string::npos);
}

TEST_CASE("a policy's signing subkeys: of a key of its suites, on a terminal of its own, once") {
  Json json = good_policy();
  json["log_keys"] = {{{"terminal", "t1"}, {"key", "ssh-ed25519 AAAA"}}};
  const Json good = {
      {"terminal", "t1"}, {"key", std::string(40, 'A')}, {"subkey", std::string(40, 'B')}};
  json["signing_subkeys"] = {good};
  CHECK(refusal(json).empty());
  const auto parsed = parse_policy(json.dump(), "policy.json");
  REQUIRE(parsed.ok());
  CHECK(to_json(*parsed)["signing_subkeys"] == json["signing_subkeys"]);
  REQUIRE(parsed->signing_subkey("t1", std::string(40, 'A')) != nullptr);
  CHECK(parsed->signing_subkey("t1", std::string(40, 'A'))->subkey == std::string(40, 'B'));
  CHECK(parsed->signing_subkey("t2", std::string(40, 'A')) == nullptr);

  const auto with = [&](const char* name, const std::string& value) {
    Json entry = good;
    entry[name] = value;
    Json changed = json;
    changed["signing_subkeys"] = {entry};
    return refusal(changed);
  };
  CHECK(with("terminal", "t2").find("not in log_keys") != std::string::npos);
  CHECK(with("key", std::string(40, 'C')).find("no key of a suite") != std::string::npos);
  CHECK(with("subkey", std::string(40, 'b')).find("upper-case") != std::string::npos);
  json["signing_subkeys"] = {good, good};
  CHECK(refusal(json).find("two subkeys of one key") != std::string::npos);
}

TEST_CASE("a policy's evidence levels: the more exact one, else the higher one") {
  Json json = good_policy();
  json["evidence_levels"] =
      Json::array({{{"suite", "candidates"}, {"evidence", "prebuilt"}},
                   {{"product", "kernel"}, {"evidence", "built"}},
                   {{"product", "docs"}, {"suite", "stable"}, {"evidence", "prebuilt"}}});
  const auto policy = parse_policy(json.dump(), "policy.json");
  REQUIRE(policy.ok());
  CHECK(policy->evidence_needed("tool", "stable", "main") == Evidence::kReproduced);
  CHECK(policy->evidence_needed("tool", "candidates", "main") == Evidence::kPrebuilt);
  CHECK(policy->evidence_needed("kernel", "candidates", "main") == Evidence::kBuilt);
  CHECK(policy->evidence_needed("docs", "stable", "main") == Evidence::kPrebuilt);
  CHECK(policy->evidence_needed("docs", "testing", "main") == Evidence::kReproduced);
  CHECK(to_json(*policy)["evidence_levels"] == json["evidence_levels"]);
}

TEST_CASE("a policy's evidence levels that are refused") {
  for (const Json& entry : {Json{{"evidence", "built"}}, Json{{"suite", "stable"}},
                            Json{{"suite", "stable"}, {"evidence", "certain"}},
                            Json{{"suite", "a b"}, {"evidence", "built"}},
                            Json{{"suite", "stable"}, {"evidence", "built"}, {"people", 1}}}) {
    Json json = good_policy();
    json["evidence_levels"] = {entry};
    INFO(entry.dump());
    CHECK_FALSE(refusal(json).empty());
  }
  Json json = good_policy();
  const Json entry = {{"suite", "stable"}, {"evidence", "built"}};
  json["evidence_levels"] = {entry, entry};
  CHECK(refusal(json).find("names the same twice") != std::string::npos);
  json = good_policy();
  json["lower_evidence_days"] = -1;
  CHECK(refusal(json).find("lower_evidence_days") != std::string::npos);
}

namespace {

Json rebuilders(const std::vector<std::pair<std::string, std::vector<std::string>>>& owners) {
  Json out = Json::array();
  for (const auto& [name, keys] : owners) out.push_back({{"name", name}, {"keys", keys}});
  return out;
}

Json policy_with(const Json& rebuilders, int needed) {
  Json policy = good_policy();
  policy["evidence"] = "rebuilt";
  policy["rebuilders"] = rebuilders;
  policy["rebuilders_needed"] = needed;
  policy["log_keys"] = {{{"terminal", "t1"}, {"key", "ssh-ed25519 LLLL"}}};
  return policy;
}

}  // namespace

TEST_CASE("a policy's rebuilders, of whom some must say the same") {
  const Json owners = rebuilders(
      {{"north", {"ssh-ed25519 CCCC", "ssh-ed25519 DDDD"}}, {"south", {"ssh-ed25519 EEEE"}}});
  const auto policy = parse_policy(policy_with(owners, 2).dump(), "policy.json");
  REQUIRE(policy.ok());
  CHECK(policy->evidence_needed("tool", "stable", "main") == Evidence::kRebuilt);
  CHECK(policy->rebuilders_needed == 2);
  CHECK(to_json(*policy)["rebuilders"] == owners);
}

TEST_CASE("a policy that asks for evidence 'rebuilt' has enough rebuilders") {
  const Json owners = rebuilders({{"north", {"ssh-ed25519 CCCC"}}});
  CHECK(refusal(policy_with(owners, 1)).empty());
  const std::string few = "at least 1 and at most the number of rebuilders";
  CHECK(refusal(policy_with(owners, 2)).find(few) != std::string::npos);
  CHECK(refusal(policy_with(owners, 0)).find(few) != std::string::npos);
  CHECK(refusal(policy_with(Json::array(), 1)).find(few) != std::string::npos);
  CHECK(refusal(policy_with(Json::array(), 0)).find("'rebuilt' is asked for") != std::string::npos);
  Json policy = good_policy();
  policy["evidence_levels"] = {{{"suite", "stable"}, {"evidence", "rebuilt"}}};
  CHECK(refusal(policy).find("'rebuilt' is asked for") != std::string::npos);
}

TEST_CASE("a rebuilder is nobody else: no name and no key stands twice") {
  const auto refused = [](const Json& owners) { return refusal(policy_with(owners, 1)); };
  CHECK(refused(rebuilders({{"a", {"ssh-ed25519 CCCC"}}, {"a", {"ssh-ed25519 DDDD"}}}))
            .find("names 'a' twice") != std::string::npos);
  // The same key, whatever is said of it.
  CHECK(refused(rebuilders({{"a", {"ssh-ed25519 CCCC"}}, {"b", {"ssh-ed25519 CCCC b@b"}}}))
            .find("names a key twice") != std::string::npos);
  CHECK(refused(rebuilders({{"a", {"ssh-ed25519 CCCC", "ssh-ed25519 CCCC\n"}}}))
            .find("names a key twice") != std::string::npos);
  const std::string others = "an approver's or a log's key";
  CHECK(refused(rebuilders({{"a", {"ssh-ed25519 AAAA of alice"}}})).find(others) !=
        std::string::npos);
  CHECK(refused(rebuilders({{"a", {"ssh-ed25519 LLLL"}}})).find(others) != std::string::npos);
  CHECK_FALSE(refused(rebuilders({{"a", {}}})).empty());
  CHECK_FALSE(refused(rebuilders({{"a/b", {"ssh-ed25519 CCCC"}}})).empty());
}

TEST_CASE("a log key is of one terminal, and of no other") {
  Json policy = good_policy();
  policy["log_keys"] = {{{"terminal", "t1"}, {"key", "ssh-ed25519 AAAA"}},
                        {{"terminal", "t2"}, {"key", "ssh-ed25519 BBBB"}}};
  const auto parsed = parse_policy(policy.dump(), "policy.json");
  REQUIRE(parsed.ok());
  CHECK(parsed->log_key("t2")->key == "ssh-ed25519 BBBB");
  CHECK(parsed->log_key("t3") == nullptr);
  CHECK(to_json(*parsed)["log_keys"] == policy["log_keys"]);
  policy["log_keys"][1]["key"] = "ssh-ed25519 AAAA";
  CHECK_FALSE(refusal(policy).empty());
  policy["log_keys"][1] = {{"terminal", "t1"}, {"key", "ssh-ed25519 BBBB"}};
  CHECK_FALSE(refusal(policy).empty());
}

TEST_CASE("a log is called after the policy's origin and its terminal") {
  Policy policy;
  for (const auto& [origin, name] : std::vector<std::pair<std::string, std::string>>{
           {"example.org", "example.org/log/t1"},
           {"Hallmark demo (throwaway)", "hallmark-demo-throwaway/log/t1"},
           {" A  B+ ", "a-b/log/t1"},
           {"\u65e5\u672c", "hallmark/log/t1"}}) {
    policy.origin = origin;
    CHECK(policy.log_name("t1") == name);
  }
}

TEST_CASE("what users are given has a name, an address and a contact") {
  const auto with = [](const char* key, const char* value) {
    Json policy = good_policy();
    policy["clients"] = {{"name", "example"},
                         {"address", "https://packages.example.org"},
                         {"contact", "Example <packages@example.org>"}};
    policy["clients"][key] = value;
    return refusal(policy);
  };
  CHECK(with("name", "example-2.0") == "");
  CHECK(with("name", std::string(56, 'a').c_str()) == "");
  CHECK(with("name", std::string(57, 'a').c_str()).find("name") != std::string::npos);
  for (const char* name :
       {"", "a", "Example", "a b", "a/b", "../a", "a+b", ".a", "a_b", "debian"}) {
    INFO(name);
    CHECK(with("name", name).find("name") != std::string::npos);
  }
  for (const char* address : {"", "ftp://example.org", "https://example.org/", "https://a b",
                              "https://a\nb", "https://a/$(id)", "https://a;b"}) {
    INFO(address);
    CHECK(with("address", address).find("address") != std::string::npos);
  }
  for (const char* contact :
       {"", "a@b", "<a@b>", " <a@b>", "A <a>", "A <a@b", "A <a@b> x", "A, B <a@b>", "A\nB <a@b>"}) {
    INFO(contact);
    CHECK(with("contact", contact).find("contact") != std::string::npos);
  }
}

TEST_CASE("what users are given is of a suite, whose name is good for a file of apt's") {
  Json policy = good_policy();
  policy["clients"] = {{"name", "example"},
                       {"address", "https://packages.example.org"},
                       {"contact", "Example <packages@example.org>"}};
  CHECK(refusal(policy) == "");
  for (const std::string& name : {std::string("a+b"), std::string("a~b"), std::string(49, 'a')}) {
    policy["suites"][0]["name"] = name;
    CHECK(refusal(policy).find("clients") != std::string::npos);
  }
  policy["suites"] = Json::array();
  CHECK(refusal(policy).find("clients") != std::string::npos);
}

TEST_CASE("one suite twice is refused") {
  Json policy = good_policy();
  policy["suites"].push_back(policy["suites"][0]);
  CHECK(refusal(policy).find("twice") != std::string::npos);
}
