// A conversation with gpg-agent in its own protocol, Assuan, over its socket.
//
// By libassuan, which GPGME's "Assuan protocol" is a layer over. GPGME itself asks gpgconf, gpg and
// gpgsm for their versions before it speaks to an agent: five programs a process, 30 ms, where four
// signatures by a P-256 key take 4 ms.
#pragma once

#include <memory>
#include <string>

#include "core/result.hpp"

struct assuan_context_s;

namespace hallmark {

class AgentSession {
 public:
  // An error if nobody greets there.
  static Result<AgentSession> open(const std::string& socket);

  // Sends one line, and returns the data that came before "OK"; at most 16 KiB. The agent's
  // questions get an empty answer. Waits for as long as the agent does: a person may have to touch
  // a card.
  Result<std::string> transact(const std::string& command);
  // The same for a question: false is an answer of this error (GPG_ERR_...), any other is trouble.
  Result<bool> succeeds(const std::string& command, unsigned error_that_means_no);
  // The same for who goes by the agent's error: a gpg_error_t, and 0 for "OK".
  unsigned send(const std::string& command, std::string& answer);

 private:
  struct Release {
    void operator()(assuan_context_s* context) const;
  };
  explicit AgentSession(assuan_context_s* context) : context_(context) {}

  std::unique_ptr<assuan_context_s, Release> context_;
};

}  // namespace hallmark
