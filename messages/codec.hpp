#pragma once

#include <algorithm>
#include <caf/byte_buffer.hpp>
#include <caf/byte_span.hpp>
#include <caf/error.hpp>
#include <caf/sec.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "messages/calls.hpp"
#include "messages/executor.hpp"
#include "messages/queries.hpp"

/// Every message, with the Cap'n Proto struct that it is on the wire. A new message is added here,
/// in schema/entente.capnp, in a codec_*.cpp and in type_ids.hpp.
#define ENTENTE_WIRE_MESSAGES(X)                                                                   \
  X(register_agent, RegisterAgent)                                                                 \
  X(agent_registered, AgentRegistered)                                                             \
  X(unregister_agent, UnregisterAgent)                                                             \
  X(launch_tasks, LaunchTasks)                                                                     \
  X(shutdown_framework, ShutdownFramework)                                                         \
  X(subscribe, Subscribe)                                                                          \
  X(subscribed, Subscribed)                                                                        \
  X(resource_offers, ResourceOffers)                                                               \
  X(offer_rescinded, OfferRescinded)                                                               \
  X(agent_lost, AgentLost)                                                                         \
  X(framework_error, FrameworkError)                                                               \
  X(accept_offers, AcceptOffers)                                                                   \
  X(decline_offers, DeclineOffers)                                                                 \
  X(revive_offers, ReviveOffers)                                                                   \
  X(suppress_offers, SuppressOffers)                                                               \
  X(kill_task, KillTask)                                                                           \
  X(acknowledge, Acknowledge)                                                                      \
  X(teardown, Teardown)                                                                            \
  X(status_update, StatusUpdate)                                                                   \
  X(query, Query)                                                                                  \
  X(cluster_view, ClusterView)                                                                     \
  X(read_output, ReadOutput)                                                                       \
  X(output_chunk, OutputChunk)                                                                     \
  X(solicit, Solicit)                                                                              \
  X(bid, Bid)                                                                                      \
  X(confirm, Confirm)                                                                              \
  X(confirmed, Confirmed)                                                                          \
  X(release, Release)                                                                              \
  X(released, Released)                                                                            \
  X(claim_slots, ClaimSlots)                                                                       \
  X(withdraw_claim, WithdrawClaim)                                                                 \
  X(claim_granted, ClaimGranted)                                                                   \
  X(claim_refused, ClaimRefused)                                                                   \
  X(launch_on_grant, LaunchOnGrant)                                                                \
  X(release_grant, ReleaseGrant)                                                                   \
  X(grant_ended, GrantEnded)                                                                       \
  X(pool_changed, PoolChanged)                                                                     \
  X(grant_recalled, GrantRecalled)                                                                 \
  X(set_quota, SetQuota)                                                                           \
  X(remove_quota, RemoveQuota)                                                                     \
  X(set_weight, SetWeight)                                                                         \
  X(reserve_resources, ReserveResources)                                                           \
  X(unreserve_resources, UnreserveResources)                                                       \
  X(reconcile_tasks, ReconcileTasks)                                                               \
  X(drain_agent, DrainAgent)                                                                       \
  X(undrain_agent, UndrainAgent)                                                                   \
  X(deactivate_agent, DeactivateAgent)                                                             \
  X(reactivate_agent, ReactivateAgent)                                                             \
  X(plan_maintenance, PlanMaintenance)                                                             \
  X(cancel_maintenance, CancelMaintenance)                                                         \
  X(register_executor, RegisterExecutor)                                                           \
  X(executor_registered, ExecutorRegistered)                                                       \
  X(run_task, RunTask)                                                                             \
  X(executor_update, ExecutorUpdate)                                                               \
  X(shutdown_executor, ShutdownExecutor)

namespace entente {

/// The largest encoded message that is read, in bytes.
inline constexpr std::size_t max_message_size = 64 * 1024 * 1024;

/// True for the types of ENTENTE_WIRE_MESSAGES.
template <class T>
inline constexpr bool is_wire_message = false;

#define ENTENTE_DECLARE_CODEC(type, schema_type)                                                   \
  template <>                                                                                      \
  inline constexpr bool is_wire_message<type> = true;                                              \
  /** Encodes as an unpacked Cap'n Proto message. */                                               \
  caf::byte_buffer encode(const type& x);                                                          \
  /** Reads an encoded message; bytes that are not valid are an error. */                          \
  caf::error decode(caf::const_byte_span bytes, type& x);                                          \
  /** The message as text, for logs. */                                                            \
  std::string describe(const type& x);
ENTENTE_WIRE_MESSAGES(ENTENTE_DECLARE_CODEC)
#undef ENTENTE_DECLARE_CODEC

/// The one place where CAF's inspection meets Cap'n Proto: a message is one sequence of bytes to
/// CAF's binary formats, and text to its logs.
template <class Inspector, class T>
requires is_wire_message<T>
bool inspect(Inspector& f, T& x) {
  if constexpr (!Inspector::is_loading) {
    if (f.has_human_readable_format()) {
      auto text = describe(x);
      return f.apply(text);
    }
    auto bytes = encode(x);
    return f.begin_sequence(bytes.size()) && f.value(caf::const_byte_span{bytes}) &&
           f.end_sequence();
  } else {
    std::size_t size = 0;
    if (!f.begin_sequence(size))
      return false;
    // Checked before anything is allocated: the size is the peer's word.
    auto limit = max_message_size;
    if constexpr (requires { f.remaining(); })
      limit = std::min(limit, f.remaining());
    if (size > limit) {
      f.set_error(caf::make_error(caf::sec::end_of_stream, "message size out of bounds"));
      return false;
    }
    caf::byte_buffer bytes(size);
    if (!f.value(caf::byte_span{bytes}) || !f.end_sequence())
      return false;
    if (auto err = decode(caf::const_byte_span{bytes}, x)) {
      f.set_error(std::move(err));
      return false;
    }
    return true;
  }
}

}  // namespace entente
