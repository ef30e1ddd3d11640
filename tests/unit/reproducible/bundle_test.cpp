// Export out of one quarantine and import into another, by the locks.
#include <sys/stat.h>

#include <filesystem>

#include "reproducible/bundle_counters.hpp"
#include "reproducible/fetch_bundle.hpp"
#include "reproducible/fetch_lock.hpp"
#include "tests/unit/reproducible/archive_fixtures.hpp"
#include "tests/unit/reproducible/bundle_fixtures.hpp"
#include "tests/unit/reproducible/git_fixtures.hpp"
#include "tests/unit/reproducible/says.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;
using test::BundleContent;
using test::SmallArchive;
using test::Upstream;

// A machine that pinned something, and another state folder without a quarantine.
class Machines {
 public:
  explicit Machines(const std::string& version = "2.0", std::string product_text = "") {
    product = product_text.empty() ? archive.product() : std::move(product_text);
    fs::create_directories(there().fetch());
    const auto pinned = pin(product, version, {archive.layout(), archive.apt_folder(), nullptr});
    INFO((pinned.ok() ? std::string() : pinned.error().message()));
    REQUIRE(pinned.ok());
    lock = *pinned;
  }

  Layout there() const { return Layout{archive.folder().path("there")}; }
  std::string lock_text() const { return to_json(lock).dump(); }

  FetchContext context(const Layout& layout) const {
    return {layout, archive.apt_folder(), nullptr};
  }

  Result<BundleManifest> try_export() const {
    return export_bundle({{lock_text(), product}}, context(archive.layout()));
  }

  // Exports to the folder `name`, as the command does with what it is told.
  BundleManifest exported(const std::string& name) const {
    const auto manifest = try_export();
    INFO((manifest.ok() ? std::string() : manifest.error().message()));
    REQUIRE(manifest.ok());
    std::vector<BundleContent> contents;
    for (const BundledFile& file : manifest->files) {
      const auto path = file.tag_object.empty()
                            ? archive.layout().quarantined(file.sha256.hex())
                            : archive.layout().quarantined_bundle(file.tag_object);
      const auto bytes = read_file(path, uint64_t{1} << 30U);
      REQUIRE(bytes.ok());
      contents.push_back({*bytes, file.tag_object});
    }
    fs::remove_all(archive.folder().path(name));
    test::write_bundle_folder(archive.folder(), name, *manifest, contents);
    archive.folder().write(name + ".tar", test::bundle_tar(*manifest, contents));
    return *manifest;
  }

  Result<ImportReport> import(const std::string& name) const {
    HALLMARK_TRY(const BundleMedia media, test::open_bundle(archive.folder().path(name)));
    return import_bundle(media, {{lock_text(), product}}, context(there()));
  }

  ImportReport imported(const std::string& name) const {
    const auto report = import(name);
    INFO((report.ok() ? std::string() : report.error().message()));
    REQUIRE(report.ok());
    return *report;
  }

  // With the archive gone, what is not in quarantine cannot come.
  Result<FetchReport> fetch_there() const {
    fs::remove_all(archive.folder().path("archive"));
    return fetch_lock(lock_text(), product, context(there()));
  }

  // Writes a changed manifest into the folder.
  void write_manifest(const std::string& name, const BundleManifest& manifest) const {
    archive.folder().write(name + "/" + kBundleManifestName, test::manifest_text(manifest));
  }

  SmallArchive archive;
  std::string product;
  Lock lock;
};

template <typename T>
void refused(const Result<T>& result, const std::string& words,
             ErrorKind kind = ErrorKind::kVerification) {
  REQUIRE(!result.ok());
  CHECK(result.error().kind == kind);
  says(result.error().message(), words);
}

std::size_t files_below(const fs::path& folder) {
  std::size_t count = 0;
  if (!fs::exists(folder)) return 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    count += entry.is_regular_file();
  return count;
}

}  // namespace

TEST_CASE("what a bundle brings is all that fetch needs") {
  const Machines machines;
  const BundleManifest manifest = machines.exported("bundle");
  CHECK(manifest.counter == 1);
  CHECK(manifest.files.size() == 11);
  std::string name = "bundle";
  SECTION("a folder") {}
  SECTION("a tar file") { name = "bundle.tar"; }
  const ImportReport report = machines.imported(name);
  CHECK(report.files == 11);
  CHECK(report.already == 0);
  CHECK(!fs::exists(machines.there().fetch() / "work"));
  const auto fetched = machines.fetch_there();
  REQUIRE(fetched.ok());
  CHECK(fetched->files == 11);
  CHECK(fetched->downloaded == 0);
  CHECK(report.bytes == fetched->bytes);
}

