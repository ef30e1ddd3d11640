#include "signer/lineage_request.hpp"

#include "core/digest.hpp"
#include "signer/rules.hpp"
#include "signer/stored_lineage.hpp"

namespace hallmark {

Status key_is_in_the_policy(LineageCase& subject) {
  HALLMARK_TRY(const std::string name, request_text(subject.untrusted_request.body, "key"));
  HALLMARK_TRY(subject.chain, installed_key_chain(subject.context, name));
  return ok_status();
}

Status key_took_over_from_another(LineageCase& subject) {
  if (subject.chain.size() > 1) return ok_status();
  return policy_error("APK key '" + subject.chain.front().policy.name + "'",
                      "takes over from no other key", "\"rotates\" in policy.json says which");
}

Result<Response> lineage_answer(const LineageCase& subject) {
  HALLMARK_TRY(const Lineage lineage, stored_lineage(subject.context, subject.chain));
  const std::vector<uint8_t> file = encode_lineage_file(lineage);
  Json keys = Json::array();
  for (const ChainedKey& key : subject.chain) keys.push_back(key.policy.name);
  return Response{Json{{"lineage", base64_encode(file)},
                       {"sha256", sha256(as_text(file)).hex()},
                       {"keys", std::move(keys)}},
                  {}};
}

}  // namespace hallmark
