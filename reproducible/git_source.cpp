#include "reproducible/git_source.hpp"

#include <algorithm>

#include "reproducible/git_tag.hpp"
#include "reproducible/git_tree.hpp"
#include "reproducible/source_signers.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kObjectLimit = uint64_t{1} << 20U;  // bytes of a tag or a commit

Result<TagRule> rule_for(const Product& product, const std::string& tag, std::string_view keyring) {
  TagRule rule;
  rule.name = tag;
  rule.openpgp_signers = product.origin.openpgp_signers;
  rule.keyring = keyring;
  rule.threshold = product.origin.threshold;
  for (const std::string& line : product.origin.signers) {
    HALLMARK_TRY(SshPublicKey key, SshPublicKey::parse(line));
    rule.signers.push_back(std::move(key));
  }
  return rule;
}

// A commit object begins with "tree ID\n".
Result<std::string> tree_of(const GitRepository& repository, const std::string& commit) {
  HALLMARK_TRY(const std::string text, repository.object("commit", commit, kObjectLimit));
  const std::size_t end = text.find('\n');
  if (!text.starts_with("tree ") || end == std::string::npos) {
    return verification_error("git commit " + commit, "is malformed");
  }
  return text.substr(5, end - 5);
}

Status expect_same(const std::string& what, const std::string& found, const std::string& locked) {
  if (found == locked) return ok_status();
  return verification_error("git " + what, "is " + found + ", and the lock says " + locked,
                            "find out who moved it before you pin it again");
}

Result<DependencyList> read_dependencies(const GitRepository& repository, const GitTree& tree,
                                         const DependencySpec& spec) {
  const GitFile* file = tree.find(spec.lock_file);
  if (file == nullptr) {
    return verification_error(spec.lock_file, "is not a file of the tagged source",
                              "correct lock_file in the product's dependencies");
  }
  HALLMARK_TRY(const std::string text, repository.object("blob", file->id, kMaxLockFile));
  return list_dependencies(spec, text);
}

Status expect_listed(const DependencyList& listed, const LockedDependencies& locked) {
  const auto is_same = [](const ListedDependency& a, const LockedDependency& b) {
    return a == b.listed;
  };
  if (std::equal(listed.begin(), listed.end(), locked.files.begin(), locked.files.end(), is_same)) {
    return ok_status();
  }
  return verification_error(locked.lock_file,
                            "asks for other files than the lock has: one is missing, added or of "
                            "another version, digest or address",
                            "pin the version again, and have the new lock approved");
}

Status expect_dependencies(const GitSource& found, const Product& product, const Lock& lock) {
  const bool same = std::equal(
      product.dependencies.begin(), product.dependencies.end(), lock.dependencies.begin(),
      lock.dependencies.end(), [](const DependencySpec& spec, const LockedDependencies& locked) {
        return spec.kind == locked.kind && spec.lock_file == locked.lock_file;
      });
  if (!same) return verification_error("lock", "has other dependencies than the product");
  for (std::size_t i = 0; i < lock.dependencies.size(); ++i) {
    HALLMARK_CHECK(expect_listed(found.dependencies[i], lock.dependencies[i]));
  }
  return ok_status();
}

std::string digest_of(const std::optional<LockedKeyring>& keyring) {
  return keyring ? keyring->sha256.hex() : "none";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

}  // namespace

Result<GitSource> inspect_git_source(const GitRepository& repository, const Product& product,
                                     const std::string& version, std::string_view keyring) {
  GitSource source;
  LockedSource& locked = source.locked;
  locked.kind = OriginKind::kGit;
  locked.url = product.origin.url;
  locked.tag = product.tag_for(version);
  HALLMARK_TRY(const TagRule rule, rule_for(product, locked.tag, keyring));
  HALLMARK_TRY(locked.keyring, lock_keyring(product, keyring));
  HALLMARK_TRY(const GitRepository::Named named, repository.find_tag(locked.tag));
  if (named.type != "tag") {
    return verification_error("tag " + locked.tag,
                              "is not an annotated tag and so has no signature",
                              "tag releases with: git tag -s");
  }
  locked.tag_object = named.id;
  HALLMARK_TRY(const std::string object, repository.object("tag", named.id, kObjectLimit));
  HALLMARK_TRY(const VerifiedTag verified, verify_git_tag(object, rule));
  locked.signers = verified.signers;
  locked.commit = verified.tag.commit;
  HALLMARK_TRY(locked.tree, tree_of(repository, locked.commit));
  HALLMARK_TRY(const GitTree tree, GitTree::read(repository, locked.tree));
  HALLMARK_TRY(locked.content_sha256, tree.content_digest());
  source.tagged_at = verified.tag.tagged_at;
  for (const DependencySpec& spec : product.dependencies) {
    HALLMARK_TRY(DependencyList list, read_dependencies(repository, tree, spec));
    source.dependencies.push_back(std::move(list));
  }
  return source;
}

Status verify_git_source(const GitRepository& repository, const Product& product, const Lock& lock,
                         std::string_view keyring) {
  HALLMARK_CHECK(expect_same("url", lock.source.url, product.origin.url));
  HALLMARK_TRY(const GitSource found,
               inspect_git_source(repository, product, lock.version, keyring));
  const LockedSource& is = found.locked;
  const LockedSource& said = lock.source;
  HALLMARK_CHECK(expect_same("tag", is.tag, said.tag));
  HALLMARK_CHECK(expect_same("tag object of " + is.tag, is.tag_object, said.tag_object));
  HALLMARK_CHECK(expect_same("commit of " + is.tag, is.commit, said.commit));
  HALLMARK_CHECK(expect_same("tree of " + is.tag, is.tree, said.tree));
  HALLMARK_CHECK(
      expect_same("content of " + is.tag, is.content_sha256.hex(), said.content_sha256.hex()));
  HALLMARK_CHECK(expect_same("signers of " + is.tag, joined(is.signers), joined(said.signers)));
  HALLMARK_CHECK(
      expect_same("keyring of " + is.tag, digest_of(is.keyring), digest_of(said.keyring)));
  HALLMARK_CHECK(expect_same("time of " + is.tag, std::to_string(found.tagged_at),
                             std::to_string(lock.source_date_epoch)));
  return expect_dependencies(found, product, lock);
}

Status export_git_source(const Lock& lock, const Product& product, const std::string& bundle_path,
                         const std::string& work, const std::string& folder,
                         std::string_view keyring) {
  HALLMARK_TRY(const GitRepository repository, GitRepository::create(work));
  // Where it came from has been decided by now: a bundle that git cannot read is a changed one.
  if (const Status fetched = repository.fetch_tag(bundle_path, lock.source.tag); !fetched.ok()) {
    return verification_error(bundle_path, fetched.error().cause);
  }
  HALLMARK_CHECK(verify_git_source(repository, product, lock, keyring));
  HALLMARK_TRY(const GitTree tree, GitTree::read(repository, lock.source.tree));
  return tree.write_to(folder);
}

}  // namespace hallmark
