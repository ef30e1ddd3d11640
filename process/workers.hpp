// Clients served side by side, each by a process of its own.
//
// A client that is slow, or that finds a way to make its server hang or die, is alone with it. What
// the servers do to shared files they have to order among themselves.
#pragma once

#include <functional>
#include <string>

#include "core/fd.hpp"
#include "core/result.hpp"
#include "core/wire.hpp"

namespace hallmark {

constexpr std::size_t kMaxClients = 16;
// One user cannot keep all others out.
constexpr std::size_t kMaxClientsOfOneUser = 4;

// Never returns but with an error. `serve` runs in a child, which ends with the process that called
// this; the client beyond the limits is told so, and the connection closed. `report` is given what
// went wrong with one client.
Status serve_in_workers(const UniqueFd& listener, const std::string& name,
                        const std::function<Status(UniqueFd client, const Peer& peer)>& serve,
                        const std::function<void(const Error& error)>& report);

}  // namespace hallmark
