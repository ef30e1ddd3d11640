#include "cli/bundle.hpp"

#include <fcntl.h>

#include "cli/bundle_writer.hpp"

namespace hallmark {
namespace {

Result<Json> release_texts(const TerminalRoot& root, const std::vector<ReleaseName>& releases) {
  Json out = Json::array();
  for (const ReleaseName& release : releases) {
    HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
    out.push_back({{"lock", files.lock_text}, {"product", files.product_text}});
  }
  return out;
}

std::filesystem::path below_root(const Layout& layout, const BundledFile& file) {
  const std::filesystem::path path = file.tag_object.empty()
                                         ? layout.quarantined(file.sha256.hex())
                                         : layout.quarantined_bundle(file.tag_object);
  return path.lexically_relative(layout.root);
}

uint64_t total_size(const BundleManifest& manifest) {
  uint64_t total = 0;
  for (const BundledFile& file : manifest.files) total += file.size;
  return total;
}

// What hallmark-fetch has verified. It is compared again while it is copied: the terminal that
// imports it would refuse something else, but far from here.
Status write_bundle(const TerminalRoot& root, const BundleManifest& manifest,
                    BundleWriter& writer) {
  HALLMARK_TRY(const std::string text, canonical_dump(to_json(manifest)));
  HALLMARK_CHECK(writer.add_manifest(text));
  const uint64_t total = total_size(manifest);
  uint64_t done = 0;
  for (const BundledFile& file : manifest.files) {
    HALLMARK_TRY(const UniqueFd from,
                 root.open_of("hallmark-fetch", below_root(root.layout(), file)));
    HALLMARK_CHECK(writer.add(file, from.get(), [&](std::size_t bytes) {
      done += bytes;
      root.screen().progress(
          Json{{"step", "write"}, {"done", done}, {"total", total}, {"unit", "bytes"}});
    }));
  }
  return writer.finish();
}

Result<BundleManifest> ask_and_write(TerminalRoot& root, const std::vector<ReleaseName>& releases,
                                     BundleWriter& writer) {
  HALLMARK_TRY(const Json texts, release_texts(root, releases));
  HALLMARK_TRY(const Message answer, root.request("hallmark-fetch", Json{{"type", "export-bundle"},
                                                                         {"releases", texts}}));
  if (!answer.body.contains("manifest")) return failed("hallmark-fetch", "gave no manifest");
  HALLMARK_TRY(BundleManifest manifest,
               parse_bundle_manifest(answer.body["manifest"].dump(), kBundleManifestName));
  HALLMARK_CHECK(write_bundle(root, manifest, writer));
  return manifest;
}

// Of a bundle, as hallmark-fetch reads it: names of releases that are looked up, and checked, here.
Result<std::vector<ReleaseName>> read_contents(const Json& untrusted_answer) {
  HALLMARK_TRY(const JsonDocument document,
               JsonDocument::parse(untrusted_answer.dump(), "answer of hallmark-fetch"));
  std::vector<ReleaseName> releases;
  {
    ObjectReader reader(document);
    reader.text("exporter");
    reader.unsigned_integer("counter");
    reader.each("locks", [&releases](ObjectReader& lock) {
      releases.push_back({lock.text("product"), lock.text("version")});
      lock.digest("lock_sha256");
    });
  }
  HALLMARK_CHECK(document.status());
  return releases;
}

Status check_pinned_here(const TerminalRoot& root, const std::vector<ReleaseName>& releases) {
  for (const ReleaseName& release : releases) {
    const auto lock = root.lock_text(release.product, release.version);
    if (lock.ok()) continue;
    return verification_error(
        "bundle",
        "is of " + release.text() +
            ", of which this terminal has no lock: " + lock.error().message(),
        "bring the releases repository up to date: pull, or carry it on media as well");
  }
  return ok_status();
}

uint64_t count_in(const Json& body, const char* key) {
  const auto found = body.find(key);
  return found != body.end() && found->is_number_unsigned() ? found->get<uint64_t>() : 0;
}

std::string names(const std::vector<ReleaseName>& releases) {
  std::string out;
  for (const ReleaseName& release : releases) out += (out.empty() ? "" : ", ") + release.text();
  return out;
}

}  // namespace

Result<StepReport> export_bundle(TerminalRoot& root, const std::vector<ReleaseName>& releases,
                                 const std::string& path) {
  HALLMARK_TRY(BundleWriter writer, BundleWriter::create(path));
  const Result<BundleManifest> manifest = ask_and_write(root, releases, writer);
  if (!manifest.ok()) {
    writer.discard();
    return manifest.error();
  }
  const uint64_t bytes = total_size(*manifest);
  return StepReport{"bundle " + std::to_string(manifest->counter) +
                        " of this exporter: " + std::to_string(manifest->files.size()) +
                        " files, " + human_bytes(bytes) + ", in " + path,
                    Json{{"path", path},
                         {"files", manifest->files.size()},
                         {"bytes", bytes},
                         {"exporter", manifest->exporter.hex()},
                         {"counter", manifest->counter},
                         {"locks", to_json(manifest->locks)}}};
}

Result<StepReport> import_bundle(TerminalRoot& root, const std::string& path) {
  // A pipe would have us wait; what it is, hallmark-fetch finds out.
  HALLMARK_TRY(const UniqueFd media, open_at(AT_FDCWD, path, O_RDONLY | O_NONBLOCK));
  const std::vector<int> fds = {media.get()};
  HALLMARK_TRY(const Message contents,
               root.request("hallmark-fetch", Json{{"type", "bundle-contents"}}, fds));
  HALLMARK_TRY(const std::vector<ReleaseName> releases, read_contents(contents.body));
  HALLMARK_CHECK(check_pinned_here(root, releases));
  HALLMARK_TRY(const Json texts, release_texts(root, releases));
  HALLMARK_TRY(
      const Message answer,
      root.request("hallmark-fetch", Json{{"type", "import-bundle"}, {"releases", texts}}, fds));
  return StepReport{names(releases) + ": " + std::to_string(count_in(answer.body, "files")) +
                        " files verified, " + human_bytes(count_in(answer.body, "bytes")) + ", " +
                        std::to_string(count_in(answer.body, "already")) + " were there already",
                    answer.body};
}

}  // namespace hallmark
