#include "reproducible/bundle_counters.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "core/fd.hpp"

namespace hallmark {
namespace {

constexpr const char* kFile = "bundles.json";

BundleNumber read_number(ObjectReader& reader) {
  return {read_exporter(reader, "exporter"), read_bundle_counter(reader, "counter")};
}

Json number_to_json(const ExporterId& exporter, uint64_t counter) {
  return Json{{"exporter", exporter.hex()}, {"counter", counter}};
}

Result<ExporterId> new_exporter() {
  std::array<uint8_t, ExporterId::kSize> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    return errno_error("random bytes", "cannot be had");
  }
  return ExporterId(random);
}

}  // namespace

Result<BundleCounters> BundleCounters::load(const std::string& folder) {
  BundleCounters out(folder);
  const std::string path = folder + "/" + kFile;
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return out;
  HALLMARK_TRY(const std::string text, read_file(path, JsonLimits{}.size));
  HALLMARK_CHECK(out.read(text, path));
  return out;
}

Status BundleCounters::read(const std::string& text, const std::string& path) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(text, path));
  {
    ObjectReader reader(document);
    reader.expect_format("hallmark-bundle-counters-v1");
    if (reader.has("own")) {
      reader.object("own", [this](ObjectReader& r) { own_ = read_number(r); });
    }
    reader.each("imported", [this](ObjectReader& r) {
      const BundleNumber number = read_number(r);
      if (!imported_.emplace(number.exporter, number.counter).second) {
        r.fail("exporter", "is named twice");
      }
    });
  }
  return document.status();
}

Status BundleCounters::save() const {
  Json imported = Json::array();
  for (const auto& [exporter, counter] : imported_) {
    imported.push_back(number_to_json(exporter, counter));
  }
  Json all{{"format", "hallmark-bundle-counters-v1"}, {"imported", imported}};
  if (own_) all["own"] = number_to_json(own_->exporter, own_->counter);
  HALLMARK_TRY(const std::string text, canonical_dump(all));
  HALLMARK_TRY(const UniqueFd directory, open_dir(folder_));
  return write_file_atomic(directory.get(), kFile, text, 0644);
}

Result<BundleNumber> BundleCounters::next() {
  if (!own_) {
    HALLMARK_TRY(const ExporterId exporter, new_exporter());
    own_ = BundleNumber{exporter, 0};
  }
  ++own_->counter;
  HALLMARK_CHECK(save());
  return *own_;
}

Status BundleCounters::check_new(const BundleNumber& number) const {
  const auto known = imported_.find(number.exporter);
  if (known == imported_.end() || known->second < number.counter) return ok_status();
  const std::string name =
      "bundle " + std::to_string(number.counter) + " of exporter " + number.exporter.hex();
  if (known->second == number.counter) {
    return verification_error(name, "was imported already, all of it",
                              "the medium is free; 'hallmark fetch' checks what came");
  }
  return verification_error(
      name, "is older than bundle " + std::to_string(known->second) + ", which was imported",
      "is it the right medium? If so, export it again");
}

Status BundleCounters::remember(const BundleNumber& number) {
  imported_[number.exporter] = number.counter;
  return save();
}

}  // namespace hallmark
