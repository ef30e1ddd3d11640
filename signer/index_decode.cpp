// index_check.hpp: compressed forms. Decoded here as strictly as any client might, by the libraries
// that apt itself uses: of an xz file apt reads the first stream alone, so there may be one only;
// of a gzip file it reads every member, so each must be whole, and nothing else may stand in the
// file.
#include <lzma.h>
#include <zlib.h>

#include <array>
#include <cstdlib>
#include <limits>

#include "signer/index_cursor.hpp"
#include "verify/xz_frame.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 16U;
constexpr uint64_t kXzMemory = uint64_t{128} << 20U;  // what xz -9 needs, and some more

using Buffer = std::array<uint8_t, kBlock>;
using Input = std::span<const uint8_t>;

Error undecodable(const std::string& name) {
  return verification_error(name, "is not exactly one whole compressed index");
}

Error differs(const std::string& name) {
  return verification_error(name, "does not decompress to the plain index");
}

class GzipDecoder {
 public:
  GzipDecoder() = default;
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;
  ~GzipDecoder() { inflateEnd(&stream_); }

  Status run(Input form, const std::string& name, IndexCursor& cursor) {
    constexpr int kGzipOnly = 15 + 16;  // the largest window; a gzip header, whose CRC is checked
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) return undecodable(name);
    do {
      HALLMARK_TRY(const std::size_t size, take_member(form, name, cursor));
      if (!cursor.end_part()) return undecodable(name);
      form = form.subspan(size);
    } while (!form.empty());
    return ok_status();
  }

 private:
  // Gives the member's size.
  Result<std::size_t> take_member(Input form, const std::string& name, IndexCursor& cursor) {
    if (const KnownForm* known = cursor.skip_known(form)) return known->size;
    HALLMARK_TRY(const std::size_t size, decode_member(form, name, cursor));
    cursor.learn(form.first(size), 0);
    return size;
  }

  Result<std::size_t> decode_member(Input form, const std::string& name, IndexCursor& cursor) {
    if (inflateReset(&stream_) != Z_OK) return undecodable(name);
    const auto most = std::min<std::size_t>(form.size(), std::numeric_limits<uInt>::max());
    stream_.next_in = const_cast<Bytef*>(form.data());  // not written to
    stream_.avail_in = static_cast<uInt>(most);
    for (int code = Z_OK; code != Z_STREAM_END;) {
      stream_.next_out = out_.data();
      stream_.avail_out = static_cast<uInt>(out_.size());
      code = inflate(&stream_, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END) return undecodable(name);
      if (!cursor.compare(Input(out_).first(out_.size() - stream_.avail_out))) return differs(name);
    }
    return most - stream_.avail_in;
  }

  z_stream stream_{};
  Buffer out_{};
};

// The filters that a block's header names.
class BlockHeader {
 public:
  BlockHeader() = default;
  BlockHeader(const BlockHeader&) = delete;
  BlockHeader& operator=(const BlockHeader&) = delete;
  ~BlockHeader() {
    for (const lzma_filter& filter : filters_) {
      if (filter.id == LZMA_VLI_UNKNOWN) break;
      std::free(filter.options);  // liblzma's own allocator is malloc
    }
  }

  bool read(Input form) {
    block.check = LZMA_CHECK_CRC64;
    block.filters = filters_.data();
    block.header_size = lzma_block_header_size_decode(form[0]);
    return block.header_size <= form.size() &&
           lzma_block_header_decode(&block, nullptr, form.data()) == LZMA_OK &&
           lzma_raw_decoder_memusage(filters_.data()) <= kXzMemory;
  }

  // What xz(1) and everybody else writes. liblzma decodes more (executables' filters, delta); other
  // readers of an index may not, and would see another one, or none.
  bool is_lzma2_alone() const {
    return filters_[0].id == LZMA_FILTER_LZMA2 && filters_[1].id == LZMA_VLI_UNKNOWN;
  }

  lzma_block block{};

 private:
  std::array<lzma_filter, LZMA_FILTERS_MAX + 1> filters_ = {{{LZMA_VLI_UNKNOWN, nullptr}}};
};

class XzDecoder {
 public:
  XzDecoder() = default;
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;
  ~XzDecoder() { lzma_end(&stream_); }

  Status run(Input form, const std::string& name, IndexCursor& cursor) {
    HALLMARK_TRY(const std::string header, xz_stream_header());
    if (!as_text(form).starts_with(header)) return undecodable(name);
    form = form.subspan(header.size());
    while (!form.empty() && form[0] != kIndexBegins) {
      HALLMARK_TRY(const std::size_t size, take_block(form, name, cursor));
      if (!cursor.end_part()) return undecodable(name);
      form = form.subspan(size);
    }
    // The stream's index and end follow from its blocks; nothing may stand behind them.
    HALLMARK_TRY(const std::string end, xz_stream_end(blocks_));
    return as_text(form) == end ? ok_status() : Status(undecodable(name));
  }

 private:
  static constexpr uint8_t kIndexBegins = 0;  // no block begins so

  // Gives the block's size, padding included.
  Result<std::size_t> take_block(Input form, const std::string& name, IndexCursor& cursor) {
    if (const KnownForm* known = cursor.skip_known(form)) {
      blocks_.push_back({known->unpadded_size, cursor.part_size()});
      return known->size;
    }
    BlockHeader header;
    if (!header.read(form)) return undecodable(name);
    if (!header.is_lzma2_alone()) {
      return verification_error(name, "has a block with other filters than LZMA2 alone");
    }
    HALLMARK_TRY(const std::size_t size, decode_block(form, header, name, cursor));
    const uint64_t unpadded = lzma_block_unpadded_size(&header.block);
    blocks_.push_back({unpadded, cursor.part_size()});
    cursor.learn(form.first(size), unpadded);
    return size;
  }

  Result<std::size_t> decode_block(Input form, BlockHeader& header, const std::string& name,
                                   IndexCursor& cursor) {
    if (lzma_block_decoder(&stream_, &header.block) != LZMA_OK) return undecodable(name);
    const Input body = form.subspan(header.block.header_size);
    stream_.next_in = body.data();
    stream_.avail_in = body.size();
    for (lzma_ret code = LZMA_OK; code != LZMA_STREAM_END;) {
      stream_.next_out = out_.data();
      stream_.avail_out = out_.size();
      code = lzma_code(&stream_, LZMA_RUN);
      if (code != LZMA_OK && code != LZMA_STREAM_END) return undecodable(name);
      if (!cursor.compare(Input(out_).first(out_.size() - stream_.avail_out))) return differs(name);
    }
    return form.size() - stream_.avail_in;
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  std::vector<XzBlockSizes> blocks_;
  Buffer out_{};
};

}  // namespace

Result<std::vector<KnownForm>> check_compressed_form(std::span<const uint8_t> untrusted_form,
                                                     const CheckedIndex& index,
                                                     std::span<const KnownForm> known,
                                                     const std::string& name) {
  IndexCursor cursor(index, known);
  if (name.ends_with(".gz")) {
    HALLMARK_CHECK(GzipDecoder().run(untrusted_form, name, cursor));
  } else {
    HALLMARK_CHECK(XzDecoder().run(untrusted_form, name, cursor));
  }
  if (!cursor.at_end()) return differs(name);
  return cursor.take_met();
}

}  // namespace hallmark
