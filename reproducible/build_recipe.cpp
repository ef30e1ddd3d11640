#include "reproducible/build_recipe.hpp"

#include <array>
#include <ctime>

#include "reproducible/build_dependencies.hpp"

namespace hallmark {
namespace {

// $1 the build folder, $2 the umask, $3 the name of the .dsc or archive (or empty), $4 the
// product's script (or empty), $5 what goes behind the version (or empty), $6 the Debian suite that
// it is built for, from $7 on the debug symbol packages that the product names. The
// source is unpacked before the umask is varied: what unpacking makes of it is not the build's.
//
// bubblewrap binds this shell to its own life only just before it becomes it: if everybody was
// killed while it made the sandbox, nobody reads the first line, and the build ends with it.
constexpr const char* kStart =
    "set -eu\n"
    "exec 2>&1\n"
    "echo 'hallmark: the build begins'\n"
    "umask 0022\n"
    "cd \"$1\"\n";

constexpr const char* kUnpackDsc = "dpkg-source --no-check -x \"/source/$3\" source\n";

// Git keeps no times: the date of the release stands in for them.
constexpr const char* kCopyTree =
    "cp -R -P --preserve=mode /source source\n"
    "chmod -R u+w source\n"
    "find source -exec touch -h -d \"@$SOURCE_DATE_EPOCH\" {} +\n";

// The archive's own dates stay: generated files must not look older than what they were made from.
// An archive with one directory at its top is that directory. Its names are those that
// build_tarball.hpp lets pass: no line feed in them, but perhaps a dash at the front.
constexpr const char* kUnpackTarball =
    "mkdir unpacked\n"
    "tar --extract --file=\"/source/$3\" --directory=unpacked --no-same-owner"
    " --no-same-permissions\n"
    "chmod -R u+rwX unpacked\n"
    "top=$(ls -A unpacked)\n"
    "if [ -d \"unpacked/$top\" ] && [ ! -h \"unpacked/$top\" ]; then\n"
    "  mv \"unpacked/$top\" source\n"
    "else\n"
    "  mv unpacked source\n"
    "fi\n";

// A version of its own, by an entry of its own: an ordinary one, and not the kind that archives
// make for rebuilding (binary-only), with which packages for all architectures would ask for
// others by a version that nobody builds. Dated by the tag, or else by the entry before.
constexpr const char* kAddVersion =
    "if [ -n \"$5\" ]; then\n"
    "  cd source\n"
    "  name=$(dpkg-parsechangelog -S Source)\n"
    "  version=$(dpkg-parsechangelog -S Version)\n"
    "  who=$(dpkg-parsechangelog -S Maintainer)\n"
    "  date=$(dpkg-parsechangelog -S Date)\n"
    "  if [ -n \"${SOURCE_DATE_EPOCH:-}\" ]; then\n"
    "    date=$(LC_ALL=C date -u -R -d \"@$SOURCE_DATE_EPOCH\")\n"
    "  fi\n"
    "  printf '%s (%s) %s; urgency=medium\\n\\n  * Built for %s.\\n\\n -- %s  %s\\n\\n' \"$name\""
    " \"$version$5\" \"$6\" \"$6\" \"$who\" \"$date\" >../changelog\n"
    "  cat debian/changelog >>../changelog\n"
    "  cat ../changelog >debian/changelog\n"
    "  touch -d \"$date\" debian/changelog\n"
    "  cd ..\n"
    "fi\n";

// Debug symbol packages (-dbgsym) are built always, so that the others come out as Debian's own
// would. They are artefacts where the product names them: nobody lists those that come unasked.
constexpr const char* kDebugSymbols = "-dbgsym";
constexpr const char* kBuildDeb =
    "umask \"$2\"\n"
    "shift 6\n"
    "(cd source && exec dpkg-buildpackage -us -uc -b)\n"
    "for deb in ./*.deb; do\n"
    "  case $deb in *-dbgsym_*) ;; *) cp -P -- \"$deb\" out/ ;; esac\n"
    "done\n"
    "for symbols in \"$@\"; do\n"
    "  for deb in \"./$symbols\"_*.deb; do\n"
    "    if [ -f \"$deb\" ]; then cp -P -- \"$deb\" out/; fi\n"
    "  done\n"
    "done\n"
    "cp -P -- ./*.buildinfo evidence/\n";

constexpr const char* kRunScript =
    "umask \"$2\"\n"
    "cd source\n"
    "exec /bin/sh \"./$4\"\n";

const char* unpack_script(OriginKind origin) {
  if (origin == OriginKind::kTarball) return kUnpackTarball;
  return origin == OriginKind::kDsc ? kUnpackDsc : kCopyTree;
}

std::string script_text(OriginKind origin, RecipeKind recipe) {
  const std::string begin = std::string(kStart) + unpack_script(origin);
  return recipe == RecipeKind::kDeb ? begin + kAddVersion + kBuildDeb : begin + kRunScript;
}

std::string packed_name(const LockedSource& source) {
  return source.files.empty() ? std::string() : source.files.front().name;
}

}  // namespace

std::string iso_date(int64_t seconds_since_1970) {
  const std::time_t time = seconds_since_1970;
  std::tm parts{};
  std::array<char, 32> text{};
  if (::gmtime_r(&time, &parts) == nullptr ||
      std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts) == 0) {
    return "1970-01-01";
  }
  return text.data();
}

RecipeCommand recipe_command(const Lock& lock, const Product& product, const Target& target,
                             const BuildConditions& conditions) {
  const EnvironmentSpec* environment = product.environment(target.environment);
  RecipeCommand out;
  out.command = {"/bin/sh",
                 "-c",
                 script_text(lock.source.kind, product.recipe.kind),
                 "hallmark-build",
                 conditions.folder,
                 conditions.umask,
                 packed_name(lock.source),
                 product.recipe.script,
                 product.version_suffix_for(target),
                 environment != nullptr ? environment->suite : std::string()};
  for (const RecipePackage& package : product.recipe.packages) {
    if (package.name.ends_with(kDebugSymbols)) out.command.push_back(package.name);
  }
  out.variables = conditions.variables();
  for (std::string& variable : dependency_variables(lock, conditions.folder)) {
    out.variables.push_back(std::move(variable));
  }
  const auto set = [&out](const std::string& name, const std::string& value) {
    out.variables.push_back(name + "=" + value);
  };
  set("HALLMARK_VERSION", lock.version);
  set("HALLMARK_DATE", iso_date(lock.source_date_epoch));
  if (lock.source.kind == OriginKind::kGit) {
    set("HALLMARK_COMMIT", lock.source.commit);
    set("HALLMARK_TAG", lock.source.tag);
  }
  if (product.recipe.kind == RecipeKind::kDeb) {
    set("DEB_BUILD_OPTIONS", "parallel=" + std::to_string(conditions.jobs));
    // fakeroot's own chown cannot work where only one uid is mapped, and need not.
    set("FAKEROOTDONTTRYCHOWN", "1");
  } else {
    set("OUT", conditions.folder + "/out");
    set("JOBS", std::to_string(conditions.jobs));
  }
  // A Debian source package has its own date, in its changelog; dpkg-buildpackage takes it from
  // there.
  if (lock.source.kind != OriginKind::kDsc) {
    set("SOURCE_DATE_EPOCH", std::to_string(lock.source_date_epoch));
  }
  return out;
}

}  // namespace hallmark
