// accept-build: the source package that the build was made from, where the lock has one.
#include <algorithm>
#include <span>

#include "core/deb822.hpp"
#include "signer/accept_build.hpp"
#include "signer/private_copy.hpp"
#include "signer/rules.hpp"
#include "verify/pool_folder.hpp"

namespace hallmark {
namespace {

Result<UniqueFd> take_source_file(const BuildCase& subject, const LockedFile& locked,
                                  int untrusted_fd) {
  HALLMARK_TRY(PrivateCopy copy,
               private_copy(subject.context.layout, untrusted_fd, locked.size, locked.name));
  if (copy.digest.sha256 == locked.sha256 && copy.digest.size == locked.size) {
    return std::move(copy.fd);
  }
  return verification_error(
      locked.name,
      "has SHA-256 " + copy.digest.sha256.hex() + ", and the lock says " + locked.sha256.hex(),
      "hand in what was pinned: hallmark fetch");
}

// The lock names what the .dsc does, by the same names.
Status check_names(const SourcePackage& source, const LockedSource& locked) {
  for (const LockedFile& file : locked.files) {
    const bool named =
        std::any_of(source.files.begin(), source.files.end(), [&](const SourceFile& other) {
          return other.name == file.name && other.sha256 == file.sha256;
        });
    if (!named) {
      return verification_error(
          file.name, "is in the lock, and " + source.files.front().name + " does not name it so");
    }
  }
  return ok_status();
}

Status check_identity(const SourcePackage& source, const BuildCase& subject) {
  const LockedSource& locked = subject.lock.source;
  const std::string name = source.dsc.package + " " + source.dsc.version;
  if (subject.product.origin.kind != OriginKind::kDsc ||
      subject.product.origin.package != source.dsc.package) {
    return verification_error("source " + name,
                              "is not the origin of product " + subject.product.name);
  }
  if (locked.package == source.dsc.package && locked.version == source.dsc.version &&
      subject.lock.version == source.dsc.version) {
    return ok_status();
  }
  return verification_error("source " + name, "is not " + locked.package + " " +
                                                  subject.lock.version + ", as the lock says");
}

// What apt finds a source by; of one that was called back its own name is all that is known.
Result<std::vector<std::string>> names_of(const DerivedStanza& source) {
  if (source.text.empty()) return std::vector<std::string>{source.package};
  HALLMARK_TRY(const Deb822Paragraph fields, parse_deb822_paragraph(source.text, "Sources stanza"));
  std::vector<std::string> names = {source.package};
  const std::string* binary = fields.find("Binary");
  if (binary == nullptr) return names;
  constexpr const char* kBetween = ", \t\n";
  for (std::size_t at = binary->find_first_not_of(kBetween); at != std::string::npos;) {
    const std::size_t end = std::min(binary->find_first_of(kBetween, at), binary->size());
    names.push_back(binary->substr(at, end - at));
    at = binary->find_first_not_of(kBetween, end);
  }
  return names;
}

Status check_owner(const BuildCase& subject, const std::string& name, const std::string& owner) {
  const auto& packages = subject.product.recipe.packages;
  const bool taken_over =
      std::any_of(packages.begin(), packages.end(),
                  [&](const RecipePackage& package) { return package.from == owner; });
  if (owner.empty() || owner == subject.product.name || taken_over) return ok_status();
  const DerivedStanza& source = subject.source->stanza;
  return policy_error("source " + source.package + " " + source.version,
                      "has a name of the product " + owner + ": " + name,
                      "to move it, say of one of its packages from which product it comes: "
                      "\"from\" in products/" +
                          subject.product.name + ".json");
}

}  // namespace

std::span<const LockedFile> source_files(const BuildCase& subject) {
  const bool has_source = subject.product.recipe.kind == RecipeKind::kDeb &&
                          subject.lock.source.kind == OriginKind::kDsc;
  return has_source ? std::span<const LockedFile>(subject.lock.source.files)
                    : std::span<const LockedFile>();
}

Status source_is_that_of_the_lock(BuildCase& subject) {
  const std::span<const LockedFile> locked = source_files(subject);
  if (locked.empty()) return ok_status();
  if (is_called_back(subject)) {
    subject.source = source_as_locked(subject);
    return ok_status();
  }
  std::vector<UniqueFd> copies;
  std::vector<int> fds;
  for (std::size_t i = 0; i < locked.size(); ++i) {
    const int untrusted_fd =
        subject.untrusted_request.fds[subject.record.artefacts.size() + i].get();
    HALLMARK_TRY(UniqueFd copy, take_source_file(subject, locked[i], untrusted_fd));
    fds.push_back(copy.get());
    copies.push_back(std::move(copy));
  }
  HALLMARK_TRY(const SourcePackage source, untrusted(read_source(fds, locked.front().name)));
  HALLMARK_CHECK(check_names(source, subject.lock.source));
  HALLMARK_CHECK(check_identity(source, subject));
  const std::string folder = pool_folder(subject.record.target.component, source.dsc.package);
  subject.source = CandidateSource{{source.dsc.package, source.dsc.version, kSourceIndex,
                                    source.files.front().sha256, sources_stanza(source, folder)},
                                   folder};
  return ok_status();
}

// Or approvers of one small product could have the source of everybody's package replaced, where
// apt finds it: by its own name or by any in Binary.
Status source_is_the_products_own(BuildCase& subject) {
  if (!subject.source) return ok_status();
  const State& state = subject.context.state;
  const DerivedStanza& source = subject.source->stanza;
  HALLMARK_TRY(const std::string owner, state.product_of_source(source.package));
  HALLMARK_CHECK(check_owner(subject, source.package, owner));
  HALLMARK_TRY(const std::vector<std::string> names, names_of(source));
  for (const std::string& name : names) {
    HALLMARK_TRY(const std::string product, state.product_of(name));
    HALLMARK_CHECK(check_owner(subject, name, product));
  }
  return ok_status();
}

Status published_sources_keep_their_bytes(BuildCase& subject) {
  for (const LockedFile& file : source_files(subject)) {
    HALLMARK_TRY(const std::optional<Sha256Digest> other,
                 subject.context.state.other_source_file(file.name, file.sha256));
    if (!other) continue;
    return policy_error(file.name, "was accepted before with other bytes, SHA-256 " + other->hex(),
                        "release a source package with other file names");
  }
  return ok_status();
}

}  // namespace hallmark
