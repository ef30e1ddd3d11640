// hallmark review: what a release changes, for whoever is asked to approve it.
#include <filesystem>
#include <memory>

#include "cli/review/compare_files.hpp"
#include "cli/review/release_review.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

struct ReviewOptions {
  ReleaseName release;
  std::string since;
  std::vector<std::string> files;  // before, after
  bool markdown = false;
};

std::string rendered(const ReviewOptions& options, const std::vector<ReviewPart>& parts) {
  return options.markdown ? review_markdown(parts) : review_text(parts);
}

Json to_json(const std::vector<ReviewPart>& parts) {
  Json out = Json::array();
  for (const ReviewPart& part : parts) out.push_back(to_json(part));
  return out;
}

Status review_files(CommandLine& line, const ReviewOptions& options) {
  HALLMARK_TRY(const UniqueFd before, open_file(options.files[0]));
  HALLMARK_TRY(const UniqueFd after, open_file(options.files[1]));
  const std::string name = std::filesystem::path(options.files[1]).filename();
  HALLMARK_TRY(const ReviewPart part, compare_files(name, name, before.get(), after.get()));
  line.screen.answer(Json{{"parts", to_json(std::vector{part})}},
                     rendered(options, std::vector{part}));
  return ok_status();
}

std::string heading(const ReviewOptions& options, const ReleaseReview& review) {
  const bool markdown = options.markdown;
  std::string out;
  for (const std::string& words : review.words) {
    out += markdown ? "- " + code_span(words) + "\n" : words + "\n";
  }
  if (!review.since.version.empty()) {
    const std::string since = review.since.heading();
    out += markdown ? "\nCompared: " + code_span(since) + ":\n" : since + ":\n";
  }
  return markdown ? "## " + code_span(options.release.text()) + "\n\n" + out + "\n" : out;
}

Status review_by_name(CommandLine& line, const ReviewOptions& options) {
  HALLMARK_TRY(const TerminalRoot root, TerminalRoot::open_or_clone(line.root, line.screen));
  HALLMARK_TRY(const ReleaseReview review, review_release(root, options.release, options.since));
  for (const std::string& words : review.missing) line.screen.warn(words);
  line.screen.answer(Json{{"product", options.release.product},
                          {"version", options.release.version},
                          {"since", review.since.version},
                          {"since_released", review.since.released},
                          {"lock", review.words},
                          {"lock_changes", to_json(review.since.changes)},
                          {"parts", to_json(review.parts)},
                          {"not_compared", review.missing}},
                     heading(options, review) + rendered(options, review.parts));
  if (review.failures == 0) return ok_status();
  return verification_error(options.release.text(),
                            std::to_string(review.failures) + " of its files cannot be compared",
                            "the lines with 'not compared' say why");
}

Status run_review(CommandLine& line, const ReviewOptions& options) {
  const bool named = !options.release.product.empty();
  if (named != options.files.empty()) {
    return usage_error("review", "needs PRODUCT VERSION, or --files BEFORE AFTER",
                       "hallmark review --help");
  }
  if (!named && !options.since.empty()) {
    return usage_error("review", "takes --since with PRODUCT VERSION, not with --files",
                       "hallmark review --help");
  }
  if (!named) return review_files(line, options);
  if (options.release.version.empty()) {
    return usage_error("review", "needs a version", "hallmark review PRODUCT VERSION");
  }
  return review_by_name(line, options);
}

}  // namespace

void add_review_verb(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<ReviewOptions>();
  CLI::App* verb = app.add_subcommand("review", "Show what a release changes, before approving it");
  verb->add_option("PRODUCT", options->release.product,
                   "a file of releases/products, without .json");
  verb->add_option("VERSION", options->release.version, "a version that is pinned");
  verb->add_option("--since", options->since,
                   "the version to compare it with; otherwise the last release");
  verb->add_option("--files", options->files, "compare two packages or apps; needs no terminal")
      ->expected(2);
  verb->add_flag("--markdown", options->markdown, "for a merge request");
  verb->footer(
      "Examples:\n  hallmark review figlet 2.2.5-3\n"
      "  hallmark review --markdown --files figlet_2.2.5-2_amd64.deb figlet_2.2.5-3_amd64.deb\n\n"
      "Shows the lock's changes and, where both versions were built here, what changes for\n"
      "users: maintainer scripts, setuid and other rights, dependencies, an app's permissions,\n"
      "sizes. A line with '!' is worth a second look. It shows what the files say, and proves\n"
      "nothing.");
  verb->callback(
      [&line, options] { line.run = [&line, options] { return run_review(line, *options); }; });
}

}  // namespace hallmark
