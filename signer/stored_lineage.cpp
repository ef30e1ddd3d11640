#include "signer/stored_lineage.hpp"

#include "core/digest.hpp"
#include "signer/apk/lineage_writer.hpp"
#include "signer/commit.hpp"

namespace hallmark {
namespace {

struct NewLineage {
  std::string key;
  std::string file;  // its bytes
};

// Of the chain's first `count` keys: what the older ones may still do.
uint32_t capabilities_of(const KeyChain& chain, std::size_t position, std::size_t count) {
  if (position + 1 == count) return kDefaultLineageCapabilities;
  return chain[position + 1].policy.rotates->capabilities;
}

bool says_what_the_policy_says(const Lineage& lineage, const KeyChain& chain, std::size_t count) {
  if (lineage.nodes.size() != count) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const LineageNode& node = lineage.nodes[i];
    if (as_text(node.certificate) != chain[i].certificate ||
        node.capabilities != capabilities_of(chain, i, count)) {
      return false;
    }
  }
  return true;
}

Result<std::optional<Lineage>> kept_lineage(const SignerContext& context, const KeyChain& chain,
                                            std::size_t count) {
  const std::string& key = chain[count - 1].policy.name;
  HALLMARK_TRY(const std::optional<std::string> file, context.state.lineage(key));
  if (!file) return std::optional<Lineage>();
  HALLMARK_TRY(Lineage lineage, parse_lineage_file(as_bytes(*file)));
  if (says_what_the_policy_says(lineage, chain, count)) return std::optional(std::move(lineage));
  return policy_error("lineage of " + key, "was made from other keys or capabilities",
                      "a rotation that was handed out cannot be changed");
}

Json lineage_event(const NewLineage& made, const KeyChain& chain) {
  Json keys = Json::array();
  for (const ChainedKey& key : chain) {
    keys.push_back(key.policy.certificate_sha256.hex());
    if (key.policy.name == made.key) break;
  }
  return Json{{"kind", "lineage"},
              {"name", made.key},
              {"size", made.file.size()},
              {"sha256", sha256(made.file).hex()},
              {"keys", keys}};
}

Status keep(const SignerContext& context, const KeyChain& chain,
            const std::vector<NewLineage>& made) {
  if (made.empty()) return ok_status();
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  std::vector<Json> events;
  for (const NewLineage& lineage : made) {
    HALLMARK_CHECK(context.state.add_lineage(lineage.key, lineage.file, context.now()));
    events.push_back(lineage_event(lineage, chain));
  }
  return commit_with_log(context, std::move(transaction), events);
}

}  // namespace

Result<Lineage> stored_lineage(const SignerContext& context, const KeyChain& chain) {
  Lineage lineage = lineage_of(as_bytes(chain.front().certificate));
  std::vector<NewLineage> made;
  for (std::size_t count = 2; count <= chain.size(); ++count) {
    HALLMARK_TRY(std::optional<Lineage> kept, kept_lineage(context, chain, count));
    if (kept) {
      lineage = std::move(*kept);
      continue;
    }
    const ChainedKey& next = chain[count - 1];
    const std::string action = "Let APK key " + next.policy.name + " take over from APK key " +
                               chain[count - 2].policy.name;
    HALLMARK_TRY(const ApkSigner older,
                 prepare_signer(signing_key(context, chain[count - 2], action,
                                            next.policy.certificate_sha256)));
    HALLMARK_TRY(lineage,
                 rotate_lineage(std::move(lineage), older, next.policy.rotates->capabilities,
                                as_bytes(next.certificate)));
    made.push_back({next.policy.name, std::string(as_text(encode_lineage_file(lineage)))});
  }
  HALLMARK_CHECK(keep(context, chain, made));
  return lineage;
}

}  // namespace hallmark
