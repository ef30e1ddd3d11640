#include "cli/fdroid/page.hpp"

#include "core/html.hpp"

namespace hallmark {
namespace {

// In groups, as people compare it.
std::string in_pairs(const std::string& hex) {
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    out += (out.empty() ? "" : " ") + hex.substr(i, 2);
  }
  return out;
}

}  // namespace

std::string fdroid_link(const FdroidPolicy& repository, const Sha256Digest& certificate) {
  std::string hex = certificate.hex();
  for (char& c : hex) {
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  }
  return repository.address + "?fingerprint=" + hex;
}

std::string fdroid_page(const FdroidPolicy& repository, const Sha256Digest& certificate,
                        const std::string& qr_svg) {
  const std::string link = html_escaped(fdroid_link(repository, certificate));
  const std::string name = html_escaped(repository.name);
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>" +
      name + "</title>\n</head>\n<body>\n<h1>" + name + "</h1>\n<p>" +
      html_escaped(repository.description) +
      "</p>\n<p>An F-Droid repository. In an F-Droid client, add this address, or scan the "
      "code:</p>"
      "\n<p><a href=\"" +
      link + "\">" + link + "</a></p>\n" + qr_svg +
      "\n<p>Fingerprint (SHA-256 of the certificate that signs it):</p>\n<p><code>" +
      in_pairs(certificate.hex()) +
      "</code></p>\n<p>Compare it with one from somewhere else: whoever changes this page can "
      "change it here.</p>\n";
  if (!repository.mirrors.empty()) {
    page += "<p>Also at:</p>\n<ul>\n";
    for (const std::string& mirror : repository.mirrors) {
      page += "<li>" + html_escaped(mirror) + "</li>\n";
    }
    page += "</ul>\n";
  }
  return page + "</body>\n</html>\n";
}

}  // namespace hallmark
