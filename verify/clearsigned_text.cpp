#include "verify/clearsigned_text.hpp"

#include <optional>

namespace hallmark {
namespace {

constexpr std::string_view kMessage = "-----BEGIN PGP SIGNED MESSAGE-----";
constexpr std::string_view kSignature = "-----BEGIN PGP SIGNATURE-----";
constexpr std::string_view kEnd = "-----END PGP SIGNATURE-----";

// The next line without its newline; nothing where no complete line is left.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

}  // namespace

Result<std::string> clearsigned_text(std::string_view untrusted_message,
                                     const std::string& subject) {
  const Error malformed = verification_error(subject, "is not one clear-signed message");
  std::string_view rest = untrusted_message;
  std::optional<std::string_view> line = take_line(rest);
  if (line != kMessage) return malformed;
  while ((line = take_line(rest)) && !line->empty()) {
    if (!line->starts_with("Hash: ")) return malformed;
  }
  std::string text;
  while ((line = take_line(rest)) && line != kSignature) {
    const bool escaped = line->starts_with("- ");
    if (line->starts_with("-") && !escaped) return malformed;
    text.append(escaped ? line->substr(2) : *line).append("\n");
  }
  if (!line) return malformed;
  while ((line = take_line(rest)) && line != kEnd) {
  }
  if (!line || !rest.empty()) return malformed;
  return text;
}

}  // namespace hallmark
