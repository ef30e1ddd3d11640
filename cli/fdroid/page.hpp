// apk/index.html: how to add the F-Droid repository, for people.
#pragma once

#include <string>

#include "core/model/policy.hpp"
#include "core/result.hpp"

namespace hallmark {

// "https://apps.example.org/apk?fingerprint=HEX", which clients open and fdroidserver verifies by.
std::string fdroid_link(const FdroidPolicy& repository, const Sha256Digest& certificate);

// `qr_svg`: the link as a picture.
std::string fdroid_page(const FdroidPolicy& repository, const Sha256Digest& certificate,
                        const std::string& qr_svg);

}  // namespace hallmark
