#include "cli/made_words.hpp"

#include "core/json.hpp"

namespace hallmark {
namespace {

// It is nowhere else.
constexpr const char* kBackUp =
    ": nothing is signed with it yet\n\nto take it into use:\n"
    "1. keep a copy of it: hallmark keys backup FILE --share FILE... --needed K\n"
    "2. give each other terminal of the group the key: hallmark keys restore FILE --share FILE...\n"
    "3. in a copy of policy.json, add ";

std::string rest(const std::string& propose) {
  return "4. " + propose +
         "\n5. enough people: hallmark policy approve --key FILE\n6. hallmark policy change\n";
}

// An application stands under the newest key of its chain alone.
std::string whose_applications(const ApkKeyPolicy& key) {
  if (key.rotates) return ", with the \"packages\" of \"" + key.rotates->key + "\" moved into it,";
  return key.packages.empty() ? ", with its applications in \"packages\" (none of the F-Droid key),"
                              : "";
}

}  // namespace

std::string describe_made_openpgp(const MadeOpenPgpKey& key, const std::string& public_key_file) {
  return "made OpenPGP key " + key.fingerprint + kBackUp + "\"" + key.fingerprint +
         "\" to \"keys\" of its suites, beside the key that\n   users know\n" +
         rest("hallmark policy propose COPY --openpgp-key " + public_key_file) +
         "7. give users the keyring with both: public/archive-keyring.asc, and the keyring package "
         "anew\n   (hallmark repo keyring), where there is one\n"
         "8. when they have it, a policy that names the older key nowhere\n";
}

std::string describe_made_apk_key(const ApkKey& key, const std::string& certificate_file) {
  const std::string& name = key.policy.name;
  return "made APK key " + name + kBackUp + "to \"apk_keys\"" + whose_applications(key.policy) +
         "\n   " + to_json(key.policy).dump() + "\n" +
         rest("hallmark policy propose COPY --apk-certificate " + name + "=" + certificate_file);
}

}  // namespace hallmark
