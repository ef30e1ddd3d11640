#include "reproducible/build_request.hpp"

#include "tests/unit/reproducible/build_fixtures.hpp"

namespace hallmark {
namespace {

constexpr const char* kProduct = R"({
  "format": "hallmark-product-v1", "name": "sample",
  "origin": {"kind": "dsc", "package": "sample"},
  "environments": [{"name": "bookworm", "suite": "bookworm"}],
  "targets": [{"suite": "stable", "component": "main", "architecture": "amd64",
               "environment": "bookworm"}],
  "recipe": {"kind": "deb", "packages": ["tool"]}
})";

Json request_for(Lock lock, const std::string& product = kProduct) {
  lock.product_sha256 = sha256(kProduct);
  return {{"type", "build"}, {"lock", *canonical_dump(to_json(lock))}, {"product", product}};
}

Error refused(const Json& body, const std::string& architecture = "amd64") {
  const auto request = read_build_request(body, architecture);
  REQUIRE_FALSE(request.ok());
  return request.error();
}

TEST_CASE("a build request is all of the lock's targets, or some") {
  Json body = request_for(build_test::sample_lock());
  const auto all = read_build_request(body, "amd64");
  REQUIRE(all.ok());
  CHECK(all->targets == std::vector<Target>{build_test::sample_target()});
  CHECK(all->lock_sha256 == sha256(body["lock"].get<std::string>()));
  CHECK(all->jobs == 0);
  body["only"] = Json::array({to_json(build_test::sample_target())});
  CHECK(read_build_request(body, "amd64").ok());
  body["only"].push_back(body["only"][0]);
  CHECK(refused(body).message() == "stable_main_amd64_bookworm: is asked for twice");
  body["only"].erase(1);
  body["only"][0]["suite"] = "other";
  CHECK(refused(body).kind == ErrorKind::kUsage);
  body["only"] = Json::array();
  CHECK(refused(body).message().find("must name a target") != std::string::npos);
}

TEST_CASE("how many targets at a time has its bounds") {
  Json body = request_for(build_test::sample_lock());
  for (const int64_t jobs : {int64_t{-1}, int64_t{65}, int64_t{1} << 40U}) {
    body["jobs"] = jobs;
    CHECK(refused(body).message().find("jobs") != std::string::npos);
  }
  body["jobs"] = 64U;
  const auto request = read_build_request(body, "amd64");
  REQUIRE(request.ok());
  CHECK(request->jobs == 64);
}

TEST_CASE("a product that is not the lock's is refused, by one byte") {
  const Error error = refused(request_for(build_test::sample_lock(), std::string(kProduct) + " "));
  CHECK(error.kind == ErrorKind::kVerification);
  CHECK(error.message() == "product sample: is not the file that the lock was made from");
}

TEST_CASE("a lock for another product of the same text is refused") {
  Lock lock = build_test::sample_lock();
  lock.product = "other";
  CHECK(refused(request_for(lock)).kind == ErrorKind::kVerification);
}

TEST_CASE("a target that the product does not have is refused") {
  Lock lock = build_test::sample_lock();
  lock.targets[0].suite = "testing";
  CHECK(refused(request_for(lock)).kind == ErrorKind::kVerification);
}

TEST_CASE("another machine's architecture is not built") {
  CHECK(refused(request_for(build_test::sample_lock()), "arm64").message() ==
        "stable_main_amd64_bookworm: cannot be built here: this machine is arm64");
}

TEST_CASE("unknown and missing keys of a request are errors") {
  Json body = request_for(build_test::sample_lock());
  body["fast"] = true;
  CHECK(refused(body).message().find("fast") != std::string::npos);
  body.erase("fast");
  body.erase("product");
  CHECK(refused(body).message().find("product") != std::string::npos);
}

}  // namespace
}  // namespace hallmark
