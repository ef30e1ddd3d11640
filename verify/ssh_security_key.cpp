#include "verify/ssh_security_key.hpp"

#include <algorithm>

#include "core/bytes.hpp"
#include "core/digest.hpp"

namespace hallmark {
namespace {

constexpr uint8_t kUserPresent = 0x01;
constexpr uint8_t kAttestedData = 0x40;
constexpr uint8_t kExtensions = 0x80;
constexpr std::string_view kWebauthn = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com";
constexpr std::string_view kScheme = "https://";

Error bad_signature(std::string cause) {
  return verification_error("SSH signature", std::move(cause));
}

// RFC 4648 section 5, without padding: as a browser writes a challenge.
std::string base64_url(std::string_view bytes) {
  std::string text = base64_encode(as_bytes(bytes));
  while (text.ends_with('=')) text.pop_back();
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

// https://DOMAIN[:PORT], DOMAIN being the key's application or below it: what a browser holds each
// page to, and what another program that asks the key need not.
bool is_in_domain(std::string_view origin, std::string_view application) {
  if (!origin.starts_with(kScheme) || application.empty()) return false;
  origin.remove_prefix(kScheme.size());
  const std::string_view host = origin.substr(0, origin.find(':'));
  const std::string_view port = origin.substr(host.size());
  if (port.size() == 1 || port.find_first_not_of("0123456789", 1) != std::string_view::npos) {
    return false;
  }
  if (host == application) return true;
  const std::string_view rest =
      host.substr(0, host.size() - std::min(host.size(), application.size()));
  return host.ends_with(application) && rest.size() > 1 && rest.ends_with('.');
}

struct BrowserWords {
  std::string_view client_data;
  std::string_view extensions;
};

Result<BrowserWords> take_browser_words(const SshKeyParts& parts, SshCursor& cursor,
                                        std::string_view message) {
  const auto origin = cursor.take_string();
  const auto client_data = cursor.take_string();
  const auto extensions = cursor.take_string();
  if (!origin || !client_data || !extensions) return bad_signature("is malformed");
  const bool printable = std::all_of(origin->begin(), origin->end(), [](char c) {
    return c > ' ' && c < '\x7f' && c != '"' && c != '\\';
  });
  if (!printable || !is_in_domain(*origin, parts.application)) {
    return bad_signature("was made for a web page outside of the key's own domain");
  }
  // Browsers write these three members first and in this order (WebAuthn, "limited verification
  // algorithm"); PROTOCOL.u2f relies on it too. What follows is theirs.
  const std::string begins = "{\"type\":\"webauthn.get\",\"challenge\":\"" + base64_url(message) +
                             "\",\"origin\":\"" + std::string(*origin) + "\"";
  const std::string_view rest = client_data->substr(std::min(begins.size(), client_data->size()));
  if (!client_data->starts_with(begins) || !(rest.starts_with(',') || rest.starts_with('}'))) {
    return bad_signature("is a web page's over another message");
  }
  return BrowserWords{*client_data, *extensions};
}

}  // namespace

bool is_webauthn(const SshKeyType& type, std::string_view algorithm) {
  return type.security_key && type.kind == SshKeyKind::kEcdsa && algorithm == kWebauthn;
}

// The hashes of the application and of the message, and between them what the authenticator says.
Result<std::string> authenticator_statement(const SshKeyParts& parts, std::string_view algorithm,
                                            SshCursor& cursor, std::string_view message) {
  const auto flags = cursor.take_byte();
  const auto counter = cursor.take_u32();
  if (!flags || !counter) return bad_signature("is malformed");
  if ((*flags & kUserPresent) == 0) {
    return bad_signature("was made by a security key that nobody touched");
  }
  BrowserWords words{message, ""};
  if (is_webauthn(*parts.type, algorithm)) {
    HALLMARK_TRY(words, take_browser_words(parts, cursor, message));
  }
  const bool says_extensions = (*flags & kExtensions) != 0;
  if ((*flags & kAttestedData) != 0 || says_extensions == words.extensions.empty()) {
    return bad_signature("has authenticator extensions that its form does not carry");
  }
  std::string statement(as_text(sha256(parts.application).view()));
  statement += static_cast<char>(*flags);
  statement += ssh_u32(*counter);
  statement += words.extensions;
  statement += as_text(sha256(words.client_data).view());
  return statement;
}

}  // namespace hallmark
