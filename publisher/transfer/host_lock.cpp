#include "publisher/transfer/host_lock.hpp"

#include <algorithm>

#include "core/json.hpp"
#include "core/safe_path.hpp"
#include "publisher/transfer/sftp_upload.hpp"

namespace hallmark {
namespace {

constexpr const char* kFormat = "hallmark-host-lock-v1";
constexpr const char* kHeld = "held";
constexpr uint32_t kMaxHolder = 4096;  // bytes
constexpr std::size_t kMaxPerson = 200;

bool is_printable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// Two terminals of one name would be in each other's way.
std::string folder_of(const LockHolder& holder) {
  return holder.terminal + "-" + holder.token_sha256.substr(0, 16);
}

std::string file_in(const std::string& name) { return name + "/holder"; }

}  // namespace

std::string render_holder(const LockHolder& holder) {
  return Json{{"format", kFormat},
              {"terminal", holder.terminal},
              {"person", holder.person},
              {"since", holder.since},
              {"token_sha256", holder.token_sha256}}
      .dump();
}

Result<LockHolder> parse_holder(std::string_view untrusted_text, const std::string& subject) {
  HALLMARK_TRY(const JsonDocument document,
               JsonDocument::parse(std::string(untrusted_text), subject));
  LockHolder holder;
  {
    ObjectReader reader(document);
    if (reader.text("format") != kFormat) reader.fail("format", "is not known");
    holder.terminal = reader.text("terminal");
    holder.person = reader.text("person");
    holder.since = reader.text("since");
    holder.token_sha256 = reader.digest("token_sha256").hex();
    if (!is_plain_name(holder.terminal)) reader.fail("terminal", "must be a plain name");
    for (const std::string* text : {&holder.person, &holder.since}) {
      if (text->size() > kMaxPerson || !is_printable(*text)) {
        reader.fail("person", "must be short and printable");
      }
    }
  }
  HALLMARK_CHECK(document.status());
  return holder;
}

std::string describe(const LockHolder& holder) {
  return "terminal " + holder.terminal + " (" + holder.person + "), since " + holder.since;
}

Result<SftpReply> HostLock::ask(const SftpClient::MakeRequest& make) {
  HALLMARK_CHECK(client_->send(0, make));
  HALLMARK_TRY(SftpClient::Answer answer, client_->receive());
  return std::move(answer.reply);
}

Result<bool> HostLock::rename(const std::string& from, const std::string& to) {
  HALLMARK_TRY(const SftpReply reply,
               ask([&](uint32_t id) { return sftp_posix_rename(id, full(from), full(to)); }));
  return sftp_done(reply);
}

Status HostLock::make_folder(const std::string& name) {
  const std::string path = name.empty() ? folder_ : full(name);
  HALLMARK_TRY(const SftpReply made, ask([&](uint32_t id) { return sftp_mkdir(id, path); }));
  if (sftp_done(made)) return ok_status();
  // The protocol has no code for "exists".
  HALLMARK_TRY(const SftpReply there, ask([&](uint32_t id) { return sftp_lstat(id, path); }));
  if (there.type == SftpType::kAttributes && there.folder) return ok_status();
  return sftp_refusal(path, "make the folder", made);
}

Status HostLock::write(const std::string& name, const std::string& text) {
  const std::string path = full(name);
  HALLMARK_TRY(const SftpReply opened, ask([&](uint32_t id) { return sftp_open(id, path); }));
  if (opened.type != SftpType::kHandle) return sftp_refusal(path, "write it", opened);
  HALLMARK_TRY(const SftpReply written,
               ask([&](uint32_t id) { return sftp_write(id, opened.handle, 0, text); }));
  HALLMARK_TRY(const SftpReply flushed,
               ask([&](uint32_t id) { return sftp_fsync(id, opened.handle); }));
  HALLMARK_TRY(const SftpReply closed,
               ask([&](uint32_t id) { return sftp_close(id, opened.handle); }));
  for (const SftpReply* reply : {&written, &flushed, &closed}) {
    if (!sftp_done(*reply)) return sftp_refusal(path, "write it", *reply);
  }
  return ok_status();
}

Result<std::optional<std::string>> HostLock::read(const std::string& name) {
  const std::string path = full(name);
  HALLMARK_TRY(const SftpReply opened, ask([&](uint32_t id) { return sftp_open_read(id, path); }));
  if (opened.type == SftpType::kStatus && opened.code == SftpCode::kNoSuchFile) {
    return std::optional<std::string>();
  }
  if (opened.type != SftpType::kHandle) return sftp_refusal(path, "read it", opened);
  HALLMARK_TRY(SftpReply data,
               ask([&](uint32_t id) { return sftp_read(id, opened.handle, 0, kMaxHolder); }));
  HALLMARK_TRY(const SftpReply closed,
               ask([&](uint32_t id) { return sftp_close(id, opened.handle); }));
  if (!sftp_done(closed)) return sftp_refusal(path, "read it", closed);
  if (data.type == SftpType::kData) return std::optional<std::string>(std::move(data.data));
  if (data.type == SftpType::kStatus && data.code == SftpCode::kEof) {
    return std::optional<std::string>(std::string());
  }
  return sftp_refusal(path, "read it", data);
}

Result<std::optional<LockHolder>> HostLock::holder_in(const std::string& name) {
  HALLMARK_TRY(const std::optional<std::string> text, read(file_in(name)));
  if (!text) return std::optional<LockHolder>();
  Result<LockHolder> holder = parse_holder(*text, full(file_in(name)));
  if (holder.ok()) return std::optional<LockHolder>(std::move(*holder));
  return remote_error(full(name), "is a lock that says not whose it is: " + holder.error().cause,
                      "people who look after the host have to rename it away");
}

// This terminal's own folder is nobody else's to write to.
Status HostLock::prepare(const LockHolder& holder) {
  HALLMARK_CHECK(make_folder(""));
  HALLMARK_CHECK(make_folder(folder_of(holder)));
  return write(file_in(folder_of(holder)), render_holder(holder));
}

// Moved away first, and looked at then: whoever took it meanwhile gets it back.
Status HostLock::break_lock(const LockHolder& seen, const std::string& since) {
  std::string name = "broken-" + since + "-" + seen.token_sha256.substr(0, 8);
  std::erase(name, ':');
  HALLMARK_TRY(const bool moved, rename(kHeld, name));
  if (!moved) return remote_error(full(kHeld), "cannot be broken", "look at the host");
  HALLMARK_TRY(const std::optional<LockHolder> held, holder_in(name));
  if (held == seen) return ok_status();
  HALLMARK_TRY(const bool back, rename(name, kHeld));
  return remote_error(full(kHeld),
                      back ? "was taken by somebody else in the meantime" : "was broken by two",
                      "it is safe to run this again");
}

Result<HostLock::Taken> HostLock::take(const LockHolder& holder, bool break_it) {
  Taken out;
  HALLMARK_TRY(const std::optional<LockHolder> before, holder_in(kHeld));
  if (before && before->token_sha256 == holder.token_sha256) {
    out.taken_over = true;
    return out;
  }
  HALLMARK_CHECK(prepare(holder));
  if (before && break_it) {
    HALLMARK_CHECK(break_lock(*before, holder.since));
    out.broken = before;
  }
  HALLMARK_TRY(const bool taken, rename(folder_of(holder), kHeld));
  if (taken) return out;
  HALLMARK_TRY(const std::optional<LockHolder> now, holder_in(kHeld));
  return remote_error("package host",
                      now ? "is locked by " + describe(*now) : "has a lock that cannot be taken",
                      "wait until it is done there (--wait); if nobody is at work there any more, "
                      "--break-lock");
}

Status HostLock::release(const LockHolder& holder) {
  HALLMARK_TRY(const std::optional<LockHolder> held, holder_in(kHeld));
  if (!held || held->token_sha256 != holder.token_sha256) return ok_status();
  HALLMARK_TRY(const bool released, rename(kHeld, folder_of(holder)));
  if (released) return ok_status();
  return remote_error(full(kHeld), "cannot be released", "it is safe to run this again");
}

}  // namespace hallmark
