#pragma once

#include <cstdint>

#include "actors/master/admission.hpp"
#include "actors/master/cluster_options.hpp"
#include "actors/runtime/log_event.hpp"
#include "messages/calls.hpp"
#include "messages/maintenance.hpp"

/// What the log says of calls: who wants what, as `info`.
namespace entente {

// -- who comes
log_event event_of(const register_agent& x);
log_event event_of(const subscribe& x);
/// Agents are held back, at so many a second, as `warn`; or are not any more.
log_event event_of(const admission_change& x, std::uint64_t rate);

// -- frameworks
log_event event_of(const claim_slots& x);
log_event event_of(const withdraw_claim& x);
log_event event_of(const release_grant& x);
log_event event_of(const teardown& x);

// -- frameworks and operators
log_event event_of(const kill_task& x);
log_event event_of(const reserve_resources& x);
log_event event_of(const unreserve_resources& x);

// -- operators
log_event event_of(const set_quota& x);
log_event event_of(const remove_quota& x);
log_event event_of(const set_weight& x);
log_event event_of(const drain_agent& x);
log_event event_of(const undrain_agent& x);
log_event event_of(const deactivate_agent& x);
log_event event_of(const reactivate_agent& x);
log_event event_of(const plan_maintenance& x);
log_event event_of(const cancel_maintenance& x);

/// The end of a round, as `debug`.
log_event event_of(const round_outcome& x);

/// The same for a call that was refused, as `warn`.
log_event with_refusal(log_event call, const refusal& why);

}  // namespace entente
