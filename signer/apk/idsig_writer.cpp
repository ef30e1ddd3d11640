#include "signer/apk/idsig_writer.hpp"

#include <unistd.h>

#include <algorithm>

#include "verify/apk/idsig.hpp"
#include "verify/apk/merkle_tree.hpp"

namespace hallmark {
namespace {

// More than all that comes before the tree can be: the signing infos and their frame. How much it
// is turns out when the root is signed, so the tree is first written here, then moved down.
constexpr uint64_t kTreeBeforeMove = kMaxIdsigSigningInfos + 1024;

Status write_at(int fd, uint64_t offset, std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return errno_error("idsig", "cannot write");
    offset += static_cast<uint64_t>(n);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return ok_status();
}

Result<IdsigSigningInfo> sign_info(const ApkSigner& signer, const ContentDigests& digests,
                                   uint64_t apk_size, const Sha256Digest& root) {
  IdsigSigningInfo info;
  info.apk_digest = digests.at(signer.algorithm->content);
  info.certificate = signer.key.certificate;
  info.public_key = signer.certificate.spki;
  info.algorithm = signer.algorithm->id;
  HALLMARK_TRY(info.signature, signer.sign(v4_signed_data(apk_size, root, {}, info)));
  return info;
}

Result<IdsigHeader> sign_header(const FileBytes& apk, const SigningPlan& plan,
                                const ContentDigests& digests, const Sha256Digest& root) {
  IdsigHeader header;
  header.root = root;
  HALLMARK_TRY(header.signing_info, sign_info(plan.v4_signer(), digests, apk.size(), root));
  if (plan.has_v31()) {
    HALLMARK_TRY(header.v31_signing_info,
                 sign_info(plan.rotated->newest, digests, apk.size(), root));
  }
  return header;
}

// Towards the file's beginning: what is read was not overwritten yet.
Status move_down(int fd, uint64_t from, uint64_t to, uint64_t size) {
  HALLMARK_TRY(const FileBytes file, FileBytes::open(fd));
  std::vector<uint8_t> buffer(std::min<uint64_t>(size, uint64_t{1} << 20U));
  for (uint64_t done = 0; done < size;) {
    const auto part = std::span(buffer).first(std::min<uint64_t>(buffer.size(), size - done));
    HALLMARK_CHECK(file.read_into(from + done, part));
    HALLMARK_CHECK(write_at(fd, to + done, part));
    done += part.size();
  }
  return ok_status();
}

}  // namespace

Status write_idsig(const FileBytes& apk, const SigningPlan& plan, const ContentDigests& digests,
                   std::span<const uint8_t> known, int idsig_fd) {
  const MerkleSink sink{[&](uint64_t offset, std::span<const uint8_t> block) {
    return write_at(idsig_fd, kTreeBeforeMove + offset, block);
  }};
  HALLMARK_TRY(const Sha256Digest root,
               merkle_root({file_source(apk, 0, apk.size())}, {}, &sink, known));
  HALLMARK_TRY(const IdsigHeader header, sign_header(apk, plan, digests, root));
  const uint64_t tree_size = merkle_tree_size(apk.size());
  const std::vector<uint8_t> head = encode_idsig_header(header, tree_size);
  if (head.size() > kTreeBeforeMove) {
    return policy_error("idsig", "cannot hold certificates as large as these",
                        "v4 allows 7168 bytes for all signatures and certificates");
  }
  HALLMARK_CHECK(move_down(idsig_fd, kTreeBeforeMove, head.size(), tree_size));
  HALLMARK_CHECK(write_at(idsig_fd, 0, head));
  if (::ftruncate(idsig_fd, static_cast<off_t>(head.size() + tree_size)) != 0) {
    return errno_error("idsig", "cannot cut to size");
  }
  return ok_status();
}

}  // namespace hallmark
