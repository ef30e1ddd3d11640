// What people write about an app, in the releases repository:
//
//   products/NAME/metadata/app.json                          licence, categories, addresses, …
//   products/NAME/metadata/LOCALE/title.txt                  and short_description.txt,
//                                                            full_description.txt
//   products/NAME/metadata/LOCALE/changelogs/CODE.txt        what is new in this version code
//   products/NAME/metadata/LOCALE/images/icon.png
//
// The names are those of fastlane, and of what fdroidserver reads; docs/fdroid.md says more. No
// file of them need be there.
#pragma once

#include <string>
#include <vector>

#include "core/fd.hpp"
#include "core/json.hpp"
#include "core/result.hpp"

namespace hallmark {

struct AppTexts {
  Json texts;  // verify/fdroid/texts.hpp, without icons
  std::vector<std::string> icon_locales;
  std::vector<UniqueFd> icons;  // in that order
};

// Of PRODUCTS/PRODUCT/metadata. Errors name the file; a link among them is one. Not judged: whoever
// gets the texts does.
Result<AppTexts> read_app_texts(const std::string& products, const std::string& product);

}  // namespace hallmark
