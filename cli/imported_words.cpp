#include "cli/imported_words.hpp"

namespace hallmark {
namespace {

std::string numbered_rest(const std::string& propose) {
  return "2. " + propose +
         "\n3. enough people: hallmark policy approve --key FILE\n4. hallmark policy change\n";
}

}  // namespace

std::string describe_imported_openpgp(const std::string& fingerprint,
                                      const std::string& public_key_file) {
  return "imported OpenPGP key " + fingerprint +
         ": nothing is signed with it yet\n\nto take it into use:\n"
         "1. in a copy of policy.json, add \"" +
         fingerprint + "\" to \"keys\" of its suites, and to \"exposed_keys\"\n" +
         numbered_rest("hallmark policy propose COPY --openpgp-key " + public_key_file) +
         "\nwhoever had it before may have it still; to be rid of it:\n"
         "- let a key that was made here sign the same suites beside it: hallmark keys make "
         "--openpgp\n"
         "- give users the keyring with both: public/archive-keyring.asc\n"
         "- when they have it, take this one out of the policy, and revoke it\n"
         "- delete the file that it was imported from, and its copies\n";
}

std::string describe_imported_apk_key(const Json& entry, const std::string& certificate_file) {
  const std::string name = entry["name"];
  return "imported APK key " + name + ": nothing is signed with it yet\n\nto take it into use:\n" +
         "1. in a copy of policy.json, add to \"apk_keys\", with its applications in "
         "\"packages\",\n   " +
         entry.dump() + "\n   and \"" + entry["certificate_sha256"].get<std::string>() +
         "\" to \"exposed_keys\"\n" +
         numbered_rest("hallmark policy propose COPY --apk-certificate " + name + "=" +
                       certificate_file) +
         "\nwhoever had it before may have it still, and devices that are older than Android 9 "
         "know "
         "no other;\nto be rid of it for the newer ones:\n"
         "- let a key that was made here take over from it: hallmark keys make --apk-key "
         "NEW:rotates=" +
         name +
         "\n"
         "- delete the file that it was imported from, and its copies\n";
}

std::string describe_imported_publishing_key(const std::string& key) {
  return "imported the publishing key " + key +
         "\n\npackage hosts are offered it from now on, beside the key that was made here\n"
         "whoever had it before may have it still, and can put back on the hosts what this "
         "terminal\n"
         "signed before, for as long as that is valid; to be rid of it:\n"
         "- let the hosts have the key that was made here: hallmark keys export --publishing\n"
         "- take this one out of their authorized_keys\n"
         "- delete the file that it was imported from, and its copies\n";
}

}  // namespace hallmark
