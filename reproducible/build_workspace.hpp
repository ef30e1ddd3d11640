// A folder for work in progress that does not outlive its process.
//
// Whatever a builder that was killed has left is swept when the next one makes its workspace: a
// workspace is locked (flock) as long as its process lives. Nothing under a final name is ever in
// the making: things are made here, flushed, and renamed into place; so this is on their file
// system.
#pragma once

#include <string>

#include "core/fd.hpp"
#include "process/run.hpp"

namespace hallmark {

class Workspace {
 public:
  // In the folder `work`, which is made if it is not there.
  static Result<Workspace> create(const std::string& work);
  Workspace(Workspace&&) = default;
  Workspace& operator=(Workspace&&) = delete;
  ~Workspace();

  const std::string& path() const { return path_; }

 private:
  Workspace(std::string path, UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  UniqueFd lock_;
};

// `program` as root of new user, mount, process and network namespaces, in which this user is root
// and its subordinate ids (subuid(5)) are the other users. What mmdebstrap runs in; it ends with
// us.
Command in_private_namespaces(const std::string& program,
                              const std::vector<std::string>& arguments);

// What goes before a program and its arguments for it to be root of a new user namespace alone,
// with the same users. It ends with us.
std::vector<std::string> with_subordinate_ids();
// `program` as this user, without a network.
Command without_network(const std::string& program, const std::vector<std::string>& arguments);

// Removes a tree of which parts may belong to our subordinate ids or be closed to us.
Status remove_tree(const std::string& path);

}  // namespace hallmark
