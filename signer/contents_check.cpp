#include "signer/contents_check.hpp"

#include <algorithm>

#include "core/utf8.hpp"
#include "signer/rules.hpp"
#include "verify/contents_index.hpp"
#include "verify/gzip_member.hpp"

namespace hallmark {
namespace {

constexpr const char* kComposeContents = "compose the index from what was accepted";

std::string_view line_at(std::string_view text, std::size_t at) {
  const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  text.remove_prefix(before == std::string_view::npos ? 0 : before + 1);
  return text.substr(0, text.find('\n'));
}

std::string quoted(std::string_view line) { return "'" + printable(line.substr(0, 200)) + "'"; }

// Both texts begin at the same line.
Error lines_differ(std::string_view own, std::string_view untrusted_text, const std::string& name) {
  const auto at =
      std::mismatch(own.begin(), own.end(), untrusted_text.begin(), untrusted_text.end());
  const auto offset = static_cast<std::size_t>(at.first - own.begin());
  const std::string_view ours = line_at(own, offset);
  const std::string_view theirs = line_at(untrusted_text, offset);
  if (ours.empty()) {
    return policy_error(name, "says " + quoted(theirs) + ", which no accepted package says",
                        kComposeContents);
  }
  return policy_error(name,
                      "says " + quoted(theirs) + " where the accepted packages say " + quoted(ours),
                      kComposeContents);
}

// Takes the next shard off the form.
Status check_shard(std::string_view own_form, std::string_view& untrusted_form,
                   const std::string& name) {
  if (untrusted_form.starts_with(own_form)) {
    untrusted_form.remove_prefix(own_form.size());
    return ok_status();
  }
  HALLMARK_TRY(const std::string own, contents_text(own_form));
  if (untrusted_form.empty()) {
    return policy_error(name, "ends before " + quoted(line_at(own, 0)), kComposeContents);
  }
  constexpr std::size_t kMoreThanOwn = std::size_t{1} << 20U;  // enough to name what lines_differ
  const std::size_t before = untrusted_form.size();
  HALLMARK_TRY(const std::string shown,
               take_gzip_member(untrusted_form, own.size() + kMoreThanOwn, name));
  // Another compressor's is a little larger; header fields and empty blocks have no end.
  constexpr std::size_t kSmall = 1024;  // bytes
  if (own == shown && before - untrusted_form.size() > 2 * own_form.size() + kSmall) {
    return policy_error(name, "has a member that is far larger than its text needs",
                        kComposeContents);
  }
  return own == shown ? ok_status() : Status(lines_differ(own, shown, name));
}

}  // namespace

Status check_contents(const State& state, const IndexPlace& place, std::string_view untrusted_form,
                      const std::string& name) {
  std::string_view rest = untrusted_form;
  bool empty = true;
  HALLMARK_CHECK(state.each_contents_form(place, [&](std::string_view own_form) {
    empty = false;
    return check_shard(own_form, rest, name);
  }));
  if (empty) {
    HALLMARK_TRY(const std::string nothing, gzip_member("", 9));
    HALLMARK_CHECK(check_shard(nothing, rest, name));
  }
  if (rest.empty()) return ok_status();
  return verification_error(name, "goes on behind its last line", kComposeContents);
}

}  // namespace hallmark
