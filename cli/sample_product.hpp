// The product file that a new terminal starts with: small, real, and full of comments.
#pragma once

#include <string>

namespace hallmark {

std::string sample_product(const std::string& suite, const std::string& component,
                           const std::string& architecture);

}  // namespace hallmark
