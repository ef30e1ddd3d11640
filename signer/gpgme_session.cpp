#include "signer/gpgme_session.hpp"

#include <array>
#include <cstdio>

namespace hallmark {
Error gpgme_failure(const std::string& subject, const std::string& what, gpgme_error_t code) {
  std::array<char, 256> text{};
  gpgme_strerror_r(code, text.data(), text.size());
  return failed(subject, what + ": " + text.data());
}

Result<GpgmeContext> gpgme_context(gpgme_protocol_t protocol, const std::string& program,
                                   const std::string& home) {
  // Initialises the library, once however often it is called.
  if (gpgme_check_version("1.18.0") == nullptr) return failed("GPGME", "is older than 1.18.0");
  gpgme_ctx_t raw = nullptr;
  gpgme_error_t code = gpgme_new(&raw);
  if (code != 0) return gpgme_failure("GPGME", "cannot start", code);
  GpgmeContext context(raw);
  code = gpgme_set_protocol(raw, protocol);
  if (code == 0) {
    code = gpgme_ctx_set_engine_info(raw, protocol, program.c_str(),
                                     home.empty() ? nullptr : home.c_str());
  }
  if (code != 0) return gpgme_failure("GPGME", "cannot use " + program, code);
  gpgme_set_offline(raw, 1);
  return context;
}

Result<GpgmeData> gpgme_input(std::string_view text) {
  gpgme_data_t raw = nullptr;
  const gpgme_error_t code = gpgme_data_new_from_mem(&raw, text.data(), text.size(), 0);
  if (code != 0) return gpgme_failure("GPGME", "cannot hold text", code);
  return GpgmeData(raw);
}

Result<GpgmeData> gpgme_output() {
  gpgme_data_t raw = nullptr;
  const gpgme_error_t code = gpgme_data_new(&raw);
  if (code != 0) return gpgme_failure("GPGME", "cannot hold text", code);
  return GpgmeData(raw);
}

Result<std::string> gpgme_text(const GpgmeData& data, std::size_t limit) {
  if (gpgme_data_seek(data.get(), 0, SEEK_SET) != 0) return errno_error("GPGME", "cannot rewind");
  std::string out;
  std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t n = gpgme_data_read(data.get(), buffer.data(), buffer.size());
    if (n < 0) return errno_error("GPGME", "cannot read");
    if (n == 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(n));
    if (out.size() > limit)
      return failed("GPGME", "gave more than " + std::to_string(limit) + " bytes");
  }
}

}  // namespace hallmark
