#include "signer/called_back.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "core/debian_version.hpp"
#include "core/safe_path.hpp"
#include "signer/state.hpp"

namespace hallmark {
namespace {

std::string text_in(const Json& line, const char* key) {
  const auto found = line.find(key);
  return found != line.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string deb_file_name(const DerivedStanza& package) {
  return package.package + "_" + std::string(without_epoch(package.version)) + "_" +
         package.package_architecture + ".deb";
}

bool read_package(const Json& line, CalledBackFile& file) {
  file.package = {text_in(line, "package"), text_in(line, "package_version"),
                  text_in(line, "architecture"), file.sha256, ""};
  const DerivedStanza& told = file.package;
  return is_debian_package_name(told.package) && is_debian_version(told.version) &&
         is_debian_architecture(told.package_architecture) && file.name == deb_file_name(told) &&
         epoch_of(told.version) == epoch_of(text_in(line, "version"));
}

bool read_application(const Json& line, CalledBackFile& file) {
  const auto code = line.find("version_code");
  if (code == line.end() || !code->is_number_unsigned() ||
      code->get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return false;
  }
  file.version_code = code->get<int64_t>();
  file.lane = {text_in(line, "application"), text_in(line, "flavour"), text_in(line, "abis")};
  return is_plain_name(file.lane.application) && !file.lane.abis.empty();
}

// nullopt: it does not tell enough.
Result<std::optional<CalledBackFile>> read_line(const SiblingLine& line) {
  HALLMARK_TRY(const Json json, parse_json(line.text, "line of a log"));
  CalledBackFile file;
  file.name = text_in(json, "name");
  HALLMARK_TRY(file.sha256, Sha256Digest::from_hex(line.sha256));
  bool is_told = true;
  if (json.contains("application")) {
    is_told = read_application(json, file);
  } else if (json.contains("package") || file.name.ends_with(".deb")) {
    is_told = read_package(json, file);
  }
  return is_told ? std::optional<CalledBackFile>(std::move(file)) : std::nullopt;
}

bool is_source_file(const CalledBackFile& file) { return !file.is_package() && !file.is_app(); }

// Newer versions have taken its place there, by the policy in force. An index may list newer ones
// for another architecture too: these are not counted.
Result<bool> is_outdated(const State& state, const DerivedStanza& package,
                         const State::TimeInSuite& since) {
  HALLMARK_TRY(const InstalledPolicy in_force, state.policy_in_force());
  const SuitePolicy* suite = in_force.policy.suite(since.suite);
  if (suite == nullptr || suite->keep_versions == 0) return false;
  HALLMARK_TRY(const uint64_t newer, state.told_newer_versions(package, since));
  return newer >= suite->keep_versions;
}

// nullopt: it is not gone, or its line does not tell enough.
Result<std::optional<CalledBackFile>> look_at(const State& state, const SiblingLine& line) {
  HALLMARK_TRY(std::optional<CalledBackFile> file, read_line(line));
  if (!file || is_source_file(*file)) return file;
  HALLMARK_TRY(const std::vector<State::TimeInSuite> left,
               state.not_called_back(line.terminal, file->sha256));
  for (const State::TimeInSuite& since : left) {
    if (!file->is_package()) return std::optional<CalledBackFile>();
    HALLMARK_TRY(const bool outdated, is_outdated(state, file->package, since));
    if (!outdated) return std::optional<CalledBackFile>();
  }
  return file;
}

// An import names no source files, and each of its lines is for itself.
bool is_import(const SiblingLine& line) { return line.number.has_value(); }

}  // namespace

Result<CalledBackFiles> called_back_files(const State& state,
                                          const std::vector<SiblingLine>& lines) {
  CalledBackFiles out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].kind != "acceptance") return CalledBackFiles();
    HALLMARK_TRY(std::optional<CalledBackFile> file, look_at(state, lines[i]));
    if (file && is_import(lines[i]) && is_source_file(*file)) file.reset();
    if (file) out.emplace(i, std::move(*file));
    if (!file && !is_import(lines[i])) return CalledBackFiles();
  }
  const bool only_sources = std::all_of(
      out.begin(), out.end(), [](const auto& entry) { return is_source_file(entry.second); });
  return only_sources ? CalledBackFiles() : out;
}

}  // namespace hallmark
