#pragma once

#include <csignal>

#include <pthread.h>

namespace entente::runtime {

/// Blocks all signals in the calling thread while it lives: a thread started meanwhile inherits
/// this.
class signal_shield {
public:
  signal_shield() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }

  signal_shield(const signal_shield&) = delete;
  signal_shield& operator=(const signal_shield&) = delete;

  ~signal_shield() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
  sigset_t before_;
};

}  // namespace entente::runtime
