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

std::string describe_made_publishing_key(const std::string& key) {
  return "made the publishing key " + key +
         "\n\nto take it into use:\n"
         "1. on each package host, put what 'hallmark keys export --publishing' prints into "
         "authorized_keys,\n   in place of the key that was made here before\n"
         "2. hallmark publish\n";
}

std::string describe_revoked(const std::string& revoked, const std::string& primary,
                             const std::string& public_key_file) {
  if (revoked == primary) {
    return "revoked OpenPGP key " + primary +
           ", and nobody has heard of it\n\nto leave it behind:\n"
           "1. another key: hallmark keys make --openpgp\n"
           "2. a policy that names that one in its place in \"keys\" of each suite, and this one "
           "nowhere\n"
           "3. give whoever trusts this key " +
           public_key_file + ",\n   and the keyring with the new one: public/archive-keyring.asc\n";
  }
  return "revoked subkey " + revoked + " of OpenPGP key " + primary +
         ", and nobody has heard of it\n\nto leave it behind:\n"
         "1. in a copy of policy.json, name another subkey in \"signing_subkeys\" wherever it is "
         "named; say why in a comment\n"
         "2. hallmark policy propose COPY --openpgp-key " +
         public_key_file +
         "\n3. enough people: hallmark policy approve --key FILE\n4. hallmark policy change\n"
         "5. hallmark refresh and hallmark publish: what it signed is good for nobody who has the "
         "new keyring\n"
         "6. give users the keyring: public/archive-keyring.asc, and the keyring package anew\n"
         "   (hallmark repo keyring), where there is one\n";
}

}  // namespace hallmark
