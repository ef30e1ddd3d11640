#include "reproducible/build_times.hpp"

#include "core/fd.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMostText = 4096;  // bytes

std::string folder_of(const Layout& layout, const std::string& product) {
  return layout.build() / "times" / product;
}

std::string file_of(const Target& target) { return target.directory_name() + ".json"; }

}  // namespace

StepTimes read_build_times(const Layout& layout, const std::string& product, const Target& target) {
  StepTimes times;
  const std::string path = folder_of(layout, product) + "/" + file_of(target);
  const Result<std::string> text = read_file(path, kMostText);
  if (!text.ok()) return times;
  const Result<Json> json = parse_json(*text, path, {kMostText, 4});
  if (!json.ok() || !json->is_object()) return times;
  for (const auto& [step, time] : json->items()) {
    if (time.is_number_unsigned()) times[step] = time.get<uint64_t>();
  }
  return times;
}

void keep_build_times(const Layout& layout, const std::string& product, const Target& target,
                      const StepTimes& times) {
  const std::string folder = folder_of(layout, product);
  if (!make_dirs(folder, 0755).ok()) return;
  const Result<UniqueFd> opened = open_dir(folder);
  if (!opened.ok()) return;
  const std::string text = Json(times).dump() + "\n";
  static_cast<void>(write_file_atomic(opened->get(), file_of(target), text, 0644).ok());
}

}  // namespace hallmark