TEST_CASE("an import says how far it has come") {
  const Machines machines;
  const BundleManifest manifest = machines.exported("bundle");
  std::vector<Json> events;
  FetchContext context = machines.context(machines.there());
  context.progress = [&events](const Json& event) { events.push_back(event); };
  const auto media = test::open_bundle(machines.archive.folder().path("bundle"));
  REQUIRE(media.ok());
  const auto report = import_bundle(*media, {{machines.lock_text(), machines.product}}, context);
  REQUIRE(report.ok());
  REQUIRE(!events.empty());
  CHECK(events.back() == Json{{"step", "import"},
                              {"done", report->bytes},
                              {"total", report->bytes},
                              {"unit", "bytes"}});
}

TEST_CASE("a bundle is not exported of what is not all there, or was changed") {
  const Machines machines;
  const LockedPackage& package = machines.lock.environments[0].packages[0];
  const auto path = machines.archive.layout().quarantined(package.sha256.hex());
  SECTION("missing") {
    fs::remove(path);
    refused(machines.try_export(), "package " + package.name + " 1.0: is not in quarantine",
            ErrorKind::kFailed);
  }
  SECTION("changed") {
    fs::resize_file(path, 3);
    refused(machines.try_export(), "package " + package.name + " 1.0: was changed in quarantine");
  }
  SECTION("it does not prove to be what it should") {
    // Another key than the machine's sources name for the suite.
    machines.archive.write_apt_sources(
        "stable", machines.archive.gpg().keyring("m.gpg", {machines.archive.mallory_key()}));
    refused(machines.try_export(), "keyring");
  }
  CHECK(!fs::exists(machines.archive.layout().fetch() / "bundles.json"));
}

TEST_CASE("the same release twice, and a product that is not the lock's") {
  const Machines machines;
  const FetchContext context = machines.context(machines.archive.layout());
  const ReleaseTexts texts{machines.lock_text(), machines.product};
  refused(export_bundle({texts, texts}, context), "twice", ErrorKind::kUsage);
  refused(export_bundle({{texts.lock, texts.product + "\n"}}, context),
          "is not the file that the lock was made from");
}

TEST_CASE("counters rise, and what was imported is refused") {
  const Machines machines;
  const BundleManifest first = machines.exported("first");
  const BundleManifest second = machines.exported("second");
  CHECK(first.exporter == second.exporter);
  CHECK(second.counter == 2);
  CHECK(machines.imported("first").already == 0);
  refused(machines.import("first"), "was imported already, all of it");
  CHECK(machines.imported("second").already == 11);
  refused(machines.import("second"), "was imported already, all of it");
  refused(machines.import("first"), "is older than bundle 2");

  // Another exporter has numbers of its own.
  fs::remove(machines.archive.layout().fetch() / "bundles.json");
  const BundleManifest other = machines.exported("other");
  CHECK(other.counter == 1);
  CHECK(other.exporter != first.exporter);
  CHECK(machines.imported("other").already == 11);
  refused(machines.import("first"), "is older than bundle 2");
}

TEST_CASE("an import that was stopped counts for nothing, and goes on") {
  const Machines machines;
  const BundleManifest manifest = machines.exported("bundle");
  // The last file is wrong: all before it have come.
  const std::string last = "bundle/" + bundled_name(manifest.files.back());
  const std::string bytes = machines.archive.folder().read(last);
  machines.archive.folder().write(last, std::string(bytes.size(), 'x'));
  refused(machines.import("bundle"), "has sha256");
  CHECK(files_below(machines.there().quarantine()) == 10);
  CHECK(!fs::exists(machines.there().fetch() / "bundles.json"));
  CHECK(!fs::exists(machines.there().fetch() / "work"));

  machines.archive.folder().write(last, bytes);
  CHECK(machines.imported("bundle").already == 10);
  refused(machines.import("bundle"), "was imported already");
}

TEST_CASE("what a killed import left in the work folder is no matter") {
  const Machines machines;
  const BundleManifest manifest = machines.exported("bundle");
  fs::create_directories(machines.there().fetch() / "work/bundle");
  const auto left = machines.there().fetch() / "work/bundle" / manifest.files.front().sha256.hex();
  REQUIRE(::symlink("/nonexistent", left.c_str()) == 0);
  CHECK(machines.imported("bundle").already == 0);
}

