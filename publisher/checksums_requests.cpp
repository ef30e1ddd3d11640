#include "publisher/checksums_requests.hpp"

#include "core/digest.hpp"
#include "publisher/repository/checksums.hpp"

namespace hallmark {

Result<Response> attach_release_checksums(const Context& context) {
  ReleaseChecksums checksums;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    checksums = {request.text("product"), request.text("version"), request.text("sums"),
                 request.text("openpgp"), request.text("sshsig")};
  }));
  HALLMARK_TRY(const Policy policy, read_policy(context.layout));
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_TRY(const bool changed, attach_checksums(locked.repository, policy, checksums));
  return Response{Json{{"changed", changed}}, {}};
}

Result<Response> attach_release_attestation(const Context& context) {
  ReleaseAttestation attestation;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    attestation = {request.text("product"), request.text("version"), "",
                   request.text("attestation")};
  }));
  HALLMARK_TRY(const Terminal terminal, read_terminal(context.layout));
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_TRY(const bool changed,
               attach_attestation(locked.repository, terminal.name, attestation));
  return Response{Json{{"changed", changed}}, {}};
}

Result<Response> remove_release_checksums(const Context& context) {
  std::string product;
  std::string version;
  HALLMARK_CHECK(read_request(context, [&](ObjectReader& request) {
    product = request.text("product");
    version = request.text("version");
  }));
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_CHECK(locked.repository.state.forget_release(product, version));
  return Response{Json::object(), {}};
}

Result<Response> list_release_checksums(const Context& context) {
  HALLMARK_CHECK(read_request(context, [](ObjectReader&) {}));
  HALLMARK_TRY(LockedRepository locked, open_repository(context));
  HALLMARK_TRY(const std::vector<ReleaseChecksums> all, locked.repository.state.checksums());
  Json out = Json::array();
  for (const ReleaseChecksums& one : all) {
    out.push_back(
        {{"product", one.product},
         {"version", one.version},
         {"files", {sha256(one.sums).hex(), sha256(one.openpgp).hex(), sha256(one.sshsig).hex()}}});
  }
  return Response{Json{{"checksums", std::move(out)}}, {}};
}

}  // namespace hallmark
