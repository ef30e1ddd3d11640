// Requests about the lock on the package hosts (transfer/host_lock.hpp).
//
// lock-hosts {"person": text, "break"?: true}: takes the lock of every host, or of none. Answer:
// {"hosts": [{"host", "taken_over"?: true, "broken"?: whose it was, "problem"?: why this host could
// not be asked}]}; {"hosts": []} where the policy names one terminal. unlock-hosts: releases what
// this terminal has.
//
// Whoever asks sees to it that one command of this terminal at a time does.
#pragma once

#include "publisher/request_context.hpp"

namespace hallmark {

Result<Response> lock_hosts(const Context& context);
Result<Response> unlock_hosts(const Context& context);

}  // namespace hallmark