TEST_CASE("a bundle is of exactly what its locks name") {
  const Machines machines;
  BundleManifest manifest = machines.exported("bundle");
  SECTION("a file more") {
    manifest.files.insert(manifest.files.begin(), {Sha256Digest(), 1, ""});
    machines.archive.folder().write("bundle/" + bundled_name(manifest.files.front()), "x");
    machines.write_manifest("bundle", manifest);
    refused(machines.import("bundle"), "is wanted by none of its locks");
  }
  SECTION("a git bundle more") {
    manifest.files.insert(manifest.files.begin(), {Sha256Digest(), 1, std::string(40, '0')});
    machines.archive.folder().write("bundle/" + bundled_name(manifest.files.front()), "x");
    machines.write_manifest("bundle", manifest);
    refused(machines.import("bundle"), "is wanted by none of its locks");
  }
  SECTION("a file less") {
    fs::remove(machines.archive.folder().path("bundle/" + bundled_name(manifest.files.back())));
    manifest.files.pop_back();
    machines.write_manifest("bundle", manifest);
    refused(machines.import("bundle"), "lacks ");
  }
  SECTION("another size of a file") {
    ++manifest.files.front().size;
    machines.archive.folder().write("bundle/" + bundled_name(manifest.files.front()),
                                    std::string(manifest.files.front().size, 'x'));
    machines.write_manifest("bundle", manifest);
    refused(machines.import("bundle"), "is wanted by none of its locks");
  }
  SECTION("another lock") {
    manifest.locks.front().lock_sha256 = sha256("another");
    machines.write_manifest("bundle", manifest);
    refused(machines.import("bundle"), "is of another lock of tool 2.0");
  }
  SECTION("a lock that nobody handed over") {
    manifest.locks.push_back({"unknown", "1.0", {}});
    machines.write_manifest("bundle", manifest);
    refused(machines.import("bundle"), "has unknown 1.0", ErrorKind::kUsage);
  }
  CHECK(files_below(machines.there().quarantine()) == 0);
}

TEST_CASE("a file that was changed in the importing quarantine is named, and not replaced") {
  const Machines machines;
  const BundleManifest manifest = machines.exported("bundle");
  const auto path = machines.there().quarantined(manifest.files.front().sha256.hex());
  fs::create_directories(path.parent_path());
  machines.archive.folder().write(path.lexically_relative(machines.archive.folder().path()),
                                  "changed");
  refused(machines.import("bundle"), "was changed in quarantine");
}

TEST_CASE("the bundle of a git tag travels too, and is verified before it is kept") {
  const Upstream upstream;
  upstream.tag("v1.0");
  Json json;
  {
    const SmallArchive any;
    json = Json::parse(any.product());
  }
  json["origin"] = {{"kind", "git"},
                    {"url", upstream.path()},
                    {"tag", "v{version}"},
                    {"signers", Json::array({upstream.public_key("author")})}};
  const Machines machines("1.0", json.dump());
  const std::string tag_object = machines.lock.source.tag_object;
  const BundleManifest manifest = machines.exported("bundle");
  const auto git = std::find_if(manifest.files.begin(), manifest.files.end(),
                                [](const BundledFile& file) { return !file.tag_object.empty(); });
  REQUIRE(git != manifest.files.end());
  CHECK(git->tag_object == tag_object);
  const auto kept = machines.there().quarantined_bundle(tag_object);

  SECTION("as it is") {
    machines.imported("bundle");
    CHECK(fs::exists(kept));
    fs::remove_all(upstream.path());
    const auto fetched = machines.fetch_there();
    REQUIRE(fetched.ok());
    CHECK(fetched->downloaded == 0);
  }
  SECTION("another repository's bundle, with a manifest to match") {
    const Upstream mallory;
    mallory.tag("v1.0");
    const auto clone = mallory.fetch("clone", "v1.0", mallory.path());
    REQUIRE(clone.ok());
    REQUIRE(clone->write_bundle(mallory.folder().path("forged"), "v1.0").ok());
    const std::string bytes = mallory.folder().read("forged");
    BundleManifest forged = manifest;
    forged.files[static_cast<std::size_t>(git - manifest.files.begin())] = {
        sha256(bytes), bytes.size(), tag_object};
    std::sort(forged.files.begin(), forged.files.end(),
              [](const BundledFile& a, const BundledFile& b) { return a.sha256 < b.sha256; });
    fs::remove(machines.archive.folder().path("bundle/" + bundled_name(*git)));
    machines.archive.folder().write("bundle/sha256-" + sha256(bytes).hex(), bytes);
    machines.write_manifest("bundle", forged);
    refused(machines.import("bundle"), "signed by");
    CHECK(!fs::exists(kept));
    CHECK(!fs::exists(machines.there().fetch() / "bundles.json"));
  }
}

TEST_CASE("the counters' file that is not what it should be") {
  const test::TestFolder folder;
  const std::string id(32, '0');
  folder.write("bundles.json",
               R"({"format":"hallmark-bundle-counters-v1","imported":[{"exporter":")" + id +
                   R"(","counter":3},{"exporter":")" + id + R"(","counter":4}]})");
  refused(BundleCounters::load(folder.path()), "twice", ErrorKind::kFailed);
  folder.write("bundles.json", "{");
  refused(BundleCounters::load(folder.path()), "bundles.json", ErrorKind::kFailed);
}

}  // namespace hallmark
