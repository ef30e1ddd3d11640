#include "publisher/lock_requests.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "core/digest.hpp"
#include "core/model/approval.hpp"
#include "publisher/transfer/host_lock.hpp"
#include "publisher/transfer/ssh_connection.hpp"

namespace hallmark {
namespace {

constexpr const char* kTokenFile = "lock-token";
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kMaxPerson = 200;

// In the same order for every terminal, so that no two wait for each other.
Result<std::vector<PackageHost>> hosts_in_order(const Context& context) {
  HALLMARK_TRY(Terminal terminal, read_terminal(context.layout));
  std::sort(terminal.hosts.begin(), terminal.hosts.end(),
            [](const PackageHost& a, const PackageHost& b) {
              return std::pair(a.address, a.port) < std::pair(b.address, b.port);
            });
  return std::move(terminal.hosts);
}

// This terminal's own, made once and told to nobody: hosts have its SHA-256.
Result<Sha256Digest> token_digest(const Layout& layout) {
  HALLMARK_TRY(const UniqueFd folder, open_dir(layout.push()));
  const std::string path = layout.push() / kTokenFile;
  const Result<std::string> known = read_file(path, 2 * kTokenBytes);
  if (known.ok() && known->size() == 2 * kTokenBytes) return sha256(*known);
  std::array<uint8_t, kTokenBytes> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    return errno_error("random bytes", "cannot be had");
  }
  const std::string token = hex_encode(random);
  HALLMARK_CHECK(write_file_atomic(folder.get(), kTokenFile, token, 0600));
  return sha256(token);
}

Result<LockHolder> own_holder(const Context& context, std::string person) {
  HALLMARK_TRY(const Terminal terminal, read_terminal(context.layout));
  HALLMARK_TRY(const Sha256Digest token, token_digest(context.layout));
  std::replace_if(
      person.begin(), person.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return LockHolder{terminal.name, person.substr(0, kMaxPerson), format_utc(std::time(nullptr)),
                    token.hex()};
}

using WithLock = std::function<Status(HostLock& lock)>;
Status on_host(const Context& context, const PackageHost& host, const WithLock& act) {
  HALLMARK_TRY(const std::unique_ptr<SshConnection> connection,
               SshConnection::open(host, context.layout.publishing_socket(), SshTimeouts()));
  HALLMARK_TRY(SftpClient client, SftpClient::start(*connection));
  HostLock lock(client, host.docroot);
  return act(lock);
}

Status release_all(const Context& context, const std::vector<PackageHost>& hosts,
                   const LockHolder& holder) {
  Status first = ok_status();
  for (const PackageHost& host : hosts) {
    const Status released =
        on_host(context, host, [&](HostLock& lock) { return lock.release(holder); });
    if (first.ok() && !released.ok()) first = released;
  }
  return first;
}

Json to_json(const std::string& host, const HostLock::Taken& taken) {
  Json out = {{"host", host}};
  if (taken.taken_over) out["taken_over"] = true;
  if (taken.broken) out["broken"] = describe(*taken.broken);
  return out;
}

Result<bool> several_terminals(const Context& context) {
  HALLMARK_TRY(const Policy policy, read_policy(context.layout));
  return policy.log_keys.size() > 1;
}

}  // namespace

Result<Response> lock_hosts(const Context& context) {
  std::string person;
  bool break_it = false;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    person = request.text("person");
    break_it = request.boolean_or("break", false);
  }));
  HALLMARK_TRY(const bool several, several_terminals(context));
  Json answers = Json::array();
  if (!several) return Response{Json{{"hosts", answers}}, {}};
  HALLMARK_TRY(const std::vector<PackageHost> hosts, hosts_in_order(context));
  HALLMARK_TRY(const LockHolder holder, own_holder(context, person));
  std::vector<PackageHost> locked;
  for (const PackageHost& host : hosts) {
    bool asked = false;
    HostLock::Taken taken;
    const Status done = on_host(context, host, [&](HostLock& lock) -> Status {
      asked = true;
      HALLMARK_TRY(taken, lock.take(holder, break_it));
      return ok_status();
    });
    if (done.ok()) {
      locked.push_back(host);
      answers.push_back(to_json(host.name, taken));
    } else if (!asked) {
      // Nothing can be published there either, and that will be the error.
      answers.push_back({{"host", host.name}, {"problem", done.error().message()}});
    } else {
      Error held = done.error();
      held.subject = "package host " + host.name;
      static_cast<void>(release_all(context, locked, holder));
      return held;
    }
  }
  return Response{Json{{"hosts", std::move(answers)}}, {}};
}

Result<Response> unlock_hosts(const Context& context) {
  HALLMARK_CHECK(read_request(context, [](ObjectReader&) {}));
  HALLMARK_TRY(const bool several, several_terminals(context));
  if (!several) return Response{Json::object(), {}};
  HALLMARK_TRY(const std::vector<PackageHost> hosts, hosts_in_order(context));
  HALLMARK_TRY(const LockHolder holder, own_holder(context, ""));
  HALLMARK_CHECK(release_all(context, hosts, holder));
  return Response{Json::object(), {}};
}

}  // namespace hallmark
