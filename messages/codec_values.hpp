#pragma once

#include <capnp/any.h>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "messages/cluster.hpp"
#include "messages/protocol_range.hpp"
#include "messages/queries.hpp"
#include "messages/schema/entente.capnp.h"
#include "messages/task.hpp"

/// Private to messages/: how values become Cap'n Proto structs (`put`) and are read back (`take`).
/// `take` throws for what is well-formed Cap'n Proto but not a value; decode() catches.
namespace entente::codec {

struct invalid_value : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// All of a text: Cap'n Proto's own conversion of a std::string stops at its first zero byte.
inline capnp::Text::Reader as_text(const std::string& x) {
  return {x.c_str(), x.size()};
}

template <class Tag>
capnp::Text::Reader as_text(const strong_id<Tag>& x) {
  return as_text(x.str());
}

inline std::string text(capnp::Text::Reader x) {
  return {x.begin(), x.size()};
}

inline void take(capnp::Text::Reader from, std::string& x) {
  x = text(from);
}

/// Bytes that need not be text.
inline capnp::Data::Reader as_data(const std::string& x) {
  return kj::arrayPtr(reinterpret_cast<const kj::byte*>(x.data()), x.size());
}

inline void take(capnp::Data::Reader from, std::string& x) {
  x.assign(reinterpret_cast<const char*>(from.begin()), from.size());
}

template <class Tag>
void take(capnp::Text::Reader from, strong_id<Tag>& x) {
  x = strong_id<Tag>{text(from)};
}

/// A negative duration or one of more than a hundred years is a mistake; added to a time in
/// nanoseconds, one of three hundred would overflow.
inline std::chrono::milliseconds take_duration(std::int64_t milliseconds) {
  constexpr std::int64_t limit = 100LL * 366 * 24 * 3600 * 1000;
  if (milliseconds < 0 || milliseconds > limit)
    throw invalid_value{"duration out of range"};
  return std::chrono::milliseconds{milliseconds};
}

/// Finite and more than zero.
inline double take_weight(double number) {
  if (!std::isfinite(number) || number <= 0)
    throw invalid_value{"weight out of range"};
  return number;
}

template <class Enum>
Enum take_enum(std::uint16_t number, std::uint16_t count, const char* what) {
  if (number >= count)
    throw invalid_value{std::string{"unknown "} + what + ' ' + std::to_string(number)};
  return static_cast<Enum>(number);
}

void put(schema::Resources::Builder to, const resources& x);
void take(schema::Resources::Reader from, resources& x);

void put(schema::AgentInfo::Builder to, const agent_info& x);
void take(schema::AgentInfo::Reader from, agent_info& x);

void put(schema::FrameworkInfo::Builder to, const framework_info& x);
void take(schema::FrameworkInfo::Reader from, framework_info& x);

void put(schema::Offer::Builder to, const offer& x);
void take(schema::Offer::Reader from, offer& x);

void put(schema::ProtocolRange::Builder to, const protocol_range& x);
void take(schema::ProtocolRange::Reader from, protocol_range& x);

void put(schema::HealthCheck::Builder to, const health_check& x);
void take(schema::HealthCheck::Reader from, health_check& x);

void put(schema::Artifact::Builder to, const artifact& x);
void take(schema::Artifact::Reader from, artifact& x);

void put(schema::ExecutorInfo::Builder to, const executor_info& x);
void take(schema::ExecutorInfo::Reader from, executor_info& x);

void put(schema::MaintenanceWindow::Builder to, const maintenance_window& x);
void take(schema::MaintenanceWindow::Reader from, maintenance_window& x);

void put(schema::TaskInfo::Builder to, const task_info& x);
void take(schema::TaskInfo::Reader from, task_info& x);

void put(schema::StatusUpdate::Builder to, const status_update& x);
void take(schema::StatusUpdate::Reader from, status_update& x);

void put(schema::TaskEntry::Builder to, const task_entry& x);
void take(schema::TaskEntry::Reader from, task_entry& x);

void put(schema::KillTask::Builder to, const kill_task& x);
void take(schema::KillTask::Reader from, kill_task& x);

void put(schema::Constraint::Builder to, const constraint& x);
void take(schema::Constraint::Reader from, constraint& x);

void put(schema::Preference::Builder to, const preference& x);
void take(schema::Preference::Reader from, preference& x);

void put(schema::Claim::Builder to, const claim& x);
void take(schema::Claim::Reader from, claim& x);

void put(schema::GrantedSlot::Builder to, const granted_slot& x);
void take(schema::GrantedSlot::Reader from, granted_slot& x);

void put(schema::Grant::Builder to, const grant& x);
void take(schema::Grant::Reader from, grant& x);

void put(schema::GrantMember::Builder to, const grant_member& x);
void take(schema::GrantMember::Reader from, grant_member& x);

void put(schema::HeldSlot::Builder to, const held_slot& x);
void take(schema::HeldSlot::Reader from, held_slot& x);

void put(schema::GrantPart::Builder to, const grant_part& x);
void take(schema::GrantPart::Reader from, grant_part& x);

void put(schema::Release::Builder to, const release& x);
void take(schema::Release::Reader from, release& x);

void put(schema::SlotTask::Builder to, const slot_task& x);
void take(schema::SlotTask::Reader from, slot_task& x);

void put(schema::PoolEntry::Builder to, const pool_entry& x);
void take(schema::PoolEntry::Reader from, pool_entry& x);

void put(schema::AgentEntry::Builder to, const agent_entry& x);
void take(schema::AgentEntry::Reader from, agent_entry& x);

void put(schema::FrameworkEntry::Builder to, const framework_entry& x);
void take(schema::FrameworkEntry::Reader from, framework_entry& x);

void put(schema::OfferCounts::Builder to, const offer_counts& x);
void take(schema::OfferCounts::Reader from, offer_counts& x);

void put(schema::OfferRecord::Builder to, const offer_record& x);
void take(schema::OfferRecord::Reader from, offer_record& x);

void put(schema::RoleEntry::Builder to, const role_entry& x);
void take(schema::RoleEntry::Reader from, role_entry& x);

void put(schema::ClaimEntry::Builder to, const claim_entry& x);
void take(schema::ClaimEntry::Reader from, claim_entry& x);

void put(schema::ClusterSummary::Builder to, const cluster_summary& x);
void take(schema::ClusterSummary::Reader from, cluster_summary& x);

/// Fills a list with the elements of `xs`, each by its own `put`.
template <class List, class T>
void put_all(List to, const std::vector<T>& xs) {
  for (unsigned i = 0; i < xs.size(); ++i)
    put(to[i], xs[i]);
}

/// How many times larger than in the message an element of a list may be in memory.
inline constexpr std::size_t max_growth = 32;

/// Refuses a list of structs that takes next to nothing in the message and a lot in memory. What we
/// encode has elements of full size; the largest of them, a task without content for a slot, grows
/// 29-fold.
template <class T>
void check_growth(capnp::AnyStruct::Reader element) {
  auto words =
    element.getDataSection().size() / sizeof(capnp::word) + element.getPointerSection().size();
  if (sizeof(T) > max_growth * words * sizeof(capnp::word))
    throw invalid_value{"list of too small elements"};
}

template <class List, class T>
void take_all(List from, std::vector<T>& xs) {
  xs.clear();
  if constexpr (std::is_convertible_v<decltype(from[0]), capnp::AnyStruct::Reader>)
    if (from.size() > 0)
      check_growth<T>(from[0]);
  xs.reserve(from.size());
  for (auto element : from)
    take(element, xs.emplace_back());
}

/// Fills a list of texts with strings or ids.
template <class T>
void put_texts(capnp::List<capnp::Text>::Builder to, const std::vector<T>& xs) {
  for (unsigned i = 0; i < xs.size(); ++i)
    to.set(i, as_text(xs[i]));
}

template <class Number>
void put_numbers(typename capnp::List<Number>::Builder to, const std::vector<Number>& xs) {
  for (unsigned i = 0; i < xs.size(); ++i)
    to.set(i, xs[i]);
}

template <class Number>
void take_numbers(typename capnp::List<Number>::Reader from, std::vector<Number>& xs) {
  xs.clear();
  xs.reserve(from.size());
  for (auto number : from)
    xs.push_back(number);
}

void put_pairs(capnp::List<schema::Pair>::Builder to, const std::map<std::string, std::string>& xs);
void take_pairs(capnp::List<schema::Pair>::Reader from, std::map<std::string, std::string>& xs);

void put_reservations(capnp::List<schema::Reservation>::Builder to,
                      const std::map<std::string, resources>& xs);
void take_reservations(capnp::List<schema::Reservation>::Reader from,
                       std::map<std::string, resources>& xs);

}  // namespace entente::codec
