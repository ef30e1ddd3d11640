#include "reproducible/build_request.hpp"

#include <algorithm>

#include "core/digest.hpp"

namespace hallmark {
namespace {

constexpr int64_t kMostJobs = 64;

struct RequestTexts {
  std::string lock;
  std::string product;
  std::vector<Target> only;
  int64_t jobs = 0;
};

Result<RequestTexts> read_texts(const Json& untrusted_body) {
  // Read again as a document: for its checks, and for messages that name the key.
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(untrusted_body.dump(), "request"));
  RequestTexts texts;
  {
    ObjectReader reader(document);
    reader.text("type");
    texts.lock = reader.text("lock");
    texts.product = reader.text("product");
    if (reader.has("only")) {
      reader.each("only", [&](ObjectReader& target) { texts.only.push_back(read_target(target)); });
      if (texts.only.empty()) reader.fail("only", "must name a target");
    }
    texts.jobs = reader.integer_or("jobs", 0);
    if (texts.jobs < 0 || texts.jobs > kMostJobs) {
      reader.fail("jobs", "must be between 0 and " + std::to_string(kMostJobs));
    }
  }
  HALLMARK_CHECK(document.status());
  return texts;
}

Status check_target(const BuildRequest& request, const Target& target,
                    const std::string& architecture) {
  const std::string name = target.directory_name();
  const std::vector<Target>& allowed = request.product.targets;
  if (std::find(allowed.begin(), allowed.end(), target) == allowed.end()) {
    return verification_error("lock", name + " is not a target of the product");
  }
  const LockedEnvironment* environment = request.lock.environment(target.environment);
  if (environment == nullptr || environment->architecture != target.architecture) {
    return verification_error("lock", "has no " + target.architecture + " environment for " + name);
  }
  if (target.architecture != architecture) {
    return failed(name, "cannot be built here: this machine is " + architecture);
  }
  return ok_status();
}

}  // namespace

Result<BuildRequest> read_build_request(const Json& untrusted_body,
                                        const std::string& architecture) {
  HALLMARK_TRY(const RequestTexts texts, read_texts(untrusted_body));
  BuildRequest request;
  HALLMARK_TRY(request.lock, parse_lock(texts.lock, "lock"));
  HALLMARK_TRY(request.product, parse_product(texts.product, "product"));
  request.lock_sha256 = sha256(texts.lock);
  if (request.lock.product_sha256 != sha256(texts.product) ||
      request.lock.product != request.product.name) {
    return verification_error("product " + request.product.name,
                              "is not the file that the lock was made from",
                              "pin the version again, and have the new lock approved");
  }
  request.jobs = static_cast<std::size_t>(texts.jobs);
  request.targets = texts.only.empty() ? request.lock.targets : texts.only;
  for (const Target& target : request.targets) {
    if (!request.lock.has_target(target)) {
      return usage_error(target.directory_name(), "is not a target of the lock");
    }
    if (std::count(request.targets.begin(), request.targets.end(), target) != 1) {
      return usage_error(target.directory_name(), "is asked for twice");
    }
    HALLMARK_CHECK(check_target(request, target, architecture));
  }
  return request;
}

}  // namespace hallmark
