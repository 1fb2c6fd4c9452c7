#pragma once

#include "samples.hpp"

/// The values that the files golden/*.roles.bin hold: messages that have got fields for roles,
/// reservations, preemption and the history of offers since their first file was written. They are
/// built upon the older samples; a newer field is left at its default here too.
namespace entente::test {

template <class T>
T sample_with_roles();

inline std::map<std::string, resources> sample_reservations() {
  return {{"eng", {}}, {"eng/ads", sample_resources()}};
}

inline agent_info sample_agent_with_roles() {
  auto x = sample_agent();
  x.reservations = sample_reservations();
  return x;
}

inline framework_info sample_framework_with_roles() {
  auto x = sample_framework();
  x.detached = true;
  x.wants_offers = false;
  x.more_roles = {"eng", "eng/ads"};
  return x;
}

inline offer sample_offer_with_roles() {
  auto x = sample_offer();
  x.role = "eng/ads";
  x.reserved = sample_resources();
  return x;
}

inline task_entry sample_task_entry_with_roles() {
  return {task_id{"t-1"},
          "count",
          framework_id{"f-1"},
          agent_id{"a-1"},
          "höst",
          sample_resources(),
          sample<status_update>(),
          round_id{"r-1"},
          4,
          "eng/ads"};
}

inline claim sample_claim_with_roles() {
  auto x = sample_claim();
  x.role = "eng/ads";
  x.preemptible = true;
  return x;
}

inline grant_part sample_part_with_roles() {
  return {round_id{"r-1"},
          framework_id{"f-1"},
          claim_id{"c-1"},
          "gpu",
          sample_resources(),
          {{3, {31000, 31001}, true}, {}},
          {{agent_id{"a-1"}, 2}, {agent_id{"a-2"}, 6}},
          true,
          "eng/ads",
          true};
}

inline role_entry sample_role() {
  role_entry x;
  x.name = "eng/ads";
  x.weight = 2.5;
  x.guarantee = sample_resources();
  x.limit.set_milli("cpus", 1);
  x.allocated.set_milli("cpus", 2);
  x.offered.set_milli("cpus", 3);
  x.reserved.set_milli("cpus", 4);
  x.dominant_share = 0.25;
  x.frameworks = 5;
  x.claims_waiting = 6;
  x.preempts = true;
  return x;
}

inline offer_record sample_offer_record() {
  offer_record x;
  x.id = offer_id{"o-1"};
  x.framework = framework_id{"f-1"};
  x.role = "eng/ads";
  x.agent = agent_id{"a-1"};
  x.available = sample_resources();
  x.outcome = offer_outcome::declined;
  x.age = std::chrono::milliseconds{7000};
  x.took = std::chrono::milliseconds{1500};
  return x;
}

template <>
inline register_agent sample_with_roles() {
  return {sample_agent_with_roles(),
          7,
          8,
          {sample_task_entry_with_roles()},
          {sample_part_with_roles(), {}}};
}

template <>
inline subscribe sample_with_roles() {
  return {sample_framework_with_roles(), 9, {sample_claim_with_roles()}, {round_id{"r-1"}}};
}

template <>
inline resource_offers sample_with_roles() {
  return {{sample_offer_with_roles(), {}}};
}

template <>
inline launch_tasks sample_with_roles() {
  return {framework_id{"f-1"}, {sample_task()}, round_id{"r-1"}, {4}, "eng/ads"};
}

template <>
inline revive_offers sample_with_roles() {
  return {framework_id{"f-1"}, {"eng", "eng/ads"}};
}

template <>
inline suppress_offers sample_with_roles() {
  return {framework_id{"f-1"}, {"eng", "eng/ads"}};
}

template <>
inline claim_slots sample_with_roles() {
  return {framework_id{"f-1"}, sample_claim_with_roles(), 5};
}

template <>
inline confirm sample_with_roles() {
  auto x = sample<confirm>();
  x.role = "eng/ads";
  x.preemptible = true;
  return x;
}

template <>
inline cluster_view sample_with_roles() {
  auto x = sample<cluster_view>();
  x.agents[0].info = sample_agent_with_roles();
  x.agents[0].reservations = sample_reservations();
  x.frameworks[0].info = sample_framework_with_roles();
  x.frameworks[0].offers = {1, 2, 3, 4, 5};
  x.tasks = {sample_task_entry_with_roles()};
  x.offers = {sample_offer_with_roles()};
  x.claims = {{sample_claim_with_roles(),
               framework_id{"f-1"},
               "eng/ads",
               claim_state::granted,
               4,
               round_id{"r-1"},
               2,
               {"why"}}};
  x.pool = {{"gpu", sample_resources(), 12, 5}};
  x.roles = {sample_role(), {}};
  x.offer_history = {sample_offer_record(), {}};
  return x;
}

}  // namespace entente::test
