// GPGME with owners for its handles and one place that turns its errors into ours.
#pragma once

#include <gpgme.h>

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/result.hpp"

namespace hallmark {

struct GpgmeRelease {
  void operator()(gpgme_ctx_t context) const { gpgme_release(context); }
  void operator()(gpgme_data_t data) const { gpgme_data_release(data); }
  void operator()(gpgme_key_t key) const { gpgme_key_unref(key); }
};
template <typename Handle>
using GpgmePtr = std::unique_ptr<std::remove_pointer_t<Handle>, GpgmeRelease>;
using GpgmeContext = GpgmePtr<gpgme_ctx_t>;
using GpgmeData = GpgmePtr<gpgme_data_t>;
using GpgmeKey = GpgmePtr<gpgme_key_t>;

Error gpgme_failure(const std::string& subject, const std::string& what, gpgme_error_t code);

// A context of `protocol` that uses `program` (for ASSUAN: a socket) and, unless empty, `home`.
Result<GpgmeContext> gpgme_context(gpgme_protocol_t protocol, const std::string& program,
                                   const std::string& home);

// Reads from `text`, which must outlive it.
Result<GpgmeData> gpgme_input(std::string_view text);
Result<GpgmeData> gpgme_output();
// All that was written to it; more than `limit` bytes is an error.
Result<std::string> gpgme_text(const GpgmeData& data, std::size_t limit);

}  // namespace hallmark
