#include "reproducible/fetch_apt.hpp"

#include <unistd.h>

#include <algorithm>

#include "core/fd.hpp"
#include "process/run.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kOutputLimit = uint64_t{16} << 20U;  // bytes
constexpr std::chrono::seconds kTimeout{600};

// Every folder and file that apt would look for below /etc/apt is one of ours, most of them empty.
std::string configuration(const std::string& folder, const std::string& architecture) {
  return "Dir \"" + folder + "/\";\n" + "Dir::State \"" + folder +
         "/state\";\n"
         "Dir::State::status \"" +
         folder +
         "/status\";\n"
         "Dir::Cache \"" +
         folder +
         "/cache\";\n"
         "Dir::Etc \"" +
         folder +
         "/etc\";\n"
         "Dir::Etc::sourcelist \"" +
         folder +
         "/etc/archives.sources\";\n"
         "Dir::Etc::sourceparts \"" +
         folder +
         "/etc/none\";\n"
         "Dir::Etc::main \"" +
         folder +
         "/etc/empty\";\n"
         "Dir::Etc::parts \"" +
         folder +
         "/etc/none\";\n"
         "Dir::Etc::preferences \"" +
         folder +
         "/etc/empty\";\n"
         "Dir::Etc::preferencesparts \"" +
         folder +
         "/etc/none\";\n"
         "Dir::Etc::trusted \"" +
         folder +
         "/etc/empty\";\n"
         "Dir::Etc::trustedparts \"" +
         folder +
         "/etc/none\";\n"
         "APT::Architecture \"" +
         architecture +
         "\";\n"
         "APT::Architectures { \"" +
         architecture +
         "\"; };\n"
         "APT::Install-Recommends \"false\";\n"
         "APT::Sandbox::User \"\";\n"
         "#clear APT::Build-Essential;\n"
         "APT::Build-Essential { };\n"
         "Acquire::Languages \"none\";\n"
         "Acquire::ForceHash \"SHA256\";\n"
         "Acquire::By-Hash \"no\";\n"
         "Acquire::Check-Valid-Until \"true\";\n"
         "Acquire::Check-Date \"true\";\n";
}

// The quarantined file under the name that a repository has it, without a copy.
Status link_into(const std::string& folder, const std::string& path, const Quarantine& quarantine,
                 const PinnedFile& file) {
  HALLMARK_TRY(const UniqueFd checked, quarantine.open(file));
  const std::string target = folder + "/" + path;
  HALLMARK_CHECK(make_dirs(target.substr(0, target.rfind('/')), 0755));
  if (::link(quarantine.path_of(file.sha256).c_str(), target.c_str()) != 0) {
    return errno_error(target, "cannot link");
  }
  return ok_status();
}

std::string joined(const std::vector<std::string>& words, const char* separator) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : separator) + word;
  return out;
}

}  // namespace

Result<PrivateApt> PrivateApt::create(const std::string& folder, const std::string& architecture) {
  for (const char* part : {"/etc/none", "/state/lists/partial", "/cache/archives/partial"}) {
    HALLMARK_CHECK(make_dirs(folder + part, 0755));
  }
  HALLMARK_TRY(const UniqueFd directory, open_dir(folder));
  HALLMARK_TRY(const UniqueFd etc, open_dir(folder + "/etc"));
  HALLMARK_CHECK(write_file_atomic(directory.get(), "status", "", 0644));
  HALLMARK_CHECK(write_file_atomic(etc.get(), "empty", "", 0644));
  HALLMARK_CHECK(
      write_file_atomic(directory.get(), "apt.conf", configuration(folder, architecture), 0644));
  return PrivateApt(folder, architecture);
}

Status PrivateApt::add_archive(const LockedArchive& archive, const AptSource& source,
                               const Quarantine& quarantine) {
  const std::string copy = folder_ + "/archives/" + std::to_string(archives_++);
  const std::string dists = copy + "/dists/" + archive.suite;
  HALLMARK_CHECK(link_into(dists, "InRelease", quarantine, inrelease_file(archive)));
  bool has_sources = false;
  for (const LockedIndex& index : archive.indices) {
    HALLMARK_CHECK(link_into(dists, index.path, quarantine, index_file(archive, index)));
    has_sources = has_sources || is_source_index(index);
  }
  sources_ += std::string("Types: deb") + (has_sources ? " deb-src" : "") + "\nURIs: file:" + copy +
              "\nSuites: " + archive.suite + "\nComponents: " + joined(source.components, " ") +
              "\nSigned-By: " + joined(source.keyrings, ",") + "\n\n";
  return ok_status();
}

Result<std::string> PrivateApt::run_apt(const std::vector<std::string>& arguments) const {
  Command command;
  command.program = "/usr/bin/apt-get";
  command.arguments = {"--quiet", "--yes"};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.environment = {"APT_CONFIG=" + folder_ + "/apt.conf", "HOME=/nonexistent"};
  command.working_directory = folder_;
  command.output_limit = kOutputLimit;
  command.timeout = kTimeout;
  return run_checked(command, "build environment");
}

Result<std::vector<Sha256Digest>> PrivateApt::solve(const std::string& build_fields) const {
  HALLMARK_TRY(const UniqueFd directory, open_dir(folder_));
  HALLMARK_TRY(const UniqueFd etc, open_dir(folder_ + "/etc"));
  HALLMARK_CHECK(write_file_atomic(etc.get(), "archives.sources", sources_, 0644));
  HALLMARK_CHECK(
      write_file_atomic(directory.get(), "environment.dsc",
                        "Format: 1.0\nSource: hallmark-environment\nBinary: hallmark-environment\n"
                        "Architecture: any\nVersion: 1\n" +
                            build_fields,
                        0644));
  HALLMARK_TRY(const std::string updated, run_apt({"update", "--error-on=any"}));
  HALLMARK_TRY(const std::string said,
               run_apt({"build-dep", "--print-uris", folder_ + "/environment.dsc"}));
  return parse_print_uris(said);
}

Result<std::vector<Sha256Digest>> parse_print_uris(std::string_view untrusted_output) {
  std::vector<Sha256Digest> digests;
  while (!untrusted_output.empty()) {
    const std::size_t end = std::min(untrusted_output.find('\n'), untrusted_output.size());
    const std::string_view line = untrusted_output.substr(0, end);
    untrusted_output.remove_prefix(std::min(end + 1, untrusted_output.size()));
    if (!line.starts_with('\'')) continue;
    constexpr std::string_view kMark = " SHA256:";
    const std::size_t mark = line.rfind(kMark);
    if (mark == std::string_view::npos) {
      return verification_error("build environment", "apt names a file without its SHA-256");
    }
    HALLMARK_TRY(const Sha256Digest digest,
                 Sha256Digest::from_hex(line.substr(mark + kMark.size())));
    digests.push_back(digest);
  }
  return digests;
}

}  // namespace hallmark
