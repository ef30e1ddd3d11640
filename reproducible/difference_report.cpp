#include "reproducible/difference_report.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/html.hpp"
#include "core/utf8.hpp"
#include "reproducible/build_workspace.hpp"
#include "reproducible/sandbox.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDiffoscope = "/usr/bin/diffoscope";
constexpr const char* kDiffering = "/differing";
// Of its report, of which a person reads the beginning.
constexpr const char* kMaxDetails = "--max-text-report-size=2097152";
constexpr std::chrono::minutes kDetailsTime{10};
constexpr int kFoundDifferences = 1;
constexpr uint64_t kMaxArtefact = uint64_t{16} << 30U;  // as build_collect.hpp has it

const CollectedFile* find(const std::vector<CollectedFile>& files, const std::string& name) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&name](const CollectedFile& file) { return file.name == name; });
  return found == files.end() ? nullptr : &*found;
}

Status keep_file(const CollectedFile& file, const std::string& folder) {
  HALLMARK_CHECK(make_dirs(folder, 0755));
  const std::string path = folder + "/" + file.name;
  HALLMARK_TRY(const UniqueFd to,
               open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644));
  if (::lseek(file.file.get(), 0, SEEK_SET) != 0) return errno_error(path, "cannot be read again");
  HALLMARK_TRY(const uint64_t size, copy_fd(file.file.get(), to.get(), kMaxArtefact));
  return size == file.digest.size ? ok_status() : failed(path, "was not copied whole");
}

// bin, lib and so on, as links into the /usr that the sandbox binds.
Status link_programs(const std::string& environment) {
  HALLMARK_CHECK(make_dirs(environment, 0755));
  for (const char* name : {"bin", "sbin", "lib", "lib64"}) {
    std::error_code error;
    fs::create_directory_symlink(std::string("usr/") + name, environment + "/" + name, error);
    if (error) return failed(environment, "cannot make a link in it: " + error.message());
  }
  return ok_status();
}

Result<std::string> run_diffoscope(const ReportPlace& place, const std::string& name) {
  Sandbox sandbox;
  sandbox.environment = place.workspace + "/root";
  HALLMARK_CHECK(link_programs(sandbox.environment));
  sandbox.binds = {{"/usr", "/usr"}, {place.logs + kDiffering, kDiffering}};
  sandbox.hostname = "compare";
  HALLMARK_TRY(sandbox.cpus, available_cpus());
  sandbox.variables = {"HOME=/tmp", "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"};
  const std::string in = std::string(kDiffering) + "/";
  sandbox.command = {kDiffoscope, "--no-progress",  kMaxDetails,     "--text",
                     "-",         in + "1/" + name, in + "2/" + name};
  sandbox.timeout = kDetailsTime;
  sandbox.log = place.workspace + "/diffoscope.log";
  HALLMARK_TRY(Outcome outcome, run_in_sandbox(sandbox));
  HALLMARK_CHECK(remove_tree(place.workspace));
  if (outcome.exit_code != kFoundDifferences) {
    const std::string& text = outcome.err.empty() ? outcome.out : outcome.err;
    return failed("diffoscope", "ended with status " + std::to_string(outcome.exit_code) + ": " +
                                    last_lines(text, 1));
  }
  return std::move(outcome.out);
}

// What diffoscope says, or why it does not.
std::string details(const ReportPlace& place, const std::string& name) {
  if (::access(kDiffoscope, X_OK) != 0) {
    return "diffoscope (package diffoscope-minimal) is not installed here, which would say more.\n";
  }
  const Result<std::string> untrusted_text = run_diffoscope(place, name);
  if (!untrusted_text.ok()) {
    return untrusted_text.error().subject + " " + untrusted_text.error().cause + "\n";
  }
  return printable(*untrusted_text);
}

// A line of diffoscope's is within as many frames as archives are around it.
std::string_view without_frames(std::string_view line) {
  constexpr std::string_view kFrame = "│";
  for (;;) {
    if (line.starts_with(kFrame)) {
      line.remove_prefix(kFrame.size());
    } else if (line.starts_with(' ')) {
      line.remove_prefix(1);
    } else {
      return line;
    }
  }
}

std::string marked_line(std::string_view line) {
  const std::string_view bare = without_frames(line);
  const std::string text = html_escaped(line);
  if (bare.starts_with('-')) return "<del>" + text + "</del>";
  if (bare.starts_with('+')) return "<ins>" + text + "</ins>";
  return text;
}

}  // namespace

Status forget_difference_report(const std::string& logs) {
  for (const char* name : {"/difference.txt", "/difference.html", kDiffering}) {
    std::error_code error;
    fs::remove_all(logs + name, error);
    if (error) return failed(logs + name, "cannot be removed: " + error.message());
  }
  return ok_status();
}

Status write_difference_report(const ReportPlace& place, const Difference& difference,
                               const std::string& varied, const std::vector<CollectedFile>& first,
                               const std::vector<CollectedFile>& second) {
  const std::string& name = difference.artefact;
  const std::string kept = place.logs + kDiffering;
  const CollectedFile* one = find(first, name);
  const CollectedFile* other = find(second, name);
  if (one != nullptr) HALLMARK_CHECK(keep_file(*one, kept + "/1"));
  if (other != nullptr) HALLMARK_CHECK(keep_file(*other, kept + "/2"));
  const std::string title = "Two builds of " + place.title + " differ";
  std::string text = "First in:  " + name + "\nWhat:      " + printable(difference.what) +
                     "\nVaried:    " + varied + "\nKept:      differing/1 and differing/2\n";
  if (one != nullptr && other != nullptr) text += "\n" + details(place, name);
  HALLMARK_TRY(const UniqueFd logs, open_dir(place.logs));
  HALLMARK_CHECK(write_file_atomic(logs.get(), "difference.txt", title + "\n\n" + text, 0644));
  return write_file_atomic(logs.get(), "difference.html", difference_page(title, text), 0644);
}

std::string difference_page(const std::string& title, const std::string& text) {
  const std::string heading = html_escaped(title);
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>" +
                    heading +
                    "</title>\n<style>ins { background: #dfd } del { background: #fdd } "
                    "ins, del { text-decoration: none }</style>\n<h1>" +
                    heading + "</h1>\n<pre>\n";
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    out += marked_line(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out + "</pre>\n</html>\n";
}

}  // namespace hallmark
