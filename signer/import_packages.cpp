// accept-prebuilt: what the bytes are, and writing it down.
#include <map>
#include <set>

#include "core/debian_version.hpp"
#include "core/model/keyring_files.hpp"
#include "signer/import_request.hpp"
#include "signer/kept_request.hpp"
#include "signer/keyring_package.hpp"
#include "signer/package_rules.hpp"
#include "signer/private_copy.hpp"
#include "verify/deb_package.hpp"

namespace hallmark {
namespace {

// Applies `check` to each package.
template <typename Check>
Status each_package(const ImportCase& subject, const Check& check) {
  for (const ImportedPackage& package : subject.packages) HALLMARK_CHECK(check(package));
  return ok_status();
}

Result<ImportedPackage> read_package(const ImportedFile& file, DebPaths which, PrivateCopy copy) {
  if (copy.digest.sha256 != file.sha256 || copy.digest.size != file.size) {
    return verification_error(
        file.name,
        "has SHA-256 " + copy.digest.sha256.hex() + ", and the manifest says " + file.sha256.hex(),
        "hand in what was approved of");
  }
  HALLMARK_TRY(const DebPackage deb, untrusted(read_deb(copy.fd.get(), file.name)));
  const std::string path = pool_path(deb, file.component);
  if (path.substr(path.rfind('/') + 1) != file.name) {
    return verification_error(file.name, "is the package " + path.substr(path.rfind('/') + 1));
  }
  HALLMARK_TRY(ListedPaths paths, listed_paths(copy.fd.get(), deb, which, file.name));
  return ImportedPackage{
      file,
      path,
      0,
      {file.suite, file.component, deb.architecture, file.name},
      {deb.package, deb.version, deb.architecture, deb.sha256, index_stanza(deb, path)},
      std::move(paths),
      deb.package.ends_with(kKeyringEnding) ? std::move(copy.fd) : UniqueFd()};
}

// By the line of the sibling's log, which calls it back; the name is the package's
// (signer/called_back.hpp).
Result<ImportedPackage> package_as_told(const ImportCase& subject, const ImportedFile& file,
                                        const CalledBackFile& told) {
  if (told.sha256 != file.sha256 || told.name != file.name) {
    return verification_error(file.name, "is in the manifest, and the line of the log tells of " +
                                             told.name + " " + told.sha256.hex());
  }
  const DerivedStanza& package = told.package;
  if (epoch_of(package.version) != epoch_of(subject.manifest.version)) {
    return verification_error(
        file.name, "has another epoch than " + subject.manifest.version + ", it is told");
  }
  return ImportedPackage{
      file,       "",
      0,          {file.suite, file.component, package.package_architecture, file.name},
      package,    {},
      UniqueFd(), true};
}

Result<ImportedPackage> take_file(const ImportCase& subject, std::size_t number) {
  const ImportedFile& file = subject.part[number];
  const Adoption* adoption = subject.context.adoption;
  const CalledBackFile* told = adoption == nullptr ? nullptr : adoption->find_called_back(number);
  if (told != nullptr) return package_as_told(subject, file, *told);
  const DebPaths which = adoption == nullptr ? DebPaths::kToJudge : DebPaths::kAccepted;
  HALLMARK_TRY(PrivateCopy copy,
               private_copy(subject.context.layout, subject.untrusted_request.fds[number].get(),
                            file.size, file.name));
  return read_package(file, which, std::move(copy));
}

Json import_event(const ImportCase& subject, const ImportedPackage& package) {
  Json event{{"kind", "acceptance"},
             {"name", package.file.name},
             {"size", package.file.size},
             {"sha256", package.file.sha256.hex()},
             {"product", subject.manifest.product},
             {"version", subject.manifest.version},
             {"suite", package.target.suite},
             {"component", package.target.component},
             {"manifest", subject.manifest_sha256.hex()},
             {"number", package.number},
             {"evidence", evidence_name(Evidence::kPrebuilt)},
             {"statement", subject.approval.statement_sha256.hex()},
             {"approvers", subject.approval.approvers},
             {"package", package.stanza.package},
             {"package_version", package.stanza.version},
             {"architecture", package.stanza.package_architecture}};
  if (package.called_back) {
    event["unread"] = true;
  } else {
    event["path"] = package.path;
  }
  return event;
}

AcceptedBuild accepted_build(const ImportCase& subject, const ImportedPackage& package) {
  return {
      subject.manifest_sha256,
      package.target,
      subject.manifest.product,
      subject.manifest.version,
      subject.manifest_sha256,
      Evidence::kPrebuilt,
      Evidence::kPrebuilt,
      subject.approval.statement_sha256,
      subject.product.rollout,
      {{package.file.name, "deb", package.file.sha256, static_cast<int64_t>(package.file.size)}},
      package.called_back};
}

Status add_package(const ImportCase& subject, const ImportedPackage& package,
                   std::vector<Json>& events) {
  const State& state = subject.context.state;
  const AcceptedBuild build = accepted_build(subject, package);
  HALLMARK_TRY(const std::optional<AcceptedBuild> there, state.build(build.lock, build.target));
  if (there) {  // of an earlier request for another part
    if (subject.context.adoption == nullptr) return ok_status();
    return state.accepted_elsewhere(
        {build.lock.hex(), package.target.suite, package.target.component}, package.stanza.sha256,
        subject.context.now());
  }
  HALLMARK_CHECK(state.add_build(build, subject.context.now()));
  HALLMARK_CHECK(state.use_lowered_version(package.target.suite, package.stanza, build.lock));
  events.push_back(import_event(subject, package));
  if (package.called_back) {
    return add_called_back(state, subject.policy.policy, package.target, package.stanza);
  }
  HALLMARK_CHECK(state.add_deb_paths(package.stanza.sha256, package.paths));
  return add_to_indices(state, subject.policy.policy, package.target, package.stanza);
}

}  // namespace

Status files_are_those_of_the_manifest(ImportCase& subject) {
  if (subject.untrusted_request.fds.size() != subject.part.size()) {
    return verification_error(
        "request", "hands in " + std::to_string(subject.untrusted_request.fds.size()) + " of " +
                       std::to_string(subject.part.size()) + " files");
  }
  for (std::size_t i = 0; i < subject.part.size(); ++i) {
    HALLMARK_TRY(ImportedPackage package, take_file(subject, i));
    package.number = subject.first + i;
    subject.packages.push_back(std::move(package));
  }
  return ok_status();
}

Status imported_architectures_are_in_the_policy(ImportCase& subject) {
  return each_package(subject, [&](const ImportedPackage& package) {
    return architecture_is_in_the_policy(subject.policy.policy, package.target);
  });
}

Status imported_packages_are_the_products_own(ImportCase& subject) {
  return each_package(subject, [&](const ImportedPackage& package) {
    return package_is_the_products_own(subject.context.state, subject.product, package.stanza);
  });
}

Status imported_keyring_has_the_policys_keys(ImportCase& subject) {
  return each_package(subject, [&](const ImportedPackage& package) -> Status {
    if (!package.keyring) return ok_status();
    return keyring_is_the_policys(subject.context, subject.policy.policy,
                                  {package.keyring.get(), package.file.size, package.stanza.package,
                                   package.stanza.version, package.file.name});
  });
}

Status imported_bytes_were_not_withdrawn(ImportCase& subject) {
  const ReleaseInSuite own{subject.manifest.product, subject.manifest.version, ""};
  return each_package(subject, [&](const ImportedPackage& package) -> Status {
    HALLMARK_CHECK(bytes_are_of_no_other(subject.context.state, package.file.name,
                                         package.file.sha256, own, State::Holders::kToldOf));
    return bytes_were_not_withdrawn(subject.context.state, package.file.name, package.file.sha256);
  });
}

Status imported_versions_are_not_lowered(ImportCase& subject) {
  return each_package(subject, [&](const ImportedPackage& package) {
    return version_is_not_lowered(subject.context.state,
                                  {package.target.suite, subject.manifest_sha256,
                                   subject.context.now(), subject.context.adoption != nullptr},
                                  package.stanza);
  });
}

// The manifest gives no name twice in a suite; the epoch, which names do not have, is looked at
// here.
Status imported_packages_keep_their_bytes(ImportCase& subject) {
  return each_package(subject, [&](const ImportedPackage& package) {
    return package_keeps_its_bytes(subject.context.state, package.stanza);
  });
}

Status commit_import(const ImportCase& subject) {
  const State& state = subject.context.state;
  HALLMARK_TRY(Transaction transaction, state.begin());
  std::vector<Json> events;
  std::map<std::string, std::set<std::string>> packages;  // by suite
  HALLMARK_CHECK(each_package(subject, [&](const ImportedPackage& package) {
    packages[package.target.suite].insert(package.stanza.package);
    return add_package(subject, package, events);
  }));
  for (const auto& [suite, names] : packages) {
    HALLMARK_CHECK(retire_old_versions(state, suite, names));
  }
  return commit_request(subject.context, std::move(transaction), subject.untrusted_request.body,
                        subject.policy.sha256, std::move(events));
}

Result<Response> import_answer(const ImportCase& subject) {
  Json accepted = Json::array();
  for (const ImportedFile& file : subject.part) {
    Json entry = {{"name", file.name}, {"sha256", file.sha256.hex()}};
    HALLMARK_TRY(const std::optional<DerivedStanza> stanza,
                 subject.context.state.stanza(file.suite, file.component, file.sha256));
    if (stanza) entry["stanza"] = stanza->text;
    accepted.push_back(std::move(entry));
  }
  return Response{Json{{"accepted", std::move(accepted)}}, {}};
}

}  // namespace hallmark
