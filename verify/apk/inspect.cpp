#include "verify/apk/inspect.hpp"

#include <algorithm>

#include "core/bytes.hpp"
#include "verify/apk/bundle.hpp"
#include "verify/apk/claimed_signers.hpp"
#include "verify/apk/jar_signature.hpp"
#include "verify/apk/native_code.hpp"
#include "verify/apk/signing_block.hpp"
#include "verify/apk/zip_parts.hpp"

namespace hallmark {
namespace {

constexpr uint32_t kMaxAlignment = 65536;
constexpr std::size_t kMaxVersionName = 256;
constexpr const char* kStampFile = "stamp-cert-sha256";

void note(ApkInspection& out, const Error& error) {
  out.problems.push_back({error.subject, error.cause});
}

void add_alignment(std::optional<uint32_t>& alignment, uint64_t offset) {
  uint32_t multiple = alignment.value_or(kMaxAlignment);
  while (offset % multiple != 0) multiple /= 2;
  alignment = multiple;
}

ZipFacts zip_facts(const FileBytes& file, const ZipArchive& archive) {
  ZipFacts facts;
  facts.size = file.size();
  facts.entries = archive.entries.size();
  for (const ZipEntry& entry : archive.entries) {
    if (entry.method != 0) {
      ++facts.deflated;
      continue;
    }
    ++facts.stored;
    if (entry.size == 0) continue;  // nothing to align
    add_alignment(facts.stored_alignment, entry.data_offset);
    if (entry.name.ends_with(".so")) add_alignment(facts.native_alignment, entry.data_offset);
  }
  return facts;
}

Status read_application(const FileBytes& file, const ZipArchive& archive, ApkInspection& out) {
  out.bundle = looks_like_bundle(archive);
  if (!out.bundle) {
    out.abis = native_abis(archive);
    HALLMARK_TRY(out.manifest, read_apk_manifest(file, archive));
    return ok_status();
  }
  HALLMARK_TRY(AppBundle bundle, read_app_bundle(file, archive));
  out.manifest = std::move(bundle.manifest);
  for (const std::string& module : bundle.modules) out.modules.push_back(printable_name(module));
  out.abis = std::move(bundle.abis);
  return ok_status();
}

Status read_block(const FileBytes& file, const ZipArchive& archive, ApkInspection& out) {
  HALLMARK_TRY(const SigningBlock block, read_signing_block(file, archive.directory_offset));
  if (!block.exists()) return ok_status();
  SigningBlockFacts facts;
  facts.offset = block.offset;
  facts.size = block.bytes.size();
  for (const SigningBlockPair& pair : block.pairs) {
    const std::string name = signing_block_pair_name(pair.id);
    facts.pairs.push_back({pair.id, name.substr(0, name.find(" (")), pair.size});
  }
  out.block = std::move(facts);
  add_claimed_signers(block, out);
  return check_zip_padding(file, archive, block.offset);
}

Status read_stamp(const FileBytes& file, const ZipArchive& archive, ApkInspection& out) {
  const ZipEntry* entry = archive.find(kStampFile);
  if (entry == nullptr) return ok_status();
  HALLMARK_TRY(const std::vector<uint8_t> digest,
               read_zip_entry(file, *entry, Sha256Digest::kSize));
  out.source_stamp = hex_encode(digest);
  return ok_status();
}

}  // namespace

Result<ApkInspection> inspect_apk(int untrusted_fd, const std::string& file_name) {
  HALLMARK_TRY(const FileBytes file, FileBytes::open(untrusted_fd));
  HALLMARK_TRY(const ZipArchive archive, read_zip(file));
  ApkInspection out;
  out.file = file_name;
  out.zip = zip_facts(file, archive);
  out.has_v1 = has_v1_signature(archive);
  for (const auto part : {read_application, add_claimed_jar_signers, read_block, read_stamp}) {
    const Status read = part(file, archive, out);
    if (!read.ok() && read.error().kind != ErrorKind::kVerification) return read.error();
    if (!read.ok()) note(out, read.error());
  }
  if (out.manifest && out.manifest->version_name.size() > kMaxVersionName) {
    out.manifest->version_name.resize(kMaxVersionName);
  }
  return out;
}

}  // namespace hallmark
