#include "reproducible/git_tag.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "reproducible/source_signers.hpp"
#include "verify/openpgp.hpp"
#include "verify/sshsig.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxSignatures = 64;

Error malformed() { return verification_error("git tag", "is not a well-formed annotated tag"); }

// The rest of a header line "KEYWORD rest\n".
std::optional<std::string_view> take_header(std::string_view& text, std::string_view keyword) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = text.substr(0, end);
  if (!line.starts_with(keyword) || line.size() <= keyword.size() || line[keyword.size()] != ' ') {
    return std::nullopt;
  }
  text.remove_prefix(end + 1);
  return line.substr(keyword.size() + 1);
}

bool is_object_id(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// "Name <address> SECONDS +ZONE"
std::optional<int64_t> tagger_time(std::string_view tagger) {
  const std::size_t mark = tagger.rfind("> ");
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view time = tagger.substr(mark + 2);
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(time.data(), time.data() + time.size(), seconds);
  const bool zone_follows = end != time.data() + time.size() && *end == ' ';
  if (error != std::errc() || seconds < 0 || !zone_follows) return std::nullopt;
  return seconds;
}

enum class SignatureKind { kSsh, kOpenPgp };

struct Armour {
  SignatureKind kind;
  std::string_view begin;
  std::string_view end;
};
constexpr Armour kArmours[] = {
    {SignatureKind::kSsh, "-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n"},
    {SignatureKind::kOpenPgp, "-----BEGIN PGP SIGNATURE-----\n", "-----END PGP SIGNATURE-----\n"}};

// The last signature and what stands before it.
struct SignedPart {
  SignatureKind kind;
  std::string_view payload;
  std::string_view armor;
};
std::optional<SignedPart> split_signature(std::string_view object) {
  for (const Armour& armour : kArmours) {
    if (!object.ends_with(armour.end)) continue;
    // Git takes the last line that begins a signature of any kind; so it must be this one.
    const std::size_t begin = object.rfind("-----BEGIN ");
    const bool at_line_start =
        begin != std::string_view::npos && begin > 0 && object[begin - 1] == '\n';
    if (!at_line_start || !object.substr(begin).starts_with(armour.begin)) return std::nullopt;
    return SignedPart{armour.kind, object.substr(0, begin), object.substr(begin)};
  }
  return std::nullopt;
}

std::string describe(const TagRule& rule) { return "tag " + rule.name; }

Result<std::set<std::string>> ssh_signer(const SignedPart& part, const TagRule& rule) {
  const Result<SshPublicKey> key = verify_sshsig(part.armor, part.payload, "git");
  if (!key.ok()) {
    return verification_error(describe(rule), "its " + key.error().message());
  }
  if (std::find(rule.signers.begin(), rule.signers.end(), *key) == rule.signers.end()) {
    return verification_error(
        describe(rule), "is signed by " + key->fingerprint() + ", which is not one of its signers");
  }
  return std::set<std::string>{key->fingerprint()};
}

Result<std::set<std::string>> openpgp_signers(const SignedPart& part, const TagRule& rule) {
  if (rule.openpgp_signers.empty()) {
    return verification_error(describe(rule),
                              "has an OpenPGP signature, and the product names no OpenPGP keys");
  }
  HALLMARK_TRY(const std::vector<OpenPgpSignature> good,
               verify_detached_by(rule.keyring, part.payload, part.armor, describe(rule)));
  HALLMARK_TRY(NamedSigners named, named_signers(good, rule.openpgp_signers, describe(rule)));
  return std::move(named.fingerprints);
}

// The fingerprints of those who signed, peeling one signature after the other.
Result<std::set<std::string>> collect_signers(std::string_view object, const TagRule& rule) {
  std::set<std::string> found;
  std::size_t count = 0;
  for (auto part = split_signature(object); part; part = split_signature(part->payload)) {
    if (++count > kMaxSignatures) return malformed();
    HALLMARK_TRY(const std::set<std::string> signers, part->kind == SignatureKind::kSsh
                                                          ? ssh_signer(*part, rule)
                                                          : openpgp_signers(*part, rule));
    found.insert(signers.begin(), signers.end());
  }
  if (count == 0) return verification_error(describe(rule), "is not signed");
  return found;
}

}  // namespace

Result<GitTag> parse_git_tag(std::string_view untrusted_object) {
  const auto object = take_header(untrusted_object, "object");
  const auto type = object ? take_header(untrusted_object, "type") : std::nullopt;
  const auto name = type ? take_header(untrusted_object, "tag") : std::nullopt;
  const auto tagger = name ? take_header(untrusted_object, "tagger") : std::nullopt;
  if (!tagger || !is_object_id(*object) || !untrusted_object.starts_with('\n')) return malformed();
  if (*type != "commit") {
    return verification_error("git tag", "names a " + std::string(*type) + ", not a commit");
  }
  const std::optional<int64_t> time = tagger_time(*tagger);
  if (!time) return malformed();
  return GitTag{std::string(*object), std::string(*name), *time};
}

Result<VerifiedTag> verify_git_tag(std::string_view untrusted_object, const TagRule& rule) {
  HALLMARK_TRY(const std::set<std::string> signers, collect_signers(untrusted_object, rule));
  HALLMARK_CHECK(enough_signers(signers.size(), rule.threshold, describe(rule)));
  VerifiedTag out;
  HALLMARK_TRY(out.tag, parse_git_tag(untrusted_object));
  if (out.tag.name != rule.name) {
    return verification_error(describe(rule), "is a signed tag of another name inside, " +
                                                  out.tag.name + ": someone renamed it");
  }
  out.signers.assign(signers.begin(), signers.end());
  return out;
}

}  // namespace hallmark
