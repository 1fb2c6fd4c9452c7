#pragma once

#include "actors/framework/driver.hpp"
#include "apps/wordcount/job.hpp"
#include "messages/time.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <future>
#include <string>

namespace entente::wordcount {

/// How a run ended.
struct outcome {
  enum class kind { counted, failed, unavailable, interrupted };
  kind how = kind::counted;
  bool connected = false;  ///< false if the master was never heard of
  std::string message;     ///< what is wrong, if it is not counted
  job work;
};

/// Shows people how far the job is.
using progress_function = std::function<void(const progress&, time_point now)>;

/// Starts the framework's scheduler, which runs the job on the cluster of that master and then
/// fulfils the promise. An exit message interrupts it. Its driver ends with
/// it, and so do its tasks.
scheduler_actor spawn_scheduler(caf::actor_system& system, job work, master_location master,
                                std::promise<outcome> result, progress_function show);

}  // namespace entente::wordcount
