#include "cli/tag_check.hpp"

#include <cstdlib>

#include "process/run.hpp"

namespace hallmark {
namespace {

constexpr const char* kMoved = "find out why before anybody approves; then pin again";
constexpr const char* kNoAnswer =
    "find out why, or ask for the tag in another way; --offline approves without asking";

// Nothing of the machine's configuration, no transport but https and local paths, no question.
Command list_tag(const std::string& url, const std::string& ref, const std::string& peeled) {
  Command command;
  command.program = "/usr/bin/git";
  command.arguments = {"-c",        "protocol.allow=never",
                       "-c",        "protocol.https.allow=always",
                       "-c",        "protocol.file.allow=always",
                       "-c",        "http.followRedirects=initial",
                       "-c",        "core.fsmonitor=false",
                       "ls-remote", "--",
                       url,         ref,
                       peeled};
  command.environment = {"HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1",
                         "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0",
                         "GIT_ASKPASS=/bin/false"};
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) command.environment.push_back(std::string(name) + "=" + value);
  }
  return command;
}

// "ID\tREF\n" for each ref that the pattern fits: also one that only ends in it. Empty: none is it.
std::string object_named(const std::string& untrusted_listing, const std::string& ref) {
  std::size_t begin = 0;
  while (begin < untrusted_listing.size()) {
    const std::size_t end = untrusted_listing.find('\n', begin);
    const std::string line = untrusted_listing.substr(begin, end - begin);
    const std::size_t tab = line.find('\t');
    if (tab != std::string::npos && line.substr(tab + 1) == ref) return line.substr(0, tab);
    if (end == std::string::npos) break;
    begin = end + 1;
  }
  return {};
}

// Both as they are without links.
bool is_below(const std::string& url, const std::filesystem::path& folder) {
  std::error_code failure;
  const auto inner = std::filesystem::weakly_canonical(url, failure);
  const auto outer = std::filesystem::weakly_canonical(folder, failure);
  const std::string relative = inner.lexically_relative(outer).string();
  return url.starts_with('/') && !relative.empty() && !relative.starts_with("..");
}

}  // namespace

Result<std::string> check_tag(const Lock& lock, const std::filesystem::path& clone) {
  const LockedSource& source = lock.source;
  const std::string subject = "tag " + source.tag;
  if (!source.url.starts_with('/') && !source.url.starts_with("https://")) {
    return failed(source.url, "is neither an https:// address nor an absolute path");
  }
  if (is_below(source.url, clone)) {
    return verification_error(source.url, "is in this clone, and would answer for itself",
                              "find out who made the product's origin this path");
  }
  const std::string ref = "refs/tags/" + source.tag;
  const std::string peeled = ref + "^{}";
  const Result<std::string> listing = run_checked(list_tag(source.url, ref, peeled), source.url);
  if (!listing.ok()) {
    return remote_error(
        source.url, "does not say what " + subject + " is: " + listing.error().cause, kNoAnswer);
  }
  const std::string object = object_named(*listing, ref);
  if (object.empty()) {
    return verification_error(subject, "is no longer at " + source.url, kMoved);
  }
  if (const std::string commit = object_named(*listing, peeled);
      object == source.tag_object && commit != source.commit) {
    return verification_error(subject,
                              "is of commit " + (commit.empty() ? "none" : commit) + " at " +
                                  source.url + ", and of " + source.commit + " in the lock",
                              kMoved);
  }
  if (object != source.tag_object) {
    return verification_error(subject,
                              "was moved: it is " + object + " at " + source.url + ", and " +
                                  source.tag_object + " in the lock",
                              kMoved);
  }
  return subject + " is at " + source.url + " what the lock says: " + object + ", of commit " +
         source.commit;
}

}  // namespace hallmark
